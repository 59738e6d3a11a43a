"""What goes wrong in the bot itself; each message is one sentence for a person."""

from __future__ import annotations

from config.errors import DocentError


class StartFailed(DocentError):
    """The bot cannot go on running; the message says why and what to do."""


class NotAdmin(DocentError):
    """A person lacks the right that a command takes."""


class Restarting(DocentError):
    """The bot is going down, so nothing new is begun."""


class Gone(DocentError):
    """What a button refers to is no longer kept, or no longer in the documents."""
