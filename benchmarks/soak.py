"""An hour of mixed use and misfortune: `python benchmarks/soak.py --minutes 60`.

The bot is a process of its own (`docent run --watch`) against the local Discord of the tests.
People ask in two languages by command, mention, direct message, reply and button, in channels
whose every question is answered, in threads, in a forum and by forms; files change, documents are
added, runs are started, the gateway breaks and requests fail. Every question must be answered
exactly once; memory, open files and threads are sampled. `--keep` writes the table and the plot.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.soak_channels import Channels  # noqa: E402
from benchmarks.soak_depots import Depots  # noqa: E402
from benchmarks.soak_harm import Harm, boss  # noqa: E402
from benchmarks.soak_people import People  # noqa: E402
from benchmarks.soak_report import Sample, Soaked, sample, told  # noqa: E402
from tests.bot_process import BotProcess  # noqa: E402
from tests.local_discord.door import DiscordServer  # noqa: E402

# A machine that does other work too may take longer than Discord's three seconds.
_ACKNOWLEDGE_SECONDS = 10.0


async def soak(
    folder: Path, seconds: float, *, pace: float = 1.0, every: float = 5.0, seed: int = 1
) -> Soaked:
    """Run it in `folder` for so long; `pace` shrinks all pauses, `every` is between samples."""
    chance = random.Random(seed)
    depots = Depots(folder / "documents", chance)
    async with DiscordServer() as server:
        server.acknowledge_seconds = _ACKNOWLEDGE_SECONDS
        people = People(server, depots, chance)
        admin = boss(server)
        harm = Harm(server, people, depots, admin, chance, pace)
        channels = Channels(people, admin, chance, pace)
        people.ways += channels.ways
        settings = {"DOCUMENTS_DIR": depots.folder, "DATA_DIR": folder / "data", "ASK_COOLDOWN": 0}
        async with BotProcess(server, folder, "run", "--watch", **settings) as bot:
            await bot.wait_log("the first index is finished", 120)
            await channels.open()
            samples = await _under_load(bot, people, harm, channels, seconds, pace, every)
        codes = [request.code for request in server.refused]
        gateway = server.gateway
        return Soaked(people.tally, harm.done, samples, codes, len(gateway.identifies), bot.lines)


async def _under_load(
    bot: BotProcess,
    people: People,
    harm: Harm,
    channels: Channels,
    seconds: float,
    pace: float,
    every: float,
) -> list[Sample]:
    lives = [people.live(member, 4 * pace) for member in people.members]
    works = (
        *(harm.fail_requests, harm.break_gateway, harm.change_files, harm.reindex),
        *(channels.hand_on, channels.add_documents),
    )
    tasks = [asyncio.create_task(life) for life in lives]
    harms = [asyncio.create_task(work()) for work in works]
    assert bot.process is not None
    started = time.monotonic()
    samples: list[Sample] = []
    try:
        while (at := time.monotonic() - started) < seconds:
            samples.append(sample(bot.process.pid, at, sum(people.tally.asked.values())))
            people.tally.audit()
            failed = [t for t in (*tasks, *harms) if t.done()]
            for task in failed:
                task.result()
            await asyncio.sleep(min(every, seconds - at))
    finally:
        await _calm(people, tasks, harms)
    people.tally.audit(0)
    return samples


async def _calm(
    people: People, tasks: list[asyncio.Task[None]], harms: list[asyncio.Task[None]]
) -> None:
    """Let nobody ask any more, wait for what is under way, and for a stretch of silence."""
    people.may_ask.clear()
    people.may_click.clear()
    for task in harms:
        task.cancel()
    people.server.gateway.down = False
    await people.server.settled(3.0, 90)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, *harms, return_exceptions=True)


def main() -> int:
    """Run it, print what came of it, and fail where a question was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--pace", type=float, default=1.0, help="below 1: all pauses are shorter")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write the README and the plot")
    parser.add_argument("--log", type=Path, help="write the bot's log here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = soak(Path(folder), options.minutes * 60, pace=options.pace, seed=options.seed)
        soaked = asyncio.run(work)
    if options.log:
        options.log.write_text("\n".join(soaked.log), encoding="utf-8")
    print(told(soaked, options.keep))
    return 0 if soaked.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
