"""`/mydata`: what is kept of the one who asks, as a file, and deleted; nobody else sees it."""

from __future__ import annotations

import io
import json
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.threads import run_in_thread
from bot.discord.client import DocentBot
from bot.discord.delivery import with_retry
from bot.discord.localisation import phrase
from bot.discord.render.parts import Button, Part
from bot.discord.replies import InteractionReply
from bot.storage.personal import PersonalData
from config.phrases import localize

_Interaction = discord.Interaction[DocentBot]
_FILE = "my-data.json"


class MyDataCog(commands.Cog):
    """Shows people their own data alone, and deletes it."""

    def __init__(self, bot: DocentBot) -> None:
        """Take the clicks on Export and Delete."""
        self.bot = bot
        self._data = PersonalData(bot.store)
        bot.button_handlers.update(
            exportdata=self.export, deletedata=self.ask_again, deletesurely=self.delete
        )

    @app_commands.command(name="mydata", description=phrase("mydata.description"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def mydata(self, interaction: _Interaction) -> None:
        """Count what is kept, and offer to export or delete it."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            found = await run_in_thread(self._data.export, interaction.user.id)
            counts = {name: len(entries) for name, entries in found.items()}
            buttons = (
                Button("exportdata", (), localize("mydata.export", reply.language), style="blue"),
                Button("deletedata", (), localize("mydata.delete", reply.language), style="red"),
            )
            part = Part(localize("mydata.counts", reply.language, **counts))
            await reply.send([part.with_rows(buttons if any(counts.values()) else ())])

    async def export(self, interaction: _Interaction, _: str) -> None:
        """Send it as a file."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            found = await run_in_thread(self._data.export, interaction.user.id)
            content = json.dumps(found, ensure_ascii=False, indent=1).encode()
            text = localize("mydata.exported", reply.language)

            async def send() -> Any:
                file = discord.File(io.BytesIO(content), _FILE)
                return await interaction.edit_original_response(content=text, attachments=[file])

            await with_retry(send)

    async def ask_again(self, interaction: _Interaction, _: str) -> None:
        """Say what deleting means, before anything is deleted."""
        reply = InteractionReply(interaction, private=True)
        async with reply:
            label = localize("mydata.delete_surely", reply.language)
            part = Part(localize("mydata.sure", reply.language))
            await reply.send([part.with_rows((Button("deletesurely", (), label, style="red"),))])

    async def delete(self, interaction: _Interaction, _: str) -> None:
        """Delete it, also from the moderators' channel."""
        reply = InteractionReply(interaction, update=True)
        user_id = interaction.user.id
        async with reply:
            async with self.bot.moderators.posts.withdrawn(user_id):
                count = await run_in_thread(self._data.delete, user_id)
            await reply.send([Part(localize("mydata.deleted", reply.language, count=count))])


async def setup(bot: DocentBot) -> None:
    """Add the cog."""
    await bot.add_cog(MyDataCog(bot))
