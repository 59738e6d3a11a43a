"""The Discord client: intents, extensions, background tasks and a clean shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.exceptions import Gone, Restarting
from bot.core.measured import Note
from bot.core.ports import AnswerService, Intake, Reindex
from bot.core.threads import run_in_thread
from bot.discord.backoff import wait_briefly
from bot.discord.concurrency import ConcurrencyLimiter, Cooldown
from bot.discord.forms import Form, take_form
from bot.discord.localisation import PhraseTranslator
from bot.discord.moderators import Moderators
from bot.discord.permissions.control import AccessControl
from bot.discord.progress import Timeouts
from bot.discord.replies import Reply, reply_of
from bot.discord.runs import Runs
from bot.discord.sync import CommandRegister
from bot.discord.tree import DocentTree, guarded
from bot.discord.views import PersistentButton
from bot.storage.access_shared import access_rules
from bot.storage.answers import AnswerStore
from bot.storage.channels import ChannelSettings
from bot.storage.feedback import Feedback
from bot.storage.home import Home
from bot.storage.memory import NOT_KEPT, open_shared
from config.errors import DocentError
from config.phrases import localize
from config.settings import Settings
from retrieval.models import Answer, Summary

_log = logging.getLogger(__name__)
EXTENSIONS = tuple(
    f"bot.discord.cogs.{name}"
    for name in (
        *("ask", "evidence", "articles", "admin"),
        *("documents", "access", "questions", "channels", "mydata", "messages"),
    )
)
QUESTIONS_AT_ONCE = 4
CANCELLED_SECONDS = 0.7

Press = Callable[[discord.Interaction["DocentBot"], str], Awaitable[None]]


class DocentBot(commands.AutoShardedBot):
    """One bot for all its servers, with the parts that the cogs share."""

    # Set before the start: who counts how questions end.
    note_outcome: Note | None = None

    def __init__(
        self,
        settings: Settings,
        service: AnswerService,
        reindex: Reindex,
        data_dir: Path,
        *,
        at_once: int = QUESTIONS_AT_ONCE,
        pace: Timeouts | None = None,
    ) -> None:
        """Build the parts without connecting. Raises MemoryUnusable, StoreUnusable."""
        # Voice is not used, so its missing libraries are not worth a warning.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self._wanted = intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=True
        )
        super().__init__(command_prefix=(), intents=intents, **_options(settings))
        self.settings = settings
        self.pace = pace or Timeouts()
        shared = open_shared(settings.database_url.get_secret_value())
        self.store = AnswerStore(data_dir, shared)
        self.feedback = Feedback(self.store)
        self.runs = Runs(reindex)
        self.gate = ConcurrencyLimiter(at_once, max(self.pace.answer, 4 * settings.chat_timeout))
        self.cooldown = Cooldown(settings.ask_cooldown)
        self.register = CommandRegister(self, self.store, settings.sync_guild_ids)
        self.ended = asyncio.Event()
        # Set before the start: who takes documents in, and what else is begun with the bot.
        self.intake: Intake | None = None
        self.background_work: list[Callable[[], Coroutine[None, None, None]]] = []
        self.button_handlers: dict[str, Press] = {}
        self.forms: dict[str, Form] = {}
        self.channels = ChannelSettings(self.store)
        home = Home(data_dir, settings.home_guild_ids, shared)
        self.access = AccessControl(
            self, service, access_rules(data_dir, shared), home, settings.admin_role_ids
        )
        self.moderators = Moderators(
            self,
            *(self.store, self.channels, self.access, self.runs, self.gate),
            intake=lambda: self.intake,
            pause=self.pace.housekeeping,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._ending: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Load the cogs; register commands and build a missing index while connecting."""
        self._look_at_application()
        await self.tree.set_translator(PhraseTranslator())
        self.add_dynamic_items(PersistentButton)
        self.add_listener(take_form, "on_interaction")
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        for work in (
            self.register.sync(),
            self._build_missing_index(),
            run_in_thread(self.store.forget_old),
            self.moderators.keep_house(),
            *(work() for work in self.background_work),
        ):
            self.follow(work)

    def follow(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine in the background; a failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._followed)

    def _followed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a background task failed", exc_info=error)

    async def _build_missing_index(self) -> None:
        """Start the first indexing run if there is no index.

        Where another process builds it, look again until it has, since it may be killed.
        """
        try:
            while await run_in_thread(self.access.lacks_index):
                _log.info("there is no index yet; building it")
                run = self.runs.start()
                await run.finished.wait()
                if run.report is not None and not run.report.cancelled:
                    _log.info("the first index is finished; questions are answered now")
                if not run.is_refused:
                    return
                await asyncio.sleep(self.pace.between_tries)
        except DocentError as error:
            _log.error("%s", error)

    def _look_at_application(self) -> None:
        """Drop the intents that are off and log warnings about the application's settings."""
        application = self.application
        if application is None:
            return
        if application.bot_public:
            _log.warning("%s", localize("discord.bot_public"))
        if not reads_content(application):
            # Not connected yet: the gateway refuses a bot that asks for what it may not have.
            self._wanted.message_content = False
            _log.warning("%s", localize("discord.no_content"))

    def missing_index(self, language: str) -> str:
        """Return why there is no index: it is being built, or the build failed."""
        run = self.runs.current
        if run is not None:
            line = run.line(language, bounded=self.access.has_rules)
            return localize("discord.building", language, progress=line)
        last = self.runs.last
        if last is not None and last.is_refused:
            return localize("discord.building_elsewhere", language)
        if last is not None and last.report is None:
            # The reason may name folders: it is for the log, and for those who may /reindex.
            return localize("discord.no_index_failed", language)
        return localize("discord.no_index", language)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Reset the backoff of the shard."""
        wait_briefly(self, shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Reset the backoff of the shard."""
        wait_briefly(self, shard_id)

    async def on_ready(self) -> None:
        """Remember the server that was joined first, and say in the log which can write."""
        servers = await self.access.home_servers()
        _log.info("servers whose admins may write: %s", ", ".join(map(str, servers)) or "none yet")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Register the commands again in a server that the bot rejoined."""
        if guild.id in self.settings.sync_guild_ids:
            await self.register.sync(again=guild.id)
        await self.access.home_servers()

    async def pressed(
        self, interaction: discord.Interaction[DocentBot], action: str, state: str
    ) -> None:
        """Handle a click; a button that no cog handles is from another version."""
        await guarded(self, self._press(interaction, action, state), lambda: reply_of(interaction))

    async def _press(
        self, interaction: discord.Interaction[DocentBot], action: str, state: str
    ) -> None:
        press = self.button_handlers.get(action)
        if press is None:
            raise Gone("discord.button_old")
        await press(interaction, state)

    def keep(self, shown: Answer | Summary, reply: Reply) -> int | None:
        """Keep what a reply will show and return its id, None where it cannot be kept. Blocks."""
        place = reply.place
        about = {"guild_id": place.guild_id, "user_id": place.user_id}
        try:
            return self.store.keep(shown, private=place.private, parent=reply.parent, **about)
        except NOT_KEPT:
            _log.exception("a reply could not be kept, so it goes without buttons that need it")
            return None

    def track_task(self) -> None:
        """Make the shutdown wait for the current task."""
        task = asyncio.current_task()
        if task is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    def refuse_while_ending(self) -> None:
        """Raise Restarting if the bot is shutting down."""
        if self._ending is not None:
            raise Restarting("discord.restarting")

    def end(self) -> None:
        """Shut down after the replies in progress; a second call leaves at once."""
        if self._ending is None:
            _log.info("finishing %d replies in progress", len(self._answering))
            self._ending = asyncio.create_task(self._end())
        else:
            self._ending.cancel()

    async def _end(self) -> None:
        try:
            stopping = asyncio.create_task(self.runs.stop(self.pace.shutdown * 0.8))
            _, late = await asyncio.wait({stopping, *self._answering}, timeout=self.pace.shutdown)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=CANCELLED_SECONDS)
        finally:
            await self.close()

    async def close(self) -> None:
        """Disconnect and close the stores."""
        await super().close()
        self.store.close()
        self.ended.set()


def _options(settings: Settings) -> dict[str, Any]:
    """Return what discord.py is to do and to leave, and which shards are ours."""
    return {
        "help_command": None,
        "tree_cls": DocentTree,
        "allowed_mentions": discord.AllowedMentions.none(),
        # A command that works in direct messages too says so itself: Discord adds the two.
        "allowed_contexts": app_commands.AppCommandContext(guild=True),
        "allowed_installs": app_commands.AppInstallationType(guild=True),
        # Nothing of Discord is looked up later, so nothing of it is kept.
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        # Without any, Discord says how many shards there are, and all of them are ours.
        "shard_count": settings.shard_count or None,
        "shard_ids": list(settings.shard_ids) or None,
    }


def reads_content(application: discord.AppInfo) -> bool:
    """Return True if the Message Content Intent is on."""
    flags = application.flags
    return flags.gateway_message_content or flags.gateway_message_content_limited
