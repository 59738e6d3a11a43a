"""Run the bot against the local Discord, and keep what it sent as scenes for `draw.mjs`.

python docs/pictures/collect.py scenes.json
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bot_process import BotProcess  # noqa: E402
from tests.local_discord.door import MANAGE_GUILD, Channel, DiscordServer, Member, Message  # noqa: E402

Scene = dict[str, Any]
ASKED = {
    "en": ("How often will the harbour ferry run on weekdays?", "Who won the football match?"),
    "zh": ("目前有多少辆抢修车辆待命？", "今天的股市指数是多少？"),
}
SUMMARISED = {"en": "ferry", "zh": "电"}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
PEOPLE = {"en": "ann", "zh": "小李"}
MANY = 4000


def shown(message: Message, **before: Any) -> Scene:
    """Return a message as `draw.mjs` reads it."""
    return {
        "author": message.author.name,
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "ephemeral": message.ephemeral,
        **before,
    }


async def asked(server: DiscordServer, person: Member, room: Channel, question: str) -> list[Scene]:
    """Mention the bot with a question; return both messages."""
    sent = server.say(person, room, f"{server.bot.mention} {question}")
    answer = await server.answer_to(sent)
    await server.settled()
    reply = {"author": person.user.name, "content": f"@docent {question}"}
    return [shown(sent), *(shown(m, reply=reply) for m in server.answers_to(sent) or [answer])]


async def opened(server: DiscordServer, person: Member, room: Channel) -> Scene:
    """Press the first button below the first answer; return the passage it shows."""
    answer = next(m for m in room.messages if m.author is server.bot)
    pressed = await server.click(person, answer, answer.labels[0])
    return shown(await pressed.wait_reply())


async def summarised(server: DiscordServer, person: Member, room: Channel, wanted: str) -> Scene:
    """Use /summary with the first title that autocomplete offers."""
    choices = await server.autocomplete(person, room, "summary", "article", wanted)
    used = await server.slash(person, room, "summary", article=choices[0]["value"])
    await used.wait_reply()
    return shown(used.messages[0], command={"user": person.user.name, "name": "summary"})


async def reindexed(server: DiscordServer, boss: Member, room: Channel) -> Scene:
    """Use /reindex, and return how it looked about half-way."""
    used = await server.slash(boss, room, "reindex", full=True)
    bars: list[Message] = []

    def halfway() -> bool:
        message = used.messages[0] if used.messages else None
        if message is not None and message.content.count("▰") >= 6:
            bars.append(message)
        return bool(bars)

    await server.until(halfway, 120, "the bar to be half full")
    return shown(bars[0], command={"user": boss.user.name, "name": "reindex"})


async def language_scenes(language: str, folder: Path) -> list[Scene]:
    """Return the scenes of one language."""
    async with DiscordServer() as server:
        guild = server.guild("Reading Room", locale=LOCALES[language])
        room, locale = server.channel(guild, "reading-room"), LOCALES[language]
        person = server.member(guild, PEOPLE[language], locale=locale)
        name = "管理员" if language == "zh" else "admin"
        boss = server.member(guild, name, permissions=MANAGE_GUILD, locale=locale)
        settings = {"DATA_DIR": folder / "data", "ASK_COOLDOWN": 0}
        scenes = []
        documents = {"DOCUMENTS_DIR": ROOT / "articles"}
        build_index({**settings, **documents})
        async with BotProcess(server, folder, **documents, **settings):
            found, missing = ASKED[language]
            for kind, question in (("answer", found), ("abstention", missing)):
                messages = await asked(server, person, room, question)
                scenes.append({"name": f"{kind}-{language}", "messages": messages})
            shown_passage = await opened(server, person, room)
            scenes.append({"name": f"passage-{language}", "messages": [shown_passage]})
            summary = await summarised(server, person, room, SUMMARISED[language])
            scenes.append({"name": f"summary-{language}", "messages": [summary]})
        many(folder / "many")
        async with BotProcess(server, folder, DOCUMENTS_DIR=folder / "many", **settings):
            progress = await reindexed(server, boss, room)
            scenes.append({"name": f"reindex-{language}", "messages": [progress]})
        return scenes


def build_index(settings: dict[str, Any]) -> None:
    """Run `docent index`, so that the first question finds one."""
    given = {name: str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "bot", "index"]
    subprocess.run(command, cwd=ROOT, env=os.environ | given, check=True)  # noqa: S603


def many(folder: Path) -> None:
    """Write so many articles that a run takes long enough to be seen."""
    folder.mkdir()
    rows = (
        {"id": str(i), "title": f"Notice {i}", "text": f"Street {i} is mended on day {i}. " * 8}
        for i in range(MANY)
    )
    text = "\n".join(json.dumps(row) for row in rows)
    (folder / "notices.jsonl").write_text(text, encoding="utf-8")


async def main() -> None:
    """Write the scenes of both languages."""
    scenes = []
    for language in ("en", "zh"):
        with tempfile.TemporaryDirectory() as folder:
            scenes += await language_scenes(language, Path(folder))
    text = json.dumps(scenes, ensure_ascii=False, indent=1)
    Path(sys.argv[1]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
