"""Access rules as message parts: who may read what, and who changed it when; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.discord.render.markdown import shorten
from bot.discord.render.parts import CARD_LIMIT, Card, Part
from bot.storage.access import Change, Restriction, Rules, Subject
from config.phrases import localize

_LONGEST_NAME = 100
_CHANGES_SHOWN = 5
_MOST_SUBJECTS = 12
# Tells whether what a rule names is still there.
Alive = Callable[[Subject], bool]


def collection_name(collection: str, language: str) -> str:
    """Return what a collection is called; plain text."""
    return collection or localize("access.top", language)


def render_rules(names: Sequence[str], rules: Rules, alive: Alive, language: str) -> Part:
    """Return a line for each collection, as many as fit, and what holds for all."""
    if not names:
        return Part(localize("access.none", language))
    closing = localize("access.admins", language)
    room = CARD_LIMIT - len(closing) - 200
    lines: list[str] = []
    # What is restricted is what one wants to see.
    for name in sorted(names, key=lambda name: (name not in rules, name)):
        line = f"**{_shown(name, language)}** — {_state(rules.get(name), alive, language)}"
        if len(line) + 1 > room:
            break
        room -= len(line) + 1
        lines.append(line)
    if left := len(names) - len(lines):
        lines.append(f"-# {localize('access.more', language, count=left)}")
    text = "\n".join([*lines, f"-# {closing}"])
    return Part(card=Card(localize("access.title", language), text))


def render_collection(
    name: str,
    restriction: Restriction | None,
    changes: Sequence[Change],
    alive: Alive,
    language: str,
    *,
    absent: bool = False,
) -> Part:
    """Return one collection: who may read it, and its latest changes."""
    lines = [_state(restriction, alive, language)]
    if absent:
        lines.append(localize("access.absent", language))
    if changes:
        lines += ["", f"**{localize('access.history', language)}**"]
        lines += [_done(change, alive, language) for change in changes[: -_CHANGES_SHOWN - 1 : -1]]
    lines += ["", f"-# {localize('access.admins', language)}"]
    title = shorten(collection_name(name, language), _LONGEST_NAME)
    return Part(card=Card(title, "\n".join(lines)))


def _shown(name: str, language: str) -> str:
    return shorten(collection_name(name, language), _LONGEST_NAME)


def _state(restriction: Restriction | None, alive: Alive, language: str) -> str:
    """Say who may read a collection."""
    if restriction is None:
        return localize("access.state_open", language)
    said = []
    allowed = _listed(restriction.allowed, alive, language, denied=False)
    said.append(
        localize("access.state_allowed", language, who=allowed)
        if allowed
        else localize("access.state_closed", language)
    )
    if restriction.denied:
        denied = _listed(restriction.denied, alive, language, denied=True)
        said.append(localize("access.state_denied", language, who=denied))
    return "; ".join(said) if not language.startswith("zh") else "；".join(said)


def _listed(subjects: frozenset[Subject], alive: Alive, language: str, *, denied: bool) -> str:
    ordered = sorted(subjects, key=lambda subject: (subject.kind, subject.id))
    names = [_named(s, alive, language, denied=denied) for s in ordered[:_MOST_SUBJECTS]]
    if len(ordered) > _MOST_SUBJECTS:
        names.append("…")
    return localize("answer.between_words", language).join(dict.fromkeys(names))


def _named(subject: Subject, alive: Alive, language: str, *, denied: bool) -> str:
    """Name whom a rule is about, so that Discord shows it; mentions ping nobody."""
    if not alive(subject):
        return localize(f"access.subject_gone_{'denied' if denied else 'allowed'}", language)
    if subject.kind == "role":
        return f"<@&{subject.id}>"
    if subject.kind == "channel":
        return localize("access.subject_channel", language, channel=f"<#{subject.id}>")
    return localize("access.subject_server", language)


def _done(change: Change, alive: Alive, language: str) -> str:
    """Say who did what when."""
    who = f"<@{change.made_by}>" if change.made_by else localize("access.by_terminal", language)
    values = {"when": f"<t:{change.made_at}:f>", "who": who}
    if change.effect == "open":
        return localize("access.did_open", language, **values)
    subject = change.subject
    # What is gone has no name, but its number is in the log of the server.
    named = _named(subject, alive, language, denied=False) if alive(subject) else f"`{subject.id}`"
    return localize(f"access.did_{change.effect}", language, subject=named, **values)
