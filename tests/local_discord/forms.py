"""What Discord demands of commands, autocomplete choices, modals and allowed mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.local_discord.limits import Errors, bad_length, invalid, select_errors, too_long

_LOCALES = """id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs
    el bg ru uk hi th zh-CN ja zh-TW ko"""
LOCALES = frozenset(_LOCALES.split())
NAME = re.compile(r"[-_'\w]{1,32}")
BAD_NAME = "APPLICATION_COMMAND_INVALID_NAME: Command name is invalid"
CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
STRING, INTEGER, NUMBER = 3, 4, 10
SELECT, FILE_UPLOAD = 3, 19
# How many choices or files a field of a form takes at most.
COUNTED = {SELECT: 25, 5: 25, 6: 25, 7: 25, 8: 25, FILE_UPLOAD: 10}


def check_commands(commands: list[dict[str, Any]]) -> None:
    """Raise 50035 unless Discord would register these commands."""
    errors: Errors = {}
    seen: set[tuple[int, str]] = set()
    counts = {CHAT_INPUT: 0, USER_MENU: 0, MESSAGE_MENU: 0}
    for i, command in enumerate(commands):
        kind = command.get("type", CHAT_INPUT)
        if kind not in counts:
            errors[f"{i}.type"] = "BASE_TYPE_CHOICES: Value must be one of (1, 2, 3)."
            continue
        counts[kind] += 1
        errors |= dict(_command_errors(command, kind, str(i)))
        if (kind, command.get("name", "")) in seen:
            errors[f"{i}"] = "APPLICATION_COMMANDS_DUPLICATE_NAME: names must be unique"
        seen.add((kind, command.get("name", "")))
    for kind, limit in ((CHAT_INPUT, 100), (USER_MENU, 15), (MESSAGE_MENU, 15)):
        if counts[kind] > limit:
            errors["commands"] = f"APPLICATION_COMMANDS_TOO_MANY: at most {limit} of type {kind}"
    if errors:
        raise invalid(errors)


def _command_errors(command: dict[str, Any], kind: int, at: str) -> Iterator[tuple[str, str]]:
    if kind == CHAT_INPUT:
        yield from _named_errors(command, at)
        yield from _option_errors(command.get("options") or [], at)
        if command_length(command) > 8000:
            yield at, "APPLICATION_COMMAND_TOO_LARGE: Command exceeds maximum size (8000)"
    else:
        if not 1 <= len(command.get("name", "")) <= 32:
            yield f"{at}.name", bad_length(1, 32)
        if command.get("description"):
            yield f"{at}.description", "APPLICATION_COMMAND_DESCRIPTION: must be empty for menus"
        yield from _locale_errors(command, "name_localizations", 32, at)
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        yield f"{at}.default_member_permissions", "NUMBER_TYPE_COERCE: not a number."
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        given = command.get(key)
        if given is not None and not set(given) <= allowed:
            yield f"{at}.{key}", f"BASE_TYPE_CHOICES: Value must be one of {sorted(allowed)}."


def _named_errors(item: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the name and description of a slash command or an option."""
    name = item.get("name", "")
    if not NAME.fullmatch(name) or name != name.lower():
        yield f"{at}.name", BAD_NAME
    if not 1 <= len(item.get("description") or "") <= 100:
        yield f"{at}.description", bad_length(1, 100)
    yield from _locale_errors(item, "name_localizations", 32, at)
    yield from _locale_errors(item, "description_localizations", 100, at)


def _locale_errors(
    item: dict[str, Any], key: str, limit: int, at: str
) -> Iterator[tuple[str, str]]:
    for locale, text in (item.get(key) or {}).items():
        if locale not in LOCALES:
            yield f"{at}.{key}", f"BASE_TYPE_CHOICES: {locale} is no locale of Discord."
        if not 1 <= len(text) <= limit:
            yield f"{at}.{key}.{locale}", bad_length(1, limit)


def _option_errors(options: list[dict[str, Any]], at: str) -> Iterator[tuple[str, str]]:
    if len(options) > 25:
        yield f"{at}.options", too_long(25)
    names = [option.get("name") for option in options]
    optional_seen = False
    for j, option in enumerate(options):
        place = f"{at}.options.{j}"
        yield from _named_errors(option, place)
        kind = option.get("type")
        if kind not in range(1, 12):
            yield f"{place}.type", "BASE_TYPE_CHOICES: Value must be one of (1..11)."
        if names.count(option.get("name")) > 1:
            yield place, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS: used twice"
        if option.get("required") and optional_seen:
            yield place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID: required come first"
        optional_seen = optional_seen or (kind not in (1, 2) and not option.get("required"))
        choices = option.get("choices") or []
        if option.get("autocomplete") and (choices or kind not in (STRING, INTEGER, NUMBER)):
            yield place, "APPLICATION_COMMAND_AUTOCOMPLETE_NO_CHOICES: no autocomplete here"
        yield from choice_errors(choices, place)
        for key in ("min_length", "max_length"):
            if option.get(key) is not None and not 0 <= option[key] <= 6000:
                yield f"{place}.{key}", "NUMBER_TYPE_MAX: must be in 0..6000."
        if kind in (1, 2):
            yield from _option_errors(option.get("options") or [], place)


