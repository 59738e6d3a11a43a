"""An interaction: what a person did, what the bot made of it, and how tests wait for that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.local_discord.access import refuse_unseen
from tests.local_discord.limits import ApiError, unknown
from tests.local_discord.messages import Message
from tests.local_discord.world import DM, EVERYTHING, Channel, Member, Person

if TYPE_CHECKING:
    from tests.local_discord.core import Core

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
ACKNOWLEDGE_SECONDS, TOKEN_SECONDS = 3.0, 15 * 60


@dataclass(eq=False)
class Interaction:
    """One use of a command, component, autocomplete or modal.

    `replies` holds every message it created or changed that says something, in order, so the
    same message stands there twice when it was edited; `messages` holds what is on the screen.
    """

    core: Core
    id: int
    kind: int
    person: Person
    channel: Channel
    data: dict[str, Any]
    created: float
    name: str = ""
    source: Message | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(40))
    response_type: int | None = None
    acknowledged_after: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] | None = None
    modal: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse what Discord's client would not offer."""
        refuse_unseen(self)

    @property
    def messages(self) -> list[Message]:
        """Return what this interaction put on the screen: its reply and the follow-ups."""
        own = [self.original] if self.original and self.original is not self.source else []
        return [m for m in (*own, *self.followups) if not m.deleted and not m.loading]

    @property
    def text(self) -> str:
        """Return all that these messages say."""
        return "\n".join(message.text for message in self.messages)

    @property
    def thinking(self) -> bool:
        """Return True if the reply was put off and has not come."""
        return bool(self.original and self.original.loading and not self.original.deleted)

    async def wait_acknowledged(self, timeout: float = 5.0) -> int:
        await self.core.until(lambda: self.response_type, timeout, f"an acknowledgement of {self}")
        assert self.response_type is not None
        return self.response_type

    async def wait_reply(self, timeout: float = 15.0) -> Message:
        """Wait until something was said; return the latest."""
        await self.core.until(lambda: self.replies, timeout, f"a reply to {self}")
        return self.replies[-1]

    async def wait_modal(self, timeout: float = 5.0) -> dict[str, Any]:
        """Wait for a modal to open; return its payload."""
        return await self.core.until(lambda: self.modal, timeout, f"a modal for {self}")

    def __str__(self) -> str:
        """Name the interaction in the message of a timeout."""
        return f"{self.name or 'interaction'} by {self.person.user.name}"

    def check_token(self) -> None:
        if self.response_type is None:
            raise unknown("Webhook", 10015)
        if self.core.clock.now() - self.created > TOKEN_SECONDS:
            raise ApiError(401, 50027, "Invalid Webhook Token")

    def check_callback(self) -> None:
        """Raise 40060 for a second callback, 10062 for one that comes too late."""
        if self.response_type is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if self.core.clock.now() - self.created > self.core.acknowledge_seconds:
            raise unknown("interaction", 10062)

    def acknowledged(self, response_type: int) -> None:
        self.response_type = response_type
        self.acknowledged_after = self.core.clock.now() - self.created

    def metadata(self) -> dict[str, Any]:
        """Return what a message tells of the interaction it answers."""
        app = str(self.core.application_id)
        user = self.person.user.payload()
        meta: dict[str, Any] = {
            "id": str(self.id),
            "type": self.kind,
            "user": user,
            "authorizing_integration_owners": self._owners(),
        }
        if self.source is not None:
            meta["interacted_message_id"] = str(self.source.id)
        if self.kind == MODAL:
            meta["triggering_interaction_metadata"] = {**meta, "type": COMPONENT}
        found: dict[str, Any] = {"application_id": app, "webhook_id": app}
        found["interaction_metadata"] = meta
        if self.kind == COMMAND:
            found["interaction"] = {"id": str(self.id), "type": 2, "name": self.name, "user": user}
        return found

    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": str(self.id),
            "application_id": str(self.core.application_id),
            "type": self.kind,
            "data": self.data,
            "token": self.token,
            "version": 1,
            "channel_id": str(self.channel.id),
            "channel": self.channel.payload(),
            "app_permissions": str(self.channel.bot_permissions),
            "locale": self.person.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self._owners(),
            "context": 1 if self.channel.kind == DM else 0,
            "attachment_size_limit": 10_485_760,
        }
        if self.channel.guild is not None:
            guild = self.channel.guild
            assert isinstance(self.person, Member)
            found |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": ["COMMUNITY"]},
                "guild_locale": guild.locale,
                "member": self.person.payload(permissions=True),
            }
        else:
            found["user"] = self.person.user.payload()
        if self.source is not None:
            found["message"] = self.source.payload()
        return found

    def _owners(self) -> dict[str, str]:
        guild = self.channel.guild
        return {"0": str(guild.id) if guild else "0"}


