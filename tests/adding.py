"""`/add` as people use it: the form is opened, a file and its collection are chosen, and sent."""

from __future__ import annotations

from typing import Any

from tests.local_discord.door import (
    Channel,
    DiscordServer,
    Interaction,
    Person,
    Upload,
    modal_fields,
)


async def add(
    server: DiscordServer,
    by: Person,
    where: Channel,
    file: Upload,
    collection: str = "",
    *,
    force: bool = False,
) -> Interaction:
    """Send a file by the form; return what says so, or says why there is no form."""
    opened = await server.slash(by, where, "add", force=force)
    await server.until(lambda: opened.modal or opened.messages, 20, "the form of /add")
    if opened.modal is None:
        return opened
    chosen = "collection" if collection in offered(opened.modal) else "new"
    given: dict[str, Any] = {"file": file, chosen: collection}
    return await server.submit_modal(opened, **given)


def offered(modal: dict[str, Any]) -> list[str]:
    """Return the collections that a form offers."""
    fields = {field["custom_id"]: field for field in modal_fields(modal)}
    return [option["value"] for option in fields.get("collection", {}).get("options", [])]
