"""Forms as people fill them in on the local Discord: text, a choice, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.local_discord.attachments import Upload, with_attachments
from tests.local_discord.forms import FILE_UPLOAD
from tests.local_discord.forms import SELECT as STRING_SELECT

if TYPE_CHECKING:
    from tests.local_discord.core import Core

TEXT_INPUT = 4


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
    for field in fields:
        key, given = field["custom_id"], filled[field["custom_id"]]
        if field.get("required", True) and not given:
            raise ValueError(f"{field['label']} must be filled in")
        if field["type"] == TEXT_INPUT:
            _check_text(field, given)
            continue
        chosen = list(given) if isinstance(given, tuple) else [given] if given else []
        _check_choices(field, chosen)
        uploads = {str(i): each for i, each in enumerate(chosen)}
        filled[key] = list(with_attachments(core, data, uploads).values())
    return filled


def _prefilled(field: dict[str, Any]) -> str:
    """Return what stands in a field when the form opens."""
    options = field.get("options") or []
    return next((o["value"] for o in options if o.get("default")), field.get("value") or "")


def _check_text(field: dict[str, Any], given: Any) -> None:
    if not isinstance(given, str):
        raise ValueError(f"{field['label']} takes text, not {given!r}")
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if given and not least <= len(given) <= most:
        raise ValueError(f"{field['label']} has {len(given)} characters")


def _check_choices(field: dict[str, Any], given: list[Any]) -> None:
    least, most = field.get("min_values"), field.get("max_values") or 1
    if given and not (1 if least is None else least) <= len(given) <= most:
        raise ValueError(f"{field['label']} takes up to {most}, not {len(given)}")
    options = [option["value"] for option in field.get("options") or []]
    for each in given:
        if field["type"] == STRING_SELECT and each not in options:
            raise ValueError(f"{field['label']} takes one of {options}, not {each!r}")
        if isinstance(each, Upload) is not (field["type"] == FILE_UPLOAD):
            raise ValueError(f"{field['label']} does not take {each!r}")
