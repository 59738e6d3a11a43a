"""Start a program with discord.py pointed at a local Discord; nothing else is changed.

`python tests/run_bot.py bot.__main__:main run` calls `main()` with `sys.argv[1:] == ["run"]`.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def point_at_local_discord() -> None:
    """Set the three addresses that discord.py has as constants."""
    Route.BASE = os.environ["LOCAL_DISCORD_REST"]
    discord.Asset.BASE = os.environ["LOCAL_DISCORD_REST"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["LOCAL_DISCORD_GATEWAY"])


if __name__ == "__main__":
    # In place of the folder of the script, whose `bot` and `index` are tests.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    point_at_local_discord()
    module, _, function = sys.argv[1].partition(":")
    sys.argv = [module, *sys.argv[2:]]
    sys.exit(getattr(importlib.import_module(module), function)())
