"""Run `docent` commands from standard input, each in a process of its own, without starting anew.

What all of them import, and the bundled models, are loaded once; each line is JSON with a `line`
to run (`NAME=value docent ... > file`), a `folder` and an `environment`. It is run in a fork, and
its status, output and errors are printed as one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path

SHARED = (
    *("bot.__main__", "bot.cli.commands", "bot.cli.doctor", "bot.app.service", "index.pipeline"),
    *("index.store.backup", "retrieval.evaluation", "retrieval.report", "chromadb", "tantivy"),
    *("pypinyin", "snowballstemmer"),
)


def run(line: str, folder: str, environment: dict[str, str], out: int, err: int) -> None:
    """Become the command; never returns."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    words = shlex.split(line)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    if ">" in words:
        at = words.index(">")
        out = os.open(words[at + 1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        words = words[:at]
    for number, place in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
        os.dup2(place, number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.argv = words
    status: object = 0
    try:
        sys.modules["bot.__main__"].main()
    except SystemExit as ended:
        status = ended.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


def load_models() -> None:
    """Load the encoder and the reader as with one processor: threads would not outlive a fork."""
    from index.embedder import load_embedder
    from retrieval.answer.reader import bundled_reader

    # Only some systems bind a process to processors.
    binds = hasattr(os, "sched_setaffinity")
    processors = os.sched_getaffinity(0) if binds else set()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if binds:
        os.sched_setaffinity(0, {min(processors)})
    load_embedder("bundled").encode_queries(["words"])
    bundled_reader().read("words", [])
    if binds:
        os.sched_setaffinity(0, processors)


def main() -> None:
    """Serve until standard input ends."""
    for name in SHARED:
        importlib.import_module(name)
    load_models()
    for request in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            sys.stdout.flush()
            child = os.fork()
            if not child:
                run(**json.loads(request), out=out.fileno(), err=err.fileno())
            _, status = os.waitpid(child, 0)
            told = [file.seek(0) or file.read().decode() for file in (out, err)]
        print(json.dumps([os.waitstatus_to_exitcode(status), *told]), flush=True)


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    main()
