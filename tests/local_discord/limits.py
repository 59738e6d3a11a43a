"""The limits that Discord holds messages to, with the error bodies it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.local_discord.messages import is_v2, walk

Errors = dict[str, str]


class ApiError(Exception):
    """A request that Discord refuses: HTTP status, JSON code, message and field errors."""

    def __init__(self, status: int, code: int, message: str, errors: Errors | None = None) -> None:
        self.status, self.code, self.message = status, code, message
        self.errors = errors or {}
        super().__init__(f"{status} {code} {message} {self.errors}")

    def body(self) -> dict[str, Any]:
        """Return the JSON body, with the field errors nested as Discord nests them."""
        found: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            found["errors"] = {}
        for path, reason in self.errors.items():
            place = found["errors"]
            for key in path.split("."):
                place = place.setdefault(key, {})
            code, _, text = reason.partition(": ")
            place.setdefault("_errors", []).append({"code": code, "message": text})
        return found


def invalid(errors: Errors) -> ApiError:
    """Return 50035, the refusal of a form, with its reasons by field."""
    return ApiError(400, 50035, "Invalid Form Body", errors)


def unknown(what: str, code: int) -> ApiError:
    """Return the 404 for a thing that is not there."""
    return ApiError(404, code, f"Unknown {what}")


def too_long(limit: int) -> str:
    """Return the reason Discord gives for a text over `limit`."""
    return f"BASE_TYPE_MAX_LENGTH: Must be {limit} or fewer in length."


def bad_length(low: int, high: int) -> str:
    """Return the reason Discord gives for a text or a list outside `low..high`."""
    return f"BASE_TYPE_BAD_LENGTH: Must be between {low} and {high} in length."


REQUIRED = "BASE_TYPE_REQUIRED: This field is required"


def check_message(
    content: str,
    embeds: list[dict[str, Any]],
    components: list[dict[str, Any]],
    attachments: list[dict[str, Any]],
    flags: int,
) -> None:
    """Raise what Discord answers to a message that breaks a limit."""
    errors: Errors = {}
    if len(content) > 2000:
        errors["content"] = too_long(2000)
    if len(embeds) > 10:
        errors["embeds"] = too_long(10)
    if is_v2(flags):
        errors |= dict(_v2_errors(content, embeds, components))
    else:
        errors |= dict(_row_errors(components))
    errors |= dict(_custom_id_errors(components))
    if errors:
        raise invalid(errors)
    if not (content.strip() or any(embeds) or components or attachments):
        raise ApiError(400, 50006, "Cannot send an empty message")


def _custom_id_errors(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id is None:
            continue
        if custom_id in seen:
            yield (
                "components",
                "COMPONENT_CUSTOM_ID_DUPLICATED: Component custom id cannot be duplicated",
            )
        seen.add(custom_id)


def _row_errors(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    if len(components) > 5:
        yield "components", bad_length(1, 5)
    for i, row in enumerate(components):
        if row.get("type") != 1:
            yield f"components.{i}", "UNION_TYPE_CHOICES: Value of field type must be one of (1,)."
        else:
            yield from row_errors(row, f"components.{i}")


def row_errors(row: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one action row: at most five buttons, or one select alone."""
    children = row.get("components") or []
    if not 1 <= len(children) <= 5:
        yield f"{at}.components", bad_length(1, 5)
    if len(children) > 1 and any(child.get("type") != 2 for child in children):
        yield (
            f"{at}.components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED: The specified layout is too wide",
        )
    for j, child in enumerate(children):
        place = f"{at}.components.{j}"
        if child.get("type") == 2:
            yield from _button_errors(child, place)
        elif child.get("type") in (3, 5, 6, 7, 8):
            yield from select_errors(child, place)
        else:
            yield (
                place,
                "UNION_TYPE_CHOICES: Value of field type must be one of (2, 3, 5, 6, 7, 8).",
            )


