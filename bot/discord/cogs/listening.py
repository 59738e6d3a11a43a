"""Questions that nobody asked the bot: answered where admins want it and it is sure."""

from __future__ import annotations

import logging
from collections import OrderedDict

import discord
from discord.ext import commands

from bot.core.exceptions import Gone
from bot.discord.client import DocentBot
from bot.discord.cogs.ask import AskCog
from bot.discord.concurrency import Cooldown, CoolingDown
from bot.discord.delivery import UNDELIVERABLE, with_retry
from bot.discord.heard import is_addressed
from bot.discord.render.parts import Part
from bot.discord.replies import InteractionReply
from bot.discord.rights import is_admin
from bot.discord.threads import QuietReply, base_id, unasked_question
from bot.storage.memory import NOT_KEPT
from config.errors import DocentError
from config.phrases import localize

_log = logging.getLogger(__name__)
_Interaction = discord.Interaction[DocentBot]
_REMEMBERED = 1000
# Nobody waits for these answers, so they come less often.
_LEAST_PAUSE = 5.0
_SOLVED = ("solved", "resolved", "answered", "done", "已解决", "已解決", "已回答", "解决", "解決")


class ListeningCog(commands.Cog):
    """Listens in the channels and forums whose every question may be answered."""

    def __init__(self, bot: DocentBot, answers: AskCog) -> None:
        """Answer as those who ask are answered."""
        self.bot, self._answers = bot, answers
        self._seen: OrderedDict[int, None] = OrderedDict()
        pause = bot.settings.ask_cooldown
        self._cooldown = Cooldown(max(pause, _LEAST_PAUSE) if pause else 0)
        bot.button_handlers.update(solved=self.solve)

    @commands.Cog.listener("on_message")
    async def hear(self, message: discord.Message) -> None:
        """Answer a message where every question is, if it asks something and the answer is sure."""
        bot = self.bot
        if message.guild is None or await bot.mode_of(base_id(message)) != "every":
            return
        if is_addressed(message, bot.user) or self._was_seen(message.id):
            return
        question = unasked_question(message)
        if not question:
            return
        bot.track_task()
        try:
            bot.refuse_while_ending()
            self._cooldown.check(message.author.id)
            reply = QuietReply(message, question, bot.typing)
            await self._answers.answer_if_sure(question, reply)
        except CoolingDown:
            return
        except (DocentError, *NOT_KEPT) as error:
            _log.info("an unasked question was left alone: %s", type(error).__name__)

    def _was_seen(self, message_id: int) -> bool:
        """Note a message; True for one that the gateway hands over a second time."""
        if message_id in self._seen:
            return True
        self._seen[message_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return False

    async def solve(self, interaction: _Interaction, state: str) -> None:
        """Mark a forum post as solved, for its author and moderators."""
        post = interaction.channel
        reply = InteractionReply(interaction)
        if not isinstance(post, discord.Thread):
            raise Gone("discord.button_old")
        rights = interaction.permissions
        own = interaction.user.id in (post.owner_id, int(state) if state.isdigit() else 0)
        if not own and not rights.manage_threads and not is_admin(interaction):
            private = InteractionReply(interaction, private=True)
            await private.tell(localize("channels.not_yours", private.language))
            return
        async with reply:
            key = "channels.solved_by" if await _tagged(post) else "channels.solved_untagged"
            who = interaction.user.mention
            await reply.send([Part(localize(key, reply.language, who=who))])


async def _tagged(post: discord.Thread) -> bool:
    """Put the forum's own tag for what is solved on a post; True if it is there then."""
    forum = post.parent
    if not isinstance(forum, discord.ForumChannel):
        return False
    tags = [tag for tag in forum.available_tags if tag.name.strip().casefold() in _SOLVED]
    if not tags:
        return False
    if tags[0] in post.applied_tags:
        return True
    applied = [*post.applied_tags[:4], tags[0]]
    try:
        await with_retry(lambda: post.edit(applied_tags=applied))
    except UNDELIVERABLE as error:
        _log.info("a post could not be tagged: %s", error)
        return False
    return True


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    answers = bot.get_cog("AskCog")
    if isinstance(answers, AskCog):
        await bot.add_cog(ListeningCog(bot, answers))
