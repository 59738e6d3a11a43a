"""`docent access`: which server holds which collection, and taking a collection back."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from bot.app.context import AppContext, open_context
from bot.cli import output
from bot.storage.access import Change, Subject
from config.errors import DocentError
from config.phrases import localize
from config.settings import terminal_language

access = typer.Typer(
    name="access", help="Show which server restricts which collection, or take one back."
)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
# Whom a change names that was made here, and not by an account of Discord.
_TERMINAL = 0
_ALL = Subject("all", 0)


class NothingToTakeBack(DocentError):
    """No other server restricts the collection, or the new owner is unknown."""


class Unsure(DocentError):
    """A command that opens every collection was given without its confirmation."""


@access.command(epilog="Example: docent access show")
def show(as_json: JsonOption = False) -> None:
    """List the home servers, and each restricted collection with the server it belongs to."""
    with open_context() as context:
        home = sorted(context.home().servers())
        rules = context.access_rules().current()
    held = {name: restriction.guild_id for name, restriction in sorted(rules.items())}
    if as_json:
        output.print_json({"home": home, "collections": held})
        return
    language = terminal_language()
    servers = localize("answer.between_words", language).join(map(str, home)) or "—"
    typer.echo(localize("access.home_is", language, servers=servers))
    for name, server in held.items():
        shown = name or localize("access.top", language)
        typer.echo(localize("access.held_by", language, collection=shown, server=server))


@access.command("take-back", epilog="Example: docent access take-back board")
def take_back(
    collection: Annotated[str, typer.Argument(help="The collection; / for the top.")],
    server: Annotated[
        int, typer.Option("--for", min=0, help="The server it shall belong to; 0: the home server.")
    ] = 0,
) -> None:
    """Take a collection from the server that restricted it; then admins at home alone read it."""
    with open_context() as context:
        _take_back(context, collection, server)


def _take_back(context: AppContext, collection: str, server: int) -> None:
    from bot.discord.permissions.control import folded  # discord.py is needed here alone

    home = sorted(context.home().servers())
    to = server or next(iter(home), 0)
    if not to:
        raise NothingToTakeBack("access.no_home")
    rules = context.access_rules()
    wanted = "" if collection == "/" else collection
    found = {
        name: restriction.guild_id
        for name, restriction in rules.current().items()
        if folded(name) == folded(wanted) and restriction.guild_id != to
    }
    if not found:
        raise NothingToTakeBack("access.not_held", collection=collection)
    now = int(time.time())
    for name, holder in found.items():
        # Both at once: between them it would be open to everybody.
        rules.make(
            Change(now, _TERMINAL, holder, name, _ALL, "open"),
            Change(now, _TERMINAL, to, name, _ALL, "lift"),
        )
        typer.echo(localize("access.taken_back", terminal_language(), collection=name, server=to))


@access.command("open-all", epilog="Example: docent access open-all --yes")
def open_all(
    yes: Annotated[bool, typer.Option("--yes", help="Mean it: everyone reads everything.")] = False,
) -> None:
    """Begin without any access rules, where their file is lost and in no backup."""
    if not yes:
        raise Unsure("access.open_all_unsure")
    with open_context() as context:
        context.access_rules().begin_anew()
    typer.echo(localize("access.opened_all", terminal_language()))
