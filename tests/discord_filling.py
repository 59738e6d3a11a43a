"""Forms as people fill them in on the local Discord: text, a choice, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_attachments import with_attachments

if TYPE_CHECKING:
    from tests.discord_core import Core

TEXT_INPUT, STRING_SELECT, FILE_UPLOAD = 4, 3, 19


def filled_fields(
    core: Core,
    data: dict[str, Any],
    fields: list[dict[str, Any]],
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> dict[str, Any]:
    """Return what each field holds, by custom_id; uploads go into the `data` of the interaction.

    Raises ValueError where Discord's client would not let the form be sent.
    """
    filled = {field["custom_id"]: _prefilled(field) for field in fields}
    filled |= {f["custom_id"]: value for f, value in zip(fields, values, strict=False)}
    for key in ("label", "custom_id"):
        filled |= {f["custom_id"]: named[f[key]] for f in fields if f[key] in named}
    filled = with_attachments(core, data, filled)
    for field in fields:
        given = filled[field["custom_id"]]
        if field.get("required", True) and not given:
            raise ValueError(f"{field['label']} must be filled in")
        if field["type"] == TEXT_INPUT:
            _check_text(field, given)
        elif given:
            _check_choice(field, given)
            filled[field["custom_id"]] = [given]
        else:
            filled[field["custom_id"]] = []
    return filled


def _prefilled(field: dict[str, Any]) -> str:
    """Return what stands in a field when the form opens."""
    options = field.get("options") or []
    return next((o["value"] for o in options if o.get("default")), field.get("value") or "")


def _check_text(field: dict[str, Any], given: str) -> None:
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if given and not least <= len(given) <= most:
        raise ValueError(f"{field['label']} has {len(given)} characters")


def _check_choice(field: dict[str, Any], given: str) -> None:
    options = [option["value"] for option in field.get("options") or []]
    if field["type"] == STRING_SELECT and given not in options:
        raise ValueError(f"{field['label']} takes one of {options}, not {given!r}")
