"""Questions for the moderators as message parts: consent, list, posts, answers; pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discord.render.markdown import shorten, shorten_path
from bot.discord.render.parts import MESSAGE_LIMIT, Button, Part
from bot.storage.questions import HandedOn
from config.phrases import localize

GROUPS_A_PAGE = 4
_LONGEST_QUESTION, _LONGEST_IN_LIST, _WORDINGS = 900, 250, 3
_ASKERS = 5
_LONGEST_PATH = 200

Group = Sequence[HandedOn]


def render_consent(
    question: str, state: tuple[str, ...], channel_id: int | None, language: str
) -> Part:
    """Return what handing a question on means, and the button that does it."""
    key = "questions.consent_in" if channel_id else "questions.consent"
    where = f"<#{channel_id}>" if channel_id else ""
    text = localize(key, language, question=shorten(question, _LONGEST_QUESTION), channel=where)
    return Part(text).with_rows(
        (Button("handon", state, localize("questions.hand_on", language), style="blue"),)
    )


def render_list(groups: Sequence[Group], page: int, language: str) -> Part:
    """Return the open questions, most asked first, with buttons for each."""
    if not groups:
        return Part(localize("questions.none", language))
    pages = -(-len(groups) // GROUPS_A_PAGE)
    page = max(0, min(page, pages - 1))
    first = page * GROUPS_A_PAGE
    count = sum(map(len, groups))
    lines = [localize("questions.title", language, count=count, groups=len(groups))]
    rows = []
    for number, group in enumerate(groups[first : first + GROUPS_A_PAGE], first + 1):
        lines.append(f"**{number}.** {_asked(group, _LONGEST_IN_LIST, language)}")
        rows.append(tuple(_buttons(group, language, number)))
    if pages > 1:
        turns = [
            Button("questions", (str(page - 1),), localize("discord.previous_page", language)),
            Button("questions", (str(page + 1),), localize("discord.next_page", language)),
        ]
        rows.append(
            tuple(b for b, there in zip(turns, (page, page + 1 < pages), strict=True) if there)
        )
    return Part("\n".join(lines)[:MESSAGE_LIMIT]).with_rows(*rows)


def render_post(group: Group, language: str) -> Part:
    """Return open questions that are alike as the moderators' channel shows them."""
    text = localize("questions.post", language, asked=_asked(group, _LONGEST_QUESTION, language))
    return Part(text[:MESSAGE_LIMIT]).with_rows(tuple(_buttons(group, language)))


def render_closed(group: Group, by: int, source: str, language: str) -> Part:
    """Return a post whose questions are closed. The answer itself is for its readers alone."""
    key = "questions.post_answered" if source else "questions.post_dismissed"
    path = shorten_path(source, _LONGEST_PATH) if source else ""
    asked = shorten(group[0].question, _LONGEST_QUESTION)
    return Part(localize(key, language, asked=asked, who=f"<@{by}>", source=path))


def render_told(asked: HandedOn, language: str) -> Part:
    """Return what the asker is told."""
    answer = "\n".join(f"> {shorten(line, MESSAGE_LIMIT)}" for line in asked.answer.splitlines())
    path = shorten_path(asked.source, _LONGEST_PATH)
    question = shorten(asked.question, _LONGEST_IN_LIST)
    room = MESSAGE_LIMIT - len(
        localize("questions.told", language, question=question, answer="", source=path)
    )
    if len(answer) > room:
        answer = answer[: room - 1].rstrip("\\") + "…"
    return Part(localize("questions.told", language, question=question, answer=answer, source=path))


def render_answered(source: str, told: int, asked: int, failure: str, language: str) -> Part:
    """Return what became of an answer, for the moderator who gave it."""
    path = shorten_path(source, _LONGEST_PATH)
    lines = [localize("questions.answered", language, source=path, told=told, asked=asked)]
    if failure:
        lines = [localize("intake.unindexed", language, source=path, reason=failure)]
    if told < asked:
        lines.append(localize("questions.not_told", language, count=asked - told))
    return Part("\n".join(lines))


def _asked(group: Group, limit: int, language: str) -> str:
    """Return a group's wordings, who asked, where and when first."""
    first = group[0]
    wordings = list(dict.fromkeys(one.question for one in group))
    shown = " / ".join(
        shorten(text, limit // min(len(wordings), _WORDINGS)) for text in wordings[:_WORDINGS]
    )
    people = list(dict.fromkeys(one.user_id for one in group))
    who = localize("answer.between_words", language).join(f"<@{p}>" for p in people[:_ASKERS])
    if len(people) > _ASKERS:
        who += " …"
    key = "questions.asked_once" if len(group) == 1 else "questions.asked_often"
    facts = localize(key, language, count=len(group), who=who, when=f"<t:{int(first.asked_at)}:R>")
    return f"{shown}\n-# {facts}"


def _buttons(group: Group, language: str, number: int = 0) -> list[Button]:
    state = (str(group[0].id),)
    after = f" {number}" if number else ""
    answer = Button("answer", state, localize("questions.answer", language) + after, style="blue")
    return [answer, Button("dismiss", state, localize("questions.dismiss", language) + after)]
