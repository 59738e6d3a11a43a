"""Work off the event loop, questions at once, and one person's pace."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.core.threads import MOST_THREADS, Threads, run_in_thread
from bot.discord.concurrency import ConcurrencyLimiter, Cooldown, CoolingDown, TookTooLong


def test_off_loop_returns_and_raises_what_the_work_does() -> None:
    async def main() -> None:
        assert await run_in_thread(lambda a, b: a + b, 2, b=3) == 5
        assert await run_in_thread(threading.get_ident) != threading.get_ident()
        with pytest.raises(ValueError, match="no"):
            await run_in_thread(_raise, ValueError("no"))

    asyncio.run(main())


def _raise(error: Exception) -> None:
    raise error


def test_work_that_outlives_its_loop_holds_nobody() -> None:
    release = threading.Event()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run_in_thread(release.wait, 30), 0.05)

    asyncio.run(main())
    release.set()


def test_the_gate_lets_so_many_in_at_once() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def one() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with lock:
            inside -= 1

    async def main() -> None:
        gate = ConcurrencyLimiter(3, 10)
        await asyncio.gather(*(gate.run(one) for _ in range(20)))

    asyncio.run(main())
    assert most == 3


def test_what_hangs_is_given_up_and_frees_its_place() -> None:
    release = threading.Event()

    async def main() -> str:
        gate = ConcurrencyLimiter(1, 0.05)
        with pytest.raises(TookTooLong):
            await gate.run(release.wait, 30)
        return await gate.run(lambda: "next")

    assert asyncio.run(main()) == "next"
    release.set()


def test_a_person_asks_at_a_pace_and_nobody_holds_up_another() -> None:
    now = [100.0]
    cooldown = Cooldown(5, lambda: now[0])
    cooldown.check(1)
    cooldown.check(2)
    now[0] = 101.2
    with pytest.raises(CoolingDown) as caught:
        cooldown.check(1)
    assert caught.value.values == {"pause": "5", "seconds": 4}
    now[0] = 104.99
    with pytest.raises(CoolingDown) as caught:
        cooldown.check(1)
    # Never "0 s", and a refused question does not begin the pause anew.
    assert caught.value.values["seconds"] == 1
    now[0] = 105.01
    cooldown.check(1)


def test_work_shares_so_many_threads_and_what_nobody_waits_for_is_not_begun() -> None:
    threads, release = Threads(2), threading.Event()
    seen: set[int] = set()
    done = threading.Semaphore(0)

    def one() -> None:
        release.wait(30)
        seen.add(threading.get_ident())
        done.release()

    for _ in range(50):
        threads.submit(one)
    release.set()
    assert all(done.acquire(timeout=30) for _ in range(50))
    assert len(seen) <= 2

    async def main() -> None:
        held, begun = threading.Event(), []
        blocking = [
            asyncio.ensure_future(run_in_thread(held.wait, 30)) for _ in range(MOST_THREADS)
        ]
        late = asyncio.ensure_future(run_in_thread(begun.append, 1))
        await asyncio.sleep(0.05)
        late.cancel()
        await asyncio.wait([late])
        held.set()
        await asyncio.gather(*blocking)
        await run_in_thread(bool)
        assert not begun

    asyncio.run(main())
