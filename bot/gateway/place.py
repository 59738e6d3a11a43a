"""Where a question is asked, and by whom: what access rules will be held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One person in one channel. `private` tells that the reply is seen by that person alone.

    `guild_id` is None in direct messages.
    """

    guild_id: int | None
    channel_id: int | None
    user_id: int
    private: bool
