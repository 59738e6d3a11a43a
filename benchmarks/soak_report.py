"""What the soak measured: samples of the bot's process, a table and a plot."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from benchmarks.keeping import keep
from benchmarks.machine import machine
from benchmarks.soak_people import Tally

# A second acknowledgement or thread, after the answer to the first was lost on its way.
_HARMLESS = {40060, 160004}
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Sample:
    """The bot's process at one moment."""

    seconds: float
    resident_mb: float
    files: int
    threads: int
    asked: int


@dataclass
class Soaked:
    """All that came of it."""

    tally: Tally
    harm: Counter[str]
    samples: list[Sample]
    refused_codes: list[int]
    identifies: int
    log: list[str]

    @property
    def errors(self) -> list[str]:
        """Return the bot's own error lines, each with the last line of its traceback.

        discord.py logs its reconnects as errors of its own.
        """
        signs = ("ERROR bot", "unexpected error", "never retrieved")
        found = []
        for place, line in enumerate(self.log):
            if any(sign in line for sign in signs):
                trace = takewhile(lambda more: not more.startswith("20"), self.log[place + 1 :])
                found.append(" ← ".join([line, *list(trace)[-1:]]))
        return found

    @property
    def is_sound(self) -> bool:
        """Return True if each question was answered exactly once, from the documents."""
        tally = self.tally
        return not (tally.lost or tally.doubled or tally.wrong or self.errors)

    def grown(self, of: Callable[[Sample], float]) -> tuple[float, float]:
        """Return the medians of the second and of the last quarter: the first is the warming up."""
        quarter = max(1, len(self.samples) // 4)
        early, late = self.samples[quarter : 2 * quarter], self.samples[-quarter:]
        return statistics.median(map(of, early or late)), statistics.median(map(of, late))


def sample(pid: int, seconds: float, asked: int) -> Sample:
    """Look at a process through /proc."""
    folder = Path(f"/proc/{pid}")
    pairs = (line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    status = {name: value.split()[0] for name, value in pairs if value.split()}
    files = sum(1 for _ in (folder / "fd").iterdir())
    resident = int(status["VmRSS"]) / 1024
    return Sample(seconds, resident, files, int(status["Threads"]), asked)


def told(soaked: Soaked, kept: bool) -> str:
    """Return what is to be read; with `kept` also write it into the README, with its plot."""
    report = f"{machine()} {_sentence(soaked)}\n\n{_table(soaked)}"
    if kept:
        _draw(soaked.samples, _HERE / "soak.png")
        keep("soak", f"{report}\n\n![soak](soak.png)\n")
    tally = soaked.tally
    amiss = [*tally.lost, *tally.doubled, *tally.wrong, *soaked.errors]
    return "\n".join([report, *amiss])


def _sentence(soaked: Soaked) -> str:
    minutes = soaked.samples[-1].seconds / 60
    harm = ", ".join(f"{name} {count}" for name, count in sorted(soaked.harm.items()))
    asked = ", ".join(f"{name} {count}" for name, count in sorted(soaked.tally.asked.items()))
    return f"{minutes:.0f} minutes under load. Done by people: {asked}. Befallen: {harm}."


def _table(soaked: Soaked) -> str:
    tally = soaked.tally
    waits = sorted(tally.waits) or [0.0]
    codes = Counter(code for code in soaked.refused_codes if code not in _HARMLESS)
    rows = [
        ("asked and clicked", f"{sum(tally.asked.values())}"),
        (
            "lost · doubled · wrong",
            f"{len(tally.lost)} · {len(tally.doubled)} · {len(tally.wrong)}",
        ),
        (
            "quoted the file's figure · said that it is not there",
            f"{tally.right} · {tally.refused}",
        ),
        (
            "waited, median · 99 of 100 (faults included)",
            f"{waits[len(waits) // 2]:.2f} s · {waits[int(len(waits) * 0.99)]:.2f} s",
        ),
        ("resident memory, second quarter → last", _pair(soaked.grown(_resident), " MB")),
        ("open files, second quarter → last", _pair(soaked.grown(_files), "")),
        ("threads, second quarter → last", _pair(soaked.grown(_threads), "")),
        ("sessions begun anew", f"{soaked.identifies - 1}"),
        (
            "error lines of the bot · other refusals of Discord",
            f"{len(soaked.errors)} · {dict(codes) or 0}",
        ),
    ]
    return "\n".join(
        ["| measure | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    )


def _pair(values: tuple[float, float], unit: str) -> str:
    return f"{values[0]:.0f} → {values[1]:.0f}{unit}"


def _resident(found: Sample) -> float:
    return found.resident_mb


def _files(found: Sample) -> float:
    return found.files


def _threads(found: Sample) -> float:
    return found.threads


def _draw(samples: Sequence[Sample], path: Path) -> None:
    """Draw memory, files and threads over time."""
    import matplotlib as mpl  # the test of the soak needs no plot

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    minutes = [found.seconds / 60 for found in samples]
    figure, (above, below) = plt.subplots(2, 1, figsize=(9, 4.6), sharex=True)
    above.plot(minutes, [found.resident_mb for found in samples], color="#1b6ca8")
    above.set_ylabel("resident MB")
    above.set_ylim(0)
    below.plot(minutes, [found.files for found in samples], color="#e0a030", label="open files")
    below.plot(minutes, [found.threads for found in samples], color="#707070", label="threads")
    below.set_ylim(0)
    below.set_xlabel("minutes under load")
    below.legend(frameon=False, loc="lower right")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)
