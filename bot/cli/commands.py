"""The commands of the terminal: each asks the context and prints text or one JSON object."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.app.context import AppContext, open_context
from bot.cli import output
from bot.cli.access_commands import access
from bot.cli.operations_commands import operations
from bot.core import payloads
from bot.storage.access import AccessUnusable
from config.phrases import localize, said
from config.settings import terminal_language
from index.scope import typed_scope
from language.text import language_of
from retrieval.models import AskRequest

app = typer.Typer(
    name="docent",
    help="Answers questions over a folder of articles, and quotes the sentence it rests on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(operations)
app.add_typer(access)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _ensure_index(context: AppContext, language: str) -> None:
    """Build the index if there is none yet."""
    if context.library.generation:
        return
    key = "terminal.building_anew" if context.library.outdated else "terminal.building"
    typer.echo(localize(key, language, folder=context.settings.documents_dir), err=True)
    report = output.with_progress(language, lambda progress: context.reindex(progress=progress))
    for source, reason in report.failed:
        reason = said(reason, language)
        typer.echo(localize("terminal.failed", language, source=source, reason=reason), err=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"docent {version('docent')}")
        raise typer.Exit


@app.callback()
def common(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Answers questions over a folder of articles, and quotes the sentence it rests on."""


@app.command(epilog='Example: docent ask "how many repair vehicles are on standby"')
def ask(
    question: str,
    article: Annotated[str | None, typer.Option(help="Ask this article alone, by its id.")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=50, help="Passages to consider.")] = 8,
    after: Annotated[
        str, typer.Option(help="Only articles of this day or later: 2026-11-24, 11月, last week.")
    ] = "",
    before: Annotated[str, typer.Option(help="Only articles of this day or earlier.")] = "",
    source: Annotated[str, typer.Option(help="Only articles whose path holds this.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Answer a question with a quoted and cited sentence; builds the index if there is none."""
    scope = typed_scope(after, before, source, date.today())
    with open_context() as context:
        _ensure_index(context, language_of(question))
        out = output.console()
        typing = output.Typing(out)
        request = AskRequest(question, article_id=article, top_k=top_k)
        answer = context.service.within(scope).ask(request, None if as_json else typing)
        if as_json:
            output.print_json(payloads.answer_payload(answer))
        else:
            output.print_answer(out, answer, typing.shown)


@app.command(epilog='Example: docent summary "ferry to run" --sentences 3')
def summary(
    article: Annotated[str, typer.Argument(help="An id, a title, or a unique part of a title.")],
    sentences: Annotated[int, typer.Option(min=1, max=20, help="How many sentences.")] = 4,
    as_json: JsonOption = False,
) -> None:
    """Summarise one article by the sentences that carry it."""
    with open_context() as context:
        _ensure_index(context, terminal_language())
        result = context.service.summarize(article, sentences)
        if as_json:
            output.print_json(payloads.summary_payload(result))
        else:
            output.print_summary(output.console(), result)


@app.command(epilog="Example: docent articles ferry")
def articles(
    wanted: Annotated[str, typer.Argument(metavar="[FILTER]", help="Words of a title.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the articles: id, title, date, source and passages."""
    with open_context() as context:
        _ensure_index(context, terminal_language())
        cards = context.service.articles(wanted)
        if as_json:
            output.print_json(payloads.articles_payload(cards))
        else:
            output.print_articles(output.console(), cards, terminal_language())


@app.command(epilog="Example: docent index --dry-run")
def index(
    full: Annotated[
        bool, typer.Option("--full", help="Rebuild everything beside the old.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    prune_all: Annotated[
        bool, typer.Option("--prune-all", help="Empty the index where the folder is empty.")
    ] = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Go back to the generation before this one.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the index up to the documents folder."""
    language = terminal_language()
    with open_context() as context:
        if rollback:
            generation = context.rollback()
            if as_json:
                output.print_json({"generation": generation})
            else:
                typer.echo(localize("terminal.rolled_back", language, generation=generation))
            return
        report = output.with_progress(
            language,
            lambda progress: context.reindex(
                full=full, dry_run=dry_run, prune_all=prune_all, progress=progress
            ),
        )
        if as_json:
            output.print_json(payloads.report_payload(report))
        else:
            output.print_report(output.console(), report, language)
        if report.failed and not report.articles:
            raise typer.Exit(1)


@app.command(epilog="Example: docent status --json")
def status(as_json: JsonOption = False) -> None:
    """Show the size of the index, its model and its last run."""
    with open_context() as context:
        held, skipped = context.service.status(), context.skipped()
        found = payloads.status_payload(held, skipped)
        found["restricted"] = _restricted(context)
        if as_json:
            output.print_json(found)
            return
        found |= {name: len(found[name]) for name in ("failed", "skipped")}
        for name, value in found.items():
            typer.echo(output.status_line(name, value, terminal_language()))
        for line in output.unread_lines(held.failed, skipped, terminal_language()):
            typer.echo(line)


def _restricted(context: AppContext) -> int | None:
    """Return how many collections have access rules; None, with a warning, where none can tell."""
    try:
        return len(context.access_rules().current())
    except AccessUnusable as error:
        typer.echo(error.localize(terminal_language()), err=True)
        return None


@app.command(epilog="Example: docent doctor")
def doctor(as_json: JsonOption = False) -> None:
    """Check settings, folder, model, store and token; a line each, with the cure."""
    from bot.cli.doctor import examine  # opens every part, which others need not

    findings = examine(terminal_language())
    if as_json:
        output.print_json({"checks": [finding.payload() for finding in findings]})
    else:
        for finding in findings:
            typer.echo(f"{'✓' if finding.fine else '✗'} {finding.name}: {finding.sentence}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


@app.command("eval", epilog="Example: docent eval questions.jsonl --out report")
def evaluate(
    file: Annotated[Path, typer.Argument(help="One question a line, as JSON.")],
    out: Annotated[
        Path | None, typer.Option(help="Also write a report with plots, and every outcome, here.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Compare with the outcomes.jsonl of an earlier --out; 1 if worse."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure retrieval, answers and abstention on a question file."""
    from retrieval import evaluation, regression
    from retrieval.report import write_report

    questions = evaluation.read_questions(file)
    before = regression.read_outcomes(baseline) if baseline else None
    with open_context() as context:
        _ensure_index(context, terminal_language())
        outcomes = evaluation.evaluate(context.service, questions)
        figures = evaluation.metrics(outcomes)
        if context.generator is not None:
            figures["chat"] = payloads.chat_payload(context.generator.counts)
        now = regression.judged(outcomes)
        compared = regression.compare(before, now) if before is not None else None
        if out is not None:
            write_report(out, file.name, figures, outcomes)
            regression.write_outcomes(out, outcomes)
        if as_json:
            if compared:
                figures["baseline"] = compared.payload()
            output.print_json(figures)
        else:
            for name, value in figures.items():
                typer.echo(f"{name}: {value}")
            if compared:
                output.print_comparison(output.console(), compared, terminal_language())
        if compared and compared.worse:
            raise typer.Exit(1)


@app.command(epilog="Example: docent run --watch")
def run(
    watch: Annotated[
        bool, typer.Option("--watch", help="Reindex documents as soon as they change.")
    ] = False,
) -> None:
    """Start the Discord bot; with no index yet it connects at once and builds one."""
    from bot.app.service import serve  # discord.py is needed here alone

    with open_context() as context:
        serve(context, watch=watch)