def command_options(command: dict[str, Any], given: dict[str, Any], focused: str = "") -> list[Any]:
    """Return the options as Discord sends them. Raises ValueError where its client would refuse.

    With `focused` the command is still being typed: required options may be missing.
    """
    known = {option["name"]: option for option in command.get("options") or []}
    stray = set(given) - set(known)
    if stray:
        raise ValueError(
            f"/{command['name']} has no option {sorted(stray)}; it has {sorted(known)}"
        )
    missing = [n for n, o in known.items() if o.get("required") and n not in given]
    if missing and not focused:
        raise ValueError(f"/{command['name']} needs {missing}")
    found = []
    for name, value in given.items():
        option = known[name]
        if not focused:
            _check_value(option, value)
        entry = {"name": name, "type": option["type"], "value": value}
        found.append(entry | ({"focused": True} if name == focused else {}))
    return found


def _check_value(option: dict[str, Any], value: Any) -> None:
    """Raise ValueError where Discord's client would not let the value be sent."""
    # A role or channel is sent by its id.
    kinds: dict[int, type | tuple[type, ...]] = {
        7: str,
        8: str,
        3: str,
        4: int,
        5: bool,
        10: (int, float),
    }
    wanted = kinds.get(option["type"], object)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ValueError(f"option {option['name']} takes {wanted}, not {value!r}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"option {option['name']} takes one of {choices}, not {value!r}")
    if isinstance(value, str):
        longest = option.get("max_length") or 6000
        if not (option.get("min_length") or 0) <= len(value) <= longest:
            raise ValueError(f"option {option['name']} takes up to {longest} characters")


def may_use(command: dict[str, Any], person: Person, channel: Channel) -> str:
    """Return why Discord hides a command from a person here; empty if it shows it."""
    contexts = command.get("contexts")
    where = 1 if channel.kind == DM else 0
    in_dm = contexts is None and command.get("dm_permission") is not False
    if contexts is not None and where not in contexts:
        return f"/{command['name']} is not offered here: contexts {contexts}"
    if channel.kind == DM:
        return "" if contexts or in_dm else f"/{command['name']} is not offered in direct messages"
    needed = command.get("default_member_permissions")
    if needed is None:
        return ""
    bits = person.permissions() if isinstance(person, Member) else 0
    # "0" hides a command from everyone but administrators.
    allowed = bits == EVERYTHING or (int(needed) and bits & int(needed) == int(needed))
    return (
        "" if allowed else f"{person.user.name} lacks the permissions that /{command['name']} asks"
    )


def modal_components(modal: dict[str, Any], values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a filled modal as Discord sends it; `values` by custom_id."""

    def filled(entry: dict[str, Any], at: int) -> dict[str, Any]:
        key = "values" if entry["type"] != 4 else "value"
        found = {"type": entry["type"], "id": at, "custom_id": entry["custom_id"]}
        return {**found, key: values[entry["custom_id"]]}

    found: list[dict[str, Any]] = []
    for i, row in enumerate(modal["components"]):
        at = 2 * i + 1
        if row["type"] == 18:
            found.append({"type": 18, "id": at, "component": filled(row["component"], at + 1)})
        elif row["type"] == 1:
            children = [filled(child, at + 1) for child in row["components"]]
            found.append({"type": 1, "id": at, "components": children})
        else:
            found.append({"type": row["type"], "id": at})
    return found
