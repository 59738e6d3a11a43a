"""Errors of the bot itself; each message is one sentence for a person."""

from __future__ import annotations

from config.errors import DocentError


class StartFailed(DocentError):
    """The bot cannot go on running; the message says why and what to do."""


class NotAdmin(DocentError):
    """The user lacks the permission that a command needs."""


class Restarting(DocentError):
    """The bot is shutting down and accepts nothing new."""


class Gone(DocentError):
    """The target of a button or reply no longer exists or cannot be read."""
