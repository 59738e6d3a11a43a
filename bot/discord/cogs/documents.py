"""`/add` and `/remove` for those who may: documents come and go, and the index follows at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.core.ports import Intake, Staged
from bot.core.threads import run_in_thread
from bot.discord.choices import choice_value
from bot.discord.client import DocentBot
from bot.discord.delivery import UNDELIVERABLE, with_retry
from bot.discord.forms import Values, form_id, labelled, open_form, uploaded
from bot.discord.localisation import language_of_locale, phrase
from bot.discord.permissions.control import SECONDS_TO_RESPOND
from bot.discord.permissions.place import place_of
from bot.discord.progress import ProgressMessage
from bot.discord.render.markdown import one_line
from bot.discord.render.parts import CHOICE_LIMIT, CHOICES_LIMIT, Part
from bot.discord.render.render_intake import render_added, render_replace_question, source_shown
from bot.discord.replies import InteractionReply
from bot.discord.rights import require_admin, require_writer
from bot.discord.runs import Run
from config.errors import DocentError
from config.phrases import localize

_Interaction = discord.Interaction[DocentBot]
_FORM = "add"
_LONGEST_COLLECTION = 100
_KEY_PREFIX = "document:"


class DocumentsCog(commands.Cog):
    """Takes documents in and out. Whoever asks for it sees the replies alone."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the form of an upload, and the clicks on Replace and Keep."""
        self.bot = bot
        bot.forms[_FORM] = self.take_upload
        bot.button_handlers.update(replace=self.replace, keep=self.keep)

    @app_commands.command(name="add", description=phrase("intake.add_description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def add(self, interaction: _Interaction) -> None:
        """Open the form in which a file and its collection are chosen."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        self._intake()
        collections = await self._collections(interaction)
        language = language_of_locale(interaction.locale)
        await open_form(interaction, _upload_form(collections, language))

    async def take_upload(self, interaction: _Interaction, _state: str, values: Values) -> None:
        """Read an uploaded file, put it in place, and let it answer."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        intake = self._intake()
        reply = InteractionReply(interaction, private=True)
        async with reply:
            await require_writer(interaction)
            files = uploaded(interaction, values.get("file", []))
            if not files:
                raise Gone("intake.download")
            name, by = _original_name(files[0]), str(interaction.user.id)
            collection = _first(values, "new").strip() or _first(values, "collection")
            source = await run_in_thread(intake.check, name, collection, files[0].size)
            await run_in_thread(self.bot.access.require_ours, interaction.guild_id, source)
            content = await _downloaded(files[0])
            server = interaction.guild_id or 0
            upload = await self.bot.gate.run(intake.stage, name, collection, content, by, server)
            if upload.replaces:
                await reply.send([render_replace_question(upload, reply.language)])
                return
            await self._place(interaction, reply, upload.token, replace=False)

    async def _collections(self, interaction: _Interaction) -> list[str]:
        """Return the collections that a writer may see; none where that takes too long.

        Raises NotAdmin.
        """
        try:
            async with asyncio.timeout(SECONDS_TO_RESPOND):
                await require_writer(interaction)
                try:
                    service = await self.bot.access.service_for(place_of(interaction, private=True))
                    return await run_in_thread(service.collections)
                except DocentError:
                    # The name of a collection can be typed; what is wrong is told with the upload.
                    return []
        except TimeoutError:
            return []

    async def replace(self, interaction: _Interaction, token: str) -> None:
        """Let an upload take the place of the document of its name."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        reply = InteractionReply(interaction, update=True)
        async with reply:
            await self._place(interaction, reply, token, replace=True)

    async def keep(self, interaction: _Interaction, token: str) -> None:
        """Forget an upload."""
        require_admin(interaction)
        reply = InteractionReply(interaction, update=True)
        async with reply:
            await run_in_thread(self._own, interaction, token)
            await run_in_thread(self._intake().drop, token)
            await reply.send([Part(localize("intake.kept", reply.language))])

    @app_commands.command(name="remove", description=phrase("intake.remove_description"))
    @app_commands.describe(source=phrase("intake.remove_source"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def remove(self, interaction: _Interaction, source: str) -> None:
        """Take a document out, and let it be quoted no more."""
        require_admin(interaction)
        self.bot.refuse_while_ending()
        self._intake()
        reply = InteractionReply(interaction, private=True)
        async with reply:
            await require_writer(interaction)
            if source.startswith(_KEY_PREFIX):
                sources = await self._sources(interaction)
                source = {choice_value(_KEY_PREFIX, s): s for s in sources}.get(source, source)
            was_last = await run_in_thread(self._taken_out, interaction, source)
            run = await self._run(interaction, prune_all=was_last)
            shown = source_shown(source)
            text = localize("intake.removed", reply.language, source=shown)
            if reason := self._failure(run, reply.language):
                values = {"source": shown, "reason": reason}
                text = localize("intake.removed_unindexed", reply.language, **values)
            await reply.send([Part(text)])

    @remove.autocomplete("source")
    async def offer_sources(
        self, interaction: _Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the documents whose path holds what is typed."""
        return _choices(await self._sources(interaction), current)

    async def _place(
        self, interaction: _Interaction, reply: InteractionReply, token: str, *, replace: bool
    ) -> None:
        """Place an upload, index it and report its articles."""
        # Rights, servers and rules may have changed since it was staged.
        await require_writer(interaction)
        upload = await run_in_thread(self._placed, interaction, token, replace=replace)
        run = await self._run(interaction)
        part = render_added(upload, reply.language)
        if reason := self._failure(run, reply.language):
            values = {"source": source_shown(upload.source), "reason": reason}
            part = Part(localize("intake.unindexed", reply.language, **values))
        await reply.send([part])

    def _placed(self, interaction: _Interaction, token: str, *, replace: bool) -> Staged:
        """Put an upload in place, if it is theirs and may be written at this moment. Blocks."""
        upload, by = self._own(interaction, token), str(interaction.user.id)
        self.bot.access.require_ours(interaction.guild_id, upload.source)
        return self._intake().place(token, by, replace=replace)

    def _taken_out(self, interaction: _Interaction, source: str) -> bool:
        """Take a document out, if it may be touched; True if it was the last one. Blocks."""
        self.bot.access.require_ours(interaction.guild_id, source)
        return self._intake().take_out(source, str(interaction.user.id))

    def _own(self, interaction: _Interaction, token: str) -> Staged:
        """Return an upload. Raises Gone for one staged by somebody else, or elsewhere. Blocks."""
        upload = self._intake().staged(token)
        if (upload.by, upload.server) != (str(interaction.user.id), interaction.guild_id):
            raise Gone("intake.forgotten")
        return upload

    async def _run(self, interaction: _Interaction, *, prune_all: bool = False) -> Run:
        """Wait for the current run, start another, show it live and return it when finished."""
        runs, pace, access = self.bot.runs, self.bot.pace, self.bot.access
        while (earlier := runs.current) is not None:
            await ProgressMessage(interaction, earlier, pace, True, access, private=True).follow()
            await earlier.finished.wait()
        self.bot.refuse_while_ending()
        run = runs.start(prune_all=prune_all)
        await ProgressMessage(interaction, run, pace, False, access, private=True).follow()
        await run.finished.wait()
        return run

    def _failure(self, run: Run, language: str) -> str:
        """Return why a run did not bring the index up to date; empty where it did."""
        if run.report is None:
            return run.failure(language)
        return localize("intake.unfinished", language) if run.report.cancelled else ""

    def _intake(self) -> Intake:
        if self.bot.intake is None:
            raise Gone("intake.off")
        return self.bot.intake

    async def _sources(self, interaction: _Interaction) -> list[str]:
        """Return the documents that the one who types may see."""
        try:
            service = await self.bot.access.service_for(place_of(interaction, private=True))
            cards = await run_in_thread(service.articles)
        except DocentError:
            # There is no way to say a sentence while somebody types; the command itself will.
            return []
        return sorted({card.source for card in cards})


def _upload_form(collections: Sequence[str], language: str) -> discord.ui.Modal:
    """Return the form for an upload: a file, a collection that exists, or the name of a new one."""

    def row(name: str, field: discord.ui.Item[Any]) -> discord.ui.Label[Any]:
        said = localize(f"intake.form_{name}", language)
        return labelled(said, field, localize(f"intake.form_{name}_hint", language))

    title = localize("intake.form_heading", language)
    form = discord.ui.Modal(title=title, custom_id=form_id(_FORM, ""))
    form.add_item(row("file", discord.ui.FileUpload(custom_id="file")))
    options = [
        discord.SelectOption(label=one_line(name), value=name)
        for name in collections
        if 0 < len(name) <= CHOICE_LIMIT and one_line(name)
    ]
    if options:
        choice: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="collection", options=options[:CHOICES_LIMIT], required=False
        )
        form.add_item(row("collection", choice))
    typed: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id="new", max_length=_LONGEST_COLLECTION, required=False
    )
    form.add_item(row("new", typed))
    return form


def _first(values: Values, name: str) -> str:
    return next(iter(values.get(name, [])), "")


def _choices(found: list[str], current: str) -> list[app_commands.Choice[str]]:
    """Return those that hold what is typed, as Discord shows them and as it sends them back."""
    wanted = current.strip().casefold()
    fitting = [name for name in found if wanted in name.casefold()]
    return [
        app_commands.Choice(name=_ending(one_line(name)), value=choice_value(_KEY_PREFIX, name))
        for name in fitting[:CHOICES_LIMIT]
    ]


def _ending(name: str) -> str:
    """Return the end of a path, which says the most."""
    return name if len(name) <= CHOICE_LIMIT else f"…{name[1 - CHOICE_LIMIT :]}"


def _original_name(file: discord.Attachment) -> str:
    """Return the name that a file had before Discord took out what it does not like in names."""
    suffix = PurePosixPath(file.filename).suffix
    return f"{file.title}{suffix}" if file.title else file.filename


async def _downloaded(file: discord.Attachment) -> bytes:
    """Return what an attachment holds. Raises Gone where Discord does not give it."""
    try:
        return await with_retry(file.read)
    except UNDELIVERABLE as error:
        raise Gone("intake.download") from error


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(DocumentsCog(bot))
