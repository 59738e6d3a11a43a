"""`/summary`, `/articles`, `/status`, `/help` and the registered commands, in both languages."""

from __future__ import annotations

import re

from tests.bot.conftest import RunningBot
from tests.fakes_service import FERRY_ASKED, REPAIR_ASKED


async def test_a_summary_cites_every_sentence(running_bot: RunningBot) -> None:
    used = await running_bot.slash("summary", article="ferry.txt#1")
    (reply,) = used.messages
    assert reply.text.startswith("### Ferry to Pine Island resumes\n")
    assert "[1]" in reply.text and "[3]" in reply.text
    assert reply.text.endswith("[1]–[3] **Ferry to Pine Island resumes**\n-# ferry.txt, 2 May")
    passage = await running_bot.click(reply, "Passage [2]")
    assert "\n**The harbour office hired 14 seasonal workers for the summer.**\n" in passage.text
    by_title = await running_bot.slash("summary", by=running_bot.bo, article="供水")
    assert "256名工人" in by_title.text and by_title.messages[0].labels[0] == "段落 [1]"
    unknown = await running_bot.slash("summary", by=running_bot.bo, article="nothing like it")
    assert "没有叫“nothing like it”的文章" in unknown.text


async def test_ten_thousand_characters_are_shown_without_an_error(running_bot: RunningBot) -> None:
    used = await running_bot.slash("summary", article="long.txt#1")
    await running_bot.server.settled(0.4)
    start = running_bot.room.messages.index(used.messages[0])
    parts = [m for m in running_bot.room.messages[start:] if m.author is running_bot.server.bot]
    assert len(parts) >= 3 and all(len(part.text) <= 4000 for part in parts)
    shown = "".join(part.text.split("\n[1] **")[0] for part in parts)
    shown = shown.removeprefix("### 水库巡查全记录\n").removesuffix(" [1]")
    assert len(shown) == 10_000
    ends = [part.text.rstrip()[-1] for part in parts[:-1]]
    assert set(ends) == {"。"}
    page = await running_bot.click(parts[-1], "Show passage")
    pages = [page.text.split("\n")[1]]
    while not page.buttons[1]["disabled"]:
        page = await running_bot.click(page, "Next paragraph")
        pages.append(page.text.split("\n")[1])
    assert len(pages) == 4
    assert len("".join(pages).replace("**", "")) == 10_000


async def test_a_long_private_answer_is_read_part_by_part(running_bot: RunningBot) -> None:
    question = "the whole 水库巡查全记录"
    used = await running_bot.ask(question, article="long.txt#1", private=True)
    (part,) = used.messages
    shown = [part]
    while "Continue" in shown[-1].labels:
        shown.append(await running_bot.click(shown[-1], "Continue"))
    assert len(shown) >= 3 and all(message.ephemeral for message in shown)
    assert "[1] **水库巡查全记录**\n-# long.txt" in shown[-1].text
    assert shown[-1].labels == ["Show passage", "More sources", "👍", "👎"]
    text = "".join(re.sub(r"(?m)^-# .*$|^\[1\] .*$|^> |\*\*|\n| \[1\]", "", m.text) for m in shown)
    assert len(text) == 10_000
    direct = await running_bot.slash(
        "summary", channel=running_bot.server.dm_with(running_bot.ann), article="long.txt#1"
    )
    await running_bot.server.settled(0.4)
    assert "[1]" in running_bot.server.dm_with(running_bot.ann).messages[-1].text
    assert not direct.messages[0].buttons


async def test_articles_page_by_page(running_bot: RunningBot) -> None:
    used = await running_bot.slash("articles")
    (listed,) = used.messages
    assert listed.ephemeral and "Page 1 of 3 · 28 articles" in listed.text
    assert "1\\. **Ferry to Pine Island resumes** — 2 May · ferry.txt · 3 passages" in listed.text
    assert [button["disabled"] for button in listed.buttons] == [True, False]
    assert "Page 2 of 3" in (await running_bot.click(listed, "Next")).text
    last = await running_bot.click(listed, "Next")
    assert last is listed and "Page 3 of 3" in last.text
    assert [button["disabled"] for button in last.buttons] == [False, True]


async def test_a_page_of_another_version_says_so(running_bot: RunningBot) -> None:
    (listed,) = (await running_bot.slash("articles")).messages
    for wrong in ("docent:articles:next:note", "docent:articles:", "docent:articles"):
        listed.buttons[1]["custom_id"] = wrong
        told = await running_bot.click(listed, wrong)
        assert told is not listed and told.ephemeral and "older version" in told.text


async def test_articles_that_fit(running_bot: RunningBot) -> None:
    used = await running_bot.slash("articles", by=running_bot.bo, filter="note")
    (listed,) = used.messages
    assert "符合“note”的文章" in listed.text and "第 1 / 3 页 · 共 23 篇文章" in listed.text
    after = await running_bot.click(listed, "下一页", by=running_bot.bo)
    assert "第 2 / 3 页" in after.text and "符合“note”的文章" in after.text
    none = await running_bot.slash("articles", by=running_bot.bo, filter="*:nothing")
    assert none.text == "没有符合“\\*:nothing”的文章。不带筛选的 /articles 会列出全部。"


async def test_status_and_help(running_bot: RunningBot) -> None:
    english = await running_bot.slash("status")
    assert "6 documents · 28 articles" in english.text
    assert re.search(r"<t:\d+:f>", english.text)
    chinese = await running_bot.slash("status", by=running_bot.bo)
    assert "6 个文档 · 28 篇文章" in chinese.text
    for by, word in (
        (running_bot.ann, "Ask:"),
        (running_bot.bo, "提问"),
        (running_bot.mei, "核對"),
    ):
        told = await running_bot.slash("help", by=by)
        assert word in told.text and told.messages[0].ephemeral


async def test_help_offers_questions_that_the_buttons_ask(running_bot: RunningBot) -> None:
    english = (await running_bot.slash("help")).messages[0]
    assert english.labels == [FERRY_ASKED] and "Try one of these" in english.text
    answer = await running_bot.click(english, FERRY_ASKED)
    assert answer is not english and answer.ephemeral and "**3** May" in answer.text
    assert answer.text.startswith(f"-# Asked: {FERRY_ASKED}\n")
    chinese = (await running_bot.slash("help", by=running_bot.bo)).messages[0]
    assert "**17**台" in (await running_bot.click(chinese, REPAIR_ASKED, by=running_bot.bo)).text


async def test_commands_are_registered_with_chinese_descriptions(running_bot: RunningBot) -> None:
    commands = {command["name"]: command for command in running_bot.server.registered[0]}
    assert set(commands) >= {
        *("ask", "summary", "articles", "status", "help", "reindex", "access", "Find sources")
    }
    ask = commands["ask"]
    assert ask["description_localizations"]["zh-CN"] == "提问；回答逐字引自文档"
    assert ask["description_localizations"]["zh-TW"] == "提問；回答逐字引自文件"
    names = ["question", "article", "private", "after", "before", "source"]
    assert [option["name"] for option in ask["options"]] == names
    assert all("zh-CN" in option["description_localizations"] for option in ask["options"])
    assert not ask.get("name_localizations")
    assert commands["Find sources"]["name_localizations"]["zh-CN"] == "查找来源"
    assert int(commands["reindex"]["default_member_permissions"]) == 1 << 5
    assert commands["reindex"]["contexts"] == [0]
    assert commands["Find sources"]["contexts"] == [0, 1]
    assert ask["contexts"] == [0, 1] and ask["integration_types"] == [0]
