"""The commands for whoever runs Docent: what people thought of answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot import terminal
from bot.answers import AnswerStore
from bot.feedback import Feedback
from bot.workshop import open_workshop
from config.errors import DocentError
from config.phrases import say
from config.settings import terminal_language

operations = typer.Typer()


class ExportFailed(DocentError):
    """A file that a command was to write cannot be written."""


@operations.command(epilog="Example: docent feedback --out feedback.jsonl")
def feedback(
    out: Annotated[Path | None, typer.Option(help="Write here, not to standard output.")] = None,
    rating: Annotated[
        Literal["up", "down"] | None, typer.Option(help="Only thumbs up, or only thumbs down.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Export what people thought of answers, as a question file that `docent eval` reads."""
    with open_workshop() as workshop:
        store = AnswerStore(workshop.settings.data_dir)
        try:
            kept = Feedback(store).rows()
        finally:
            store.close()
    rows = [row for row in kept if rating in (None, row["rating"])]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    text = lines.encode("utf-8", "backslashreplace").decode("utf-8")
    if out is not None:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ExportFailed("operations.unwritable", path=out, reason=reason) from error
    if as_json:
        shown = {"rows": len(rows), "file": str(out)} if out else {"feedback": rows}
        terminal.print_json(shown)
    elif out is None:
        sys.stdout.write(text)
    if not as_json and (out is not None or not rows):
        language = terminal_language()
        typer.echo(say("operations.feedback", language, count=len(rows)), err=True)
