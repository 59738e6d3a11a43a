"""The link with which a server's manager invites the bot, asking for no more than it needs."""

from __future__ import annotations

from urllib.parse import urlencode

# Bits of Discord's permissions: read and answer in channels and threads, and see the message
# that a reply continues. Cards of components are no embeds, and a file in reply to a command
# takes no right of the channel.
_VIEW_CHANNEL = 1 << 10
_SEND_MESSAGES = 1 << 11
_READ_MESSAGE_HISTORY = 1 << 16
_CREATE_PUBLIC_THREADS = 1 << 35
_SEND_MESSAGES_IN_THREADS = 1 << 38
PERMISSIONS = (
    _VIEW_CHANNEL
    | _SEND_MESSAGES
    | _READ_MESSAGE_HISTORY
    | _CREATE_PUBLIC_THREADS
    | _SEND_MESSAGES_IN_THREADS
)
SCOPES = ("bot", "applications.commands")


def invite_link(application_id: int | str) -> str:
    """Return the address that adds the application to a server."""
    query = {
        "client_id": str(application_id),
        "scope": " ".join(SCOPES),
        "permissions": str(PERMISSIONS),
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"