def _button_errors(button: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    label, style = button.get("label") or "", button.get("style")
    if len(label) > 80:
        yield f"{at}.label", too_long(80)
    emoji = button.get("emoji") or {}
    if emoji.get("name") and not emoji.get("id") and emoji["name"].isascii():
        yield f"{at}.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI: Invalid emoji"
    if not label and not emoji.get("name"):
        yield at, "BUTTON_COMPONENT_EMPTY: A button must have a label or an emoji"
    if style == 5:
        url = button.get("url") or ""
        if not url.startswith(("http://", "https://", "discord://")) or len(url) > 512:
            yield f"{at}.url", "URL_TYPE_INVALID_URL: Not a well formed URL."
        if button.get("custom_id"):
            yield at, "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE: A custom id and url cannot both be"
        return
    if style not in (1, 2, 3, 4):
        yield f"{at}.style", "BASE_TYPE_CHOICES: Value must be one of (1, 2, 3, 4, 5, 6)."
    yield from _id_errors(button, at)


def _id_errors(component: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    custom_id = component.get("custom_id")
    if not custom_id:
        yield f"{at}.custom_id", "COMPONENT_CUSTOM_ID_REQUIRED: A custom id is required"
    elif len(custom_id) > 100:
        yield f"{at}.custom_id", bad_length(1, 100)


def select_errors(select: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    yield from _id_errors(select, at)
    if len(select.get("placeholder") or "") > 150:
        yield f"{at}.placeholder", too_long(150)
    if select["type"] != 3:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        yield f"{at}.options", bad_length(1, 25)
    values = [option.get("value") for option in options]
    for j, option in enumerate(options):
        for key, low in (("label", 1), ("value", 1), ("description", 0)):
            text = option.get(key) or ""
            if not low <= len(text) <= 100:
                yield f"{at}.options.{j}.{key}", bad_length(low or 1, 100)
        if values.count(option.get("value")) > 1:
            yield f"{at}.options.{j}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED: used twice"
    if (select.get("max_values") or 1) > max(len(options), 1):
        yield f"{at}.max_values", "NUMBER_TYPE_MAX: more than the options."


# Types of components: what may stand at the top of a message, and in a container.
ROW, BUTTON, SECTION, TEXT, THUMBNAIL, CONTAINER = 1, 2, 9, 10, 11, 17
IN_CONTAINER = frozenset({ROW, SECTION, TEXT, 12, 13, 14})
AT_TOP = IN_CONTAINER | {CONTAINER}


def _v2_errors(
    content: str, embeds: list[dict[str, Any]], components: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    if content or embeds:
        yield "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2: no content or embeds"
    every = list(walk(components))
    if not 1 <= len(every) <= 40:
        yield "components", bad_length(1, 40)
    if sum(len(c.get("content") or "") for c in every if c.get("type") == TEXT) > 4000:
        yield (
            "components",
            "COMPONENT_MAX_TEXT_LENGTH: text displays hold more than 4000 characters",
        )
    for i, component in enumerate(components):
        yield from _placed_errors(component, f"components.{i}", AT_TOP)


def _placed_errors(
    component: dict[str, Any], at: str, allowed: frozenset[int]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a component that may be of the types `allowed`, and inside it."""
    kind, children = component.get("type"), component.get("components") or []
    if kind not in allowed:
        yield at, f"UNION_TYPE_CHOICES: Value of field type must be one of {sorted(allowed)}."
    elif kind == ROW:
        yield from row_errors(component, at)
    elif kind == TEXT and not (component.get("content") or "").strip():
        yield f"{at}.content", REQUIRED
    elif kind == 12 and not 1 <= len(component.get("items") or []) <= 10:
        yield f"{at}.items", bad_length(1, 10)
    elif kind in (SECTION, CONTAINER):
        if not 1 <= len(children) <= (3 if kind == SECTION else 40):
            yield f"{at}.components", bad_length(1, 3 if kind == SECTION else 40)
        inside = frozenset({TEXT}) if kind == SECTION else IN_CONTAINER
        for j, child in enumerate(children):
            yield from _placed_errors(child, f"{at}.components.{j}", inside)
    if kind == SECTION:
        yield from _accessory_errors(component.get("accessory") or {}, f"{at}.accessory")


def _accessory_errors(accessory: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    if not accessory:
        yield at, REQUIRED
    elif accessory.get("type") == BUTTON:
        yield from _button_errors(accessory, at)
    elif accessory.get("type") != THUMBNAIL:
        yield at, "UNION_TYPE_CHOICES: Value of field type must be one of (2, 11)."
