"""A small bot on unmodified discord.py, to try the local Discord with every kind of interaction."""

from __future__ import annotations

import asyncio
import os
import re
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands


class Press(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"press:(?P<count>\d+)"):
    """A button whose count lives in its custom_id, so that it outlives the process."""

    def __init__(self, count: int) -> None:
        super().__init__(discord.ui.Button(label=f"Pressed {count}", custom_id=f"press:{count}"))
        self.count = count

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str]) -> Press:
        return cls(int(match["count"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None).add_item(Press(self.count + 1))
        await interaction.response.edit_message(content=f"count {self.count + 1}", view=view)


class Form(discord.ui.Modal, title="Tell us"):
    """One field."""

    reason = discord.ui.TextInput(label="Reason", max_length=100)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"heard {self.reason.value}", ephemeral=True)


class Menu(discord.ui.View):
    """A button that opens the form, and a select."""

    @discord.ui.button(label="Open form", custom_id="form")
    async def form(self, interaction: discord.Interaction, _: Any) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(
        custom_id="pick",
        options=[discord.SelectOption(label="One"), discord.SelectOption(label="Two")],
    )
    async def pick(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"picked {select.values[0]}", ephemeral=True)


class PlainBot(commands.AutoShardedBot):
    """Answers `/echo`, `/slow`, `/menu`, a context menu, mentions and direct messages."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = os.environ.get("CONTENT", "1") == "1"
        super().__init__("!", intents=intents, allowed_mentions=discord.AllowedMentions.none())

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Press)
        for command in (echo, slow, menu, late, find):
            self.tree.add_command(command)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or not self.user:
            return
        replied = message.reference and message.reference.resolved
        if message.guild is None or self.user in message.mentions or replied:
            async with message.channel.typing():
                about = f" after {replied.content}" if replied else ""
                await message.reply(f"you said {message.content}{about}")


@app_commands.command(description=app_commands.locale_str("Say it back"))
@app_commands.describe(text="What to say", private="For you alone")
async def echo(
    interaction: discord.Interaction,
    text: app_commands.Range[str, 1, 50],
    private: bool = False,
) -> None:
    """Answer at once."""
    view = discord.ui.View(timeout=None).add_item(Press(0))
    where = f"{interaction.locale} {interaction.channel} {interaction.permissions.manage_guild}"
    await interaction.response.send_message(f"{text} | {where}", ephemeral=private, view=view)


@echo.autocomplete("text")
async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer what was typed, numbered."""
    return [app_commands.Choice(name=f"{typed}{i}", value=f"{typed}{i}") for i in range(3)]


@app_commands.command(description="Defer, then edit and follow up")
async def slow(interaction: discord.Interaction) -> None:
    """Answer late."""
    await interaction.response.defer(thinking=True)
    await interaction.followup.send("first")
    await interaction.edit_original_response(content="first, edited")
    await interaction.followup.send("second", ephemeral=True)


@app_commands.command(description="Show a form and a menu")
@app_commands.default_permissions(manage_guild=True)
async def menu(interaction: discord.Interaction) -> None:
    """Show the view."""
    await interaction.response.send_message("choose", view=Menu(timeout=None))


@app_commands.command(description="Acknowledge too late")
async def late(interaction: discord.Interaction) -> None:
    """Wait longer than Discord does."""
    await asyncio.sleep(float(os.environ.get("LATE", "3.2")))
    try:
        await interaction.response.send_message("late")
    except discord.NotFound as error:
        await interaction.channel.send(f"refused with {error.code}")  # type: ignore[union-attr]


@app_commands.context_menu(name="Find it")
async def find(interaction: discord.Interaction, message: discord.Message) -> None:
    """Quote the message."""
    await interaction.response.send_message(f"found {message.content}", ephemeral=True)


def main() -> None:
    """Run it; what ends it is written to standard error by Python."""
    PlainBot().run(os.environ["DISCORD_TOKEN"])
