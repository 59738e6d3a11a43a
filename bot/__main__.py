"""Entry point of `docent` and `python -m bot`: runs a command, prints a failure as a sentence."""

from __future__ import annotations

import logging
import os
import sys

from config.errors import DocentError
from config.phrases import localize
from config.settings import terminal_language

_log = logging.getLogger(__name__)


def main() -> None:
    """Run the command; a failure is one sentence on standard error and exit status 1."""
    # What people asked, and the documents that not everyone may read, are not for others here.
    os.umask(0o077)
    from bot.cli.commands import app  # so that a failing import is a sentence as well

    try:
        app()
    except DocentError as error:
        _fail(error.localize(terminal_language()))
    except BrokenPipeError:
        # The reader of our output is gone (`docent articles | head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # the last resort: no traceback for a person
        _fail(localize("errors.unexpected", terminal_language(), kind=type(error).__name__))


def _fail(sentence: str) -> None:
    """Print the sentence last; the traceback is logged at DEBUG."""
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        _log.debug("the command failed", exc_info=True)
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
