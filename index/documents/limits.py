"""The bounds of a process that reads files: time of a processor, memory, and patience."""

from __future__ import annotations

import contextlib
import faulthandler
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# A processor that others use too may need this long for them. It also holds where the system
# knows no bounds of its own.
_PATIENCE_SECONDS = 600
# A process that once needed so much may have kept it in pieces: the next file gets a new one.
_WORN_MB = 350


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that reading one file may take: seconds of a processor, and megabytes.

    The seconds start again with each stretch of a file that is streamed.
    """

    seconds: int = 40
    megabytes: int = 1000

    def bound_memory(self) -> None:
        """Let the system refuse this process more memory; not every system can."""
        try:
            import resource  # Unix alone has it
        except ImportError:
            return
        most = self.megabytes * 1_000_000
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(kind, (most, most))
        # A library that gets no memory ends the process; that is no program to examine.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    @staticmethod
    def rest() -> None:
        """Stop counting: whoever waits for the next file may be busy for as long as it likes."""
        faulthandler.cancel_dump_traceback_later()

    def bound_time(self) -> None:
        """Let this process end where it takes too long from now on."""
        faulthandler.dump_traceback_later(_PATIENCE_SECONDS, exit=True)
        try:
            import resource  # Unix alone has it
        except ImportError:
            return
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        until = int(time.process_time()) + self.seconds + 1
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def is_worn() -> bool:
    """Return True if this process has needed so much memory that a new one is better."""
    try:
        # On Linux `ru_maxrss` begins with the peak of the process that started this one.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) > _WORN_MB * 1_000
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource  # Unix alone has it
    except ImportError:
        return False
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak > _WORN_MB * (1_000_000 if sys.platform == "darwin" else 1_000)
