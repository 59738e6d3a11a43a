"""The commands for whoever runs Docent: feedback, backup, restore and migrate."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.app.context import AppContext, open_context
from bot.cli import output
from bot.core.ports import Progress
from bot.storage.access import ACCESS_FILE
from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from bot.storage.memory import MEMORY_FILE
from config.errors import DocentError
from config.phrases import localize
from config.settings import SettingsError, terminal_language

if TYPE_CHECKING:
    from index.migration import Migrated

operations = typer.Typer()
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_MEGABYTE = 1_000_000


class ExportFailed(DocentError):
    """A file that a command was to write cannot be written."""


@operations.command(epilog="Example: docent feedback --out feedback.jsonl")
def feedback(
    out: Annotated[Path | None, typer.Option(help="Write here, not to standard output.")] = None,
    rating: Annotated[
        Literal["up", "down"] | None, typer.Option(help="Only thumbs up, or only thumbs down.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Export what people thought of answers, as a question file that `docent eval` reads."""
    with open_context() as context:
        store = AnswerStore(context.settings.data_dir, context.shared)
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
        output.print_json(shown)
    elif out is None:
        sys.stdout.write(text)
    if not as_json and (out is not None or not rows):
        language = terminal_language()
        typer.echo(localize("operations.feedback", language, count=len(rows)), err=True)


@operations.command(epilog="Example: docent backup docent-backup.tar.gz")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; an old one is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Pack the index, the access rules and what the bot remembers; the bot may go on running."""
    from index.store.backup import pack

    with open_context() as context:
        settings = context.settings
    made = pack(settings.data_dir, file, (MEMORY_FILE, ACCESS_FILE))
    if as_json:
        output.print_json({"file": str(file), **asdict(made)})
        return
    language = terminal_language()
    megabytes = f"{made.size_bytes / _MEGABYTE:.1f}"
    numbers = {"generation": made.generation, "files": made.files, "megabytes": megabytes}
    typer.echo(localize("operations.backed_up", language, path=file, **numbers))
    if settings.chroma_host:
        typer.echo(localize("operations.vectors_elsewhere", language))
    if settings.database_url.get_secret_value():
        typer.echo(localize("operations.index_elsewhere", language))


@operations.command(epilog="Example: docent restore docent-backup.tar.gz")
def restore(
    file: Annotated[Path, typer.Argument(help="What `docent backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of an index that is there.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a backup into the data folder; the bot must not run meanwhile."""
    from index.store.backup import unpack

    with open_context() as context:
        settings = context.settings
    # A backup from before there were rules must not open what is closed.
    found = unpack(file, settings.data_dir, replace=replace, keep=(ACCESS_FILE,))
    if as_json:
        output.print_json({"file": str(file), **asdict(found)})
        return
    numbers = {"made": found.made, "generation": found.generation}
    typer.echo(localize("operations.restored", terminal_language(), **numbers))
    if (settings.data_dir / ACCESS_FILE).exists():
        typer.echo(localize("access.restored", terminal_language()))


@operations.command(epilog="Example: docent migrate")
def migrate(
    back: Annotated[
        bool, typer.Option("--back", help="From the database into the data folder.")
    ] = False,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="Only the access rules and what the bot remembers.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Copy the index, the access rules and what the bot remembers into the database, or back.

    Nothing is encoded again. The bots must not run meanwhile.
    """
    from bot.storage.moving import take_memory, take_rules

    language = terminal_language()
    with open_context() as context:
        folder, shared = context.settings.data_dir, context.shared
        if shared is None:
            raise SettingsError("operations.migrate_where")
        place = str(folder) if back else shared.where
        told: dict[str, Any] = {"store": place, "rules": take_rules(folder, shared, back=back)}
        found = None if no_index else _copied_index(context, back, language)
        told |= asdict(found) if found else {}
        told["memory"] = take_memory(folder, shared, back=back)
    if as_json:
        output.print_json(told)
        return
    if found:
        typer.echo(localize("operations.migrated", language, place=place, **asdict(found)))
    typer.echo(localize("operations.migrated_rules", language, place=place, count=told["rules"]))
    typer.echo(localize(f"operations.memory_{told['memory']}", language, place=place))


def _copied_index(context: AppContext, back: bool, language: str) -> Migrated:
    from index.library import Library
    from index.migration import migrate as copied

    folder = Library.open(context.settings.data_dir, context.embedder)
    try:
        ways = (context.library, folder) if back else (folder, context.library)
        found: Migrated = output.with_progress(
            language,
            lambda progress: copied(*ways, _as_calls(progress) if progress else None),
        )
        return found
    finally:
        folder.close()


def _as_calls(progress: Callable[[Progress], None]) -> Callable[[str, int, int], None]:
    return lambda phase, done, total: progress(Progress(phase, done, total))