def choice_errors(choices: list[dict[str, Any]], at: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with choices: at most 25, names of 1 to 100 characters."""
    if len(choices) > 25:
        yield f"{at}.choices", bad_length(0, 25)
    for j, choice in enumerate(choices):
        if not 1 <= len(choice.get("name") or "") <= 100:
            yield f"{at}.choices.{j}.name", bad_length(1, 100)
        value = choice.get("value")
        if value is None or (isinstance(value, str) and not 1 <= len(value) <= 100):
            yield f"{at}.choices.{j}.value", bad_length(1, 100)
        for locale, text in (choice.get("name_localizations") or {}).items():
            if locale not in LOCALES or not 1 <= len(text) <= 100:
                yield f"{at}.choices.{j}.name_localizations.{locale}", bad_length(1, 100)


def command_length(command: dict[str, Any]) -> int:
    """Return the characters that count toward a command's 8,000."""
    total = 0
    for key in ("name", "description"):
        texts = [command.get(key) or "", *(command.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, texts))
    total += sum(
        len(str(c.get("value", ""))) + len(c["name"]) for c in command.get("choices") or []
    )
    return total + sum(map(command_length, command.get("options") or []))


def check_choices(choices: list[dict[str, Any]]) -> None:
    """Raise 50035 unless these can be shown as autocomplete choices."""
    errors = dict(choice_errors(choices, "data"))
    if errors:
        raise invalid(errors)


def check_modal(modal: dict[str, Any]) -> None:
    """Raise 50035 unless Discord would open this modal."""
    errors: Errors = {}
    for key, limit in (("title", 45), ("custom_id", 100)):
        if not 1 <= len(modal.get(key) or "") <= limit:
            errors[f"data.{key}"] = bad_length(1, limit)
    rows = modal.get("components") or []
    if not 1 <= len(rows) <= 5:
        errors["data.components"] = bad_length(1, 5)
    for i, row in enumerate(rows):
        errors |= dict(_modal_row_errors(row, f"data.components.{i}"))
    ids = [entry["custom_id"] for entry in modal_fields(modal)]
    if len(ids) != len(set(ids)):
        errors["data.components"] = "COMPONENT_CUSTOM_ID_DUPLICATED: custom id used twice"
    if errors:
        raise invalid(errors)


def _modal_row_errors(row: dict[str, Any], at: str) -> Iterator[tuple[str, str]]:
    kind = row.get("type")
    if kind == 18:
        if not 1 <= len(row.get("label") or "") <= 45:
            yield f"{at}.label", bad_length(1, 45)
        if len(row.get("description") or "") > 100:
            yield f"{at}.description", too_long(100)
        yield from _input_errors(row.get("component") or {}, at, labelled=True)
    elif kind == 1:
        for child in row.get("components") or []:
            yield from _input_errors(child, at, labelled=False)
    elif kind != 10:
        yield at, "UNION_TYPE_CHOICES: Value of field type must be one of (1, 10, 18)."


def _input_errors(field: dict[str, Any], at: str, *, labelled: bool) -> Iterator[tuple[str, str]]:
    if not 1 <= len(field.get("custom_id") or "") <= 100:
        yield f"{at}.custom_id", bad_length(1, 100)
    kind = field.get("type")
    if kind not in (3, 4, 5, 6, 7, 8, 19, 21, 22, 23) or (kind != 4 and not labelled):
        yield f"{at}.component", "UNION_TYPE_CHOICES: this component cannot stand in a form."
    if field.get("disabled"):
        yield f"{at}.disabled", "MODAL_COMPONENT_DISABLED: no component of a form is disabled."
    if kind == SELECT:
        yield from select_errors(field, at)
    if kind in COUNTED:
        yield from _count_errors(field, at, COUNTED[kind])
    if kind != 4:
        return
    if field.get("style") not in (1, 2):
        yield f"{at}.style", "BASE_TYPE_CHOICES: Value must be one of (1, 2)."
    if not labelled and not 1 <= len(field.get("label") or "") <= 45:
        yield f"{at}.label", bad_length(1, 45)
    if len(field.get("placeholder") or "") > 100:
        yield f"{at}.placeholder", too_long(100)
    if len(field.get("value") or "") > 4000:
        yield f"{at}.value", too_long(4000)
    for key, low in (("min_length", 0), ("max_length", 1)):
        if field.get(key) is not None and not low <= field[key] <= 4000:
            yield f"{at}.{key}", f"NUMBER_TYPE_MAX: must be in {low}..4000."


def _count_errors(field: dict[str, Any], at: str, most: int) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with how many choices or files a field of a form takes."""
    given = {"min_values": 1, "max_values": 1} | {
        key: field[key] for key in ("min_values", "max_values") if field.get(key) is not None
    }
    for key, low in (("min_values", 0), ("max_values", 1)):
        if not low <= given[key] <= most:
            yield f"{at}.{key}", f"NUMBER_TYPE_MAX: must be in {low}..{most}."
    if given["min_values"] > given["max_values"]:
        yield f"{at}.min_values", "BASE_TYPE_MIN_MAX: more than max_values."
    if field.get("required", True) and given["min_values"] == 0:
        yield f"{at}.min_values", "COMPONENT_REQUIRED_MIN_VALUES: 0 where a value is required."


def modal_fields(modal: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the inputs of a modal in order, each with the `label` a person reads above it."""
    found = []
    for row in modal.get("components") or []:
        if row.get("type") == 18:
            found.append({**row["component"], "label": row["label"]})
        elif row.get("type") == 1:
            found += row["components"]
    return found


def check_allowed_mentions(allowed: dict[str, Any] | None) -> None:
    """Raise 50035 where a kind of mention is both parsed and listed."""
    if allowed is None:
        return
    errors: Errors = {}
    parse = allowed.get("parse") or []
    if not set(parse) <= {"users", "roles", "everyone"}:
        errors["allowed_mentions.parse"] = "BASE_TYPE_CHOICES: users, roles, everyone."
    for key in ("users", "roles"):
        if key in parse and allowed.get(key):
            errors["allowed_mentions"] = f"MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE: {key}"
        if len(allowed.get(key) or []) > 100:
            errors[f"allowed_mentions.{key}"] = too_long(100)
    if errors:
        raise invalid(errors)
