"""Forums of the local Discord: their tags, and the posts that people open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.local_discord.core import Core
from tests.local_discord.messages import Message
from tests.local_discord.places import new_thread
from tests.local_discord.world import FORUM, USUAL, Channel, Guild, Member


@dataclass(eq=False)
class Tag:
    """A tag of a forum."""

    id: int
    name: str

    def payload(self) -> dict[str, Any]:
        unused = {"moderated": False, "emoji_id": None, "emoji_name": None}
        return {"id": str(self.id), "name": self.name, **unused}


def new_forum(
    core: Core, guild: Guild, name: str, *tags: str, bot_permissions: int = USUAL
) -> Channel:
    forum = Channel(core.clock.snowflake(), FORUM, name, guild, None, None, bot_permissions)
    forum.tags = [Tag(core.clock.snowflake(), tag) for tag in tags]
    core.channels[forum.id] = forum
    guild.channels.append(forum)
    core.gateway.dispatch("CHANNEL_CREATE", guild.id, 1, lambda _: forum.payload())
    return forum


def open_post(core: Core, person: Member, forum: Channel, title: str, text: str) -> Message:
    """Open a post, and return its first message, which has the id of the post."""
    post = new_thread(core, forum, title, owner=person.user)
    first = Message(post.id, post, person.user, content=text, created=core.clock.iso())
    post.log.append(first)
    core.announce("MESSAGE_CREATE", first)
    return first
