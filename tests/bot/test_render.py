"""Whatever an answer holds, its parts keep Discord's limits and each `[n]` has its source."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.ports import Progress, RunReport
from bot.discord.render.parts import as_texts
from bot.discord.render.render import render_answer, render_summary
from bot.discord.render.render_lists import render_articles, render_passage, render_sources
from bot.discord.render.render_runs import render_progress, render_report, render_status
from index.models import FailedSource
from retrieval.citations import cite, run_on, written
from retrieval.models import Answer, ArticleCard, Citation, Passage, Status, Summary
from tests.bot_texts import answers, languages, live, passages, texts, titles
from tests.shown_parts import check, sections_of, text_of, written_in


@settings(max_examples=60)
@given(answers(), languages, st.booleans(), st.sampled_from((None, 7, 10**12)))
def test_an_answer_keeps_the_limits(
    answer: Answer, language: str, asked: bool, answer_id: int | None
) -> None:
    parts = render_answer(answer, answer_id, language, asked=answer.question if asked else "")
    for part in parts:
        check(part)
    assert not any(part.rows for part in parts[:-1])
    sources = [section for part in parts if part.card for section in part.card.sections]
    cited = (*answer.citations, *([answer.nearest] if answer.nearest else []))
    assert [re.match(r"\[(\d+)\] \*\*", source.text)[1] for source in sources] == [  # type: ignore[index]
        str(citation.number) for citation in cited
    ]
    for part in parts:
        # An unescaped pair opens and closes within its message.
        assert live(written_in(part)).count("**") % 2 == 0


@settings(max_examples=40)
@given(answers(), languages)
def test_a_summary_keeps_the_limits(answer: Answer, language: str) -> None:
    summary = Summary("a#1", answer.question or "t", answer.answer, answer.citations)
    for part in render_summary(summary, 3, language):
        check(part)


@settings(max_examples=40)
@given(passages(5), st.none() | passages(4), st.none() | passages(6), languages, st.integers(-1, 9))
def test_a_passage_keeps_the_limits(
    passage: Passage, before: Passage | None, after: Passage | None, language: str, page: int
) -> None:
    part = render_passage(passage, None, (before, after), language, answer_id=10**15, page=page)
    check(part)


@settings(max_examples=40)
@given(titles, st.lists(passages(), max_size=3), languages)
def test_sources_keep_the_limits(title: str, found: list[Passage], language: str) -> None:
    numbered = [
        Passage(**{n: getattr(p, n) for n in p.__slots__} | {"chunk_id": f"{i:064x}"})
        for i, p in enumerate([*found, *found])
    ]
    check(render_sources(title.strip() or "t", numbered, 10**15, language))


cards = st.builds(
    ArticleCard, texts.map(lambda t: t or "id"), titles, titles, titles, titles, titles, titles,
    st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(cards, max_size=12), titles, st.integers(-3, 50), languages)
def test_a_list_of_articles_keeps_the_limits(
    found: list[ArticleCard], wanted: str, page: int, language: str
) -> None:
    check(render_articles(found * 5, wanted, page, language))


@settings(max_examples=40)
@given(titles, st.integers(0, 10**7), st.integers(0, 10**7), languages, st.booleans())
def test_progress_keeps_the_limits(
    phase: str, done: int, total: int, language: str, flag: bool
) -> None:
    progress = Progress(phase[:40] or "read", done, total)
    shown = {"full": flag, "elapsed": done / 7, "cancelling": flag, "shown_again": not flag}
    check(render_progress(progress, language, **shown))


@settings(max_examples=40)
@given(st.lists(st.tuples(titles, titles), max_size=30), languages, st.booleans())
def test_a_report_keeps_the_limits(
    failed: list[tuple[str, str]], language: str, cancelled: bool
) -> None:
    report = RunReport(1, 2, 3, 4, tuple(failed), 10, 20, 3723.4, cancelled)
    part = render_report(report, language)
    check(part)
    if failed and not cancelled:
        assert f"{len(failed)}" in part.text


@settings(max_examples=40)
@given(titles, languages)
def test_the_status_keeps_the_limits(text: str, language: str) -> None:
    failed = (FailedSource(text, text),) * 20
    status = Status(1, 2, 3, text, 4, text[:60], text, 10**9, failed)
    part = render_status(status, "running", language)
    check(part)
    assert part.card is not None and "20" in part.card.text


def quoted(text: str, span: tuple[int, int] | None, mode: str = "extractive") -> Answer:
    citation = Citation(1, "a#1", "Title", "a.txt", "2 May", text, 0, len(text), span, "c1")
    said = run_on([citation])
    return Answer("q", "en", True, said, mode, (citation,), ())  # type: ignore[arg-type]


def test_markdown_of_a_document_is_shown_as_it_is_written() -> None:
    (part,) = render_answer(quoted("A **star** and `tick` cost 5 [7].", (27, 28)), 5, "en")
    assert text_of(part) == (r"> A \*\*star\*\* and \`tick\` cost **5** ［7］. [1]")


def test_the_answers_own_quotation_marks_give_way_to_the_block_quote() -> None:
    quotes = [
        Citation(0, "a#1", "T", "a.txt", "", "A *star*\nand [7] cost 5.", 0, 23, (9, 12), "c"),
        Citation(0, "b#1", "U", "b.txt", "", "二〇二四年，“三起来”。", 5, 17, chunk_id="d"),
    ]
    citations = cite(quotes)
    answer = Answer("q", "en", True, written(citations), "extractive", citations, ())
    (part,) = render_answer(answer, 5, "en")
    assert text_of(part) == (
        "> A \\*star\\*\n> **and** ［7］ cost 5. [1]\n> 二〇二四年，“三起来”。 [2]"
    )


def test_each_written_sentence_stands_above_its_quotes() -> None:
    citations = cite(
        [
            Citation(0, "a#1", "T", "a.txt", "", "Entry is 5 euros @everyone.", 0, 27),
            Citation(0, "a#1", "T", "a.txt", "", "周一闭馆。", 30, 35),
        ]
    )
    text = (
        "It costs *5* euros. [1]\n“Entry is 5 euros @everyone.” [1]\n“周一闭馆。” [2]\n"
        "See [here](https://evil.example). [1]"
    )
    answer = Answer("q", "en", True, text, "generated", citations, ())
    (part,) = render_answer(answer, 5, "en")
    assert text_of(part) == (
        "It costs \\*5\\* euros. [1]\n> Entry is 5 euros @\u200beveryone. [1]\n> 周一闭馆。 [2]\n"
        "See \\[here\\](<https://evil.example>). [1]"
    )


def test_a_list_has_its_items_on_lines_of_their_own_and_a_row_its_column_names() -> None:
    quotes = [
        Citation(
            0, "a#1", "T", "a.md", "", "Bring:\n* a coat [2]\n* boots", 0, 27, chunk_id="c",
            path=("Before you go", "What to *pack*"), page="3",
            shown="Bring:\n• a coat [2]\n  • boots",
        ),
        Citation(
            0, "b#1", "U", "b.xlsx", "", "| Sunday | 10:00 |", 30, 48, chunk_id="d",
            page="Opening hours", shown="Sunday · Opens: 10:00",
        ),
        Citation(
            0, "b#1", "U", "b.xlsx", "", "| Monday | 9:00 | *17:00* |", 50, 77, chunk_id="d",
            page="Opening hours", shown="Monday · Opens: 9:00 · Closes: *17:00*",
        ),
    ]  # fmt: skip
    citations = cite(quotes)
    answer = Answer("q", "en", True, written(citations), "extractive", citations, ())
    (part,) = render_answer(answer, 5, "en")
    assert text_of(part).split("\n") == [
        "> Bring:",
        "> - a coat ［2］",
        ">   - boots [1]",
        "> Sunday · Opens: 10:00 [2]",
        "> Monday",
        "> - Opens: 9:00",
        "> - Closes: \\*17:00\\* [3]",
    ]
    assert [section.text for section in sections_of(part)] == [
        "[1] **T**\n-# Before you go › What to \\*pack\\*, p. 3 — a.md",
        "[2] **U**\n-# Opening hours — b.xlsx",
        "[3] **U**\n-# Opening hours — b.xlsx",
    ]
    assert ", 第 3 页 — a.md" in written_in(render_answer(answer, 5, "zh")[0])


def test_what_may_answer_is_shown_as_unsure_and_never_in_bold() -> None:
    near = quoted("It cost 12 euros.", (8, 10)).citations[0]
    said = "The documents do not answer this."
    answer = Answer("q", "en", False, said, "extractive", (), (), nearest=near)
    (part,) = render_answer(answer, 5, "en", asked="how much?")
    assert written_in(part).split("\n") == [
        "-# Asked: how much?",
        said,
        "I am not sure that this answers it:",
        "> It cost 12 euros. [1]",
        "[1] **Title**",
        "-# a.txt, 2 May",
    ]
    assert "我不确定这是否回答了问题：\n> It cost" in text_of(render_answer(answer, 5, "zh")[0])


def test_a_refusal_shows_the_nearest_passages_as_buttons() -> None:
    near = tuple(
        Passage(f"c{n}", "a#1", f"Title {n}", "a.txt", "", f"Text {n}", 0.1, 0, 6, n)
        for n in range(5)
    )
    answer = Answer("q", "en", False, "The documents do not say.", "extractive", (), near)
    (part,) = render_answer(answer, 5, "en")
    assert [row[0].label for row in part.rows[:3]] == [
        "1. Title 0 · Text 0",
        "2. Title 1 · Text 1",
        "3. Title 2 · Text 2",
    ]
    assert [button.emoji for button in part.rows[3]] == ["👍", "👎"]


def test_an_answer_that_could_not_be_kept_has_no_thumbs() -> None:
    (part,) = render_answer(quoted("It cost 12 euros.", (8, 10)), None, "en")
    assert part.rows == () and sections_of(part)[0].button is not None


def test_the_quote_is_bold_in_its_passage_wherever_it_stands_now() -> None:
    passage = Passage("c", "a#1", "T", "a.txt", "", "One. Two. Three.", 1.0, 100, 116)
    quote = Citation(1, "a#1", "T", "a.txt", "", "Two.", 105, 109)
    moved = Citation(1, "a#1", "T", "a.txt", "", "Two.", 205, 209)
    gone = Citation(1, "a#1", "T", "a.txt", "", "Four.", 105, 110)
    for citation, shown in (
        (quote, "One. **Two.** Three."),
        (moved, "One. **Two.** Three."),
        (gone, "One. Two. Three."),
    ):
        card = render_passage(passage, citation, (None, None), "en").card
        assert card is not None and card.text == shown


def test_what_we_say_between_two_quotes_is_no_part_of_them() -> None:
    cited = [
        Citation(n, f"{n}.md#1", f"T{n}", f"{n}.md", "2 May", quote, 0, len(quote), (0, 2))
        for n, quote in ((1, "23 boats stood ready."), (2, "17 boats stood ready."))
    ]
    text = "“**23** boats stood ready.” [1]\nAn older one says:\n“**17** boats stood ready.” [2]"
    answer = Answer("q", "en", True, text, "extractive", tuple(cited), ())
    shown = text_of(render_answer(answer, None, "en")[0]).split("\n")
    assert shown == [
        "> **23** boats stood ready. [1]",
        "An older one says:",
        "> **17** boats stood ready. [2]",
    ]


def test_a_source_is_linked_where_a_link_can_hold_its_address() -> None:
    def headed(title: str, url: str) -> str:
        quote = Citation(1, "a#1", title, "a.md", "", "Yes.", 0, 4, url=url)
        answer = Answer("q", "en", True, written([quote]), "extractive", (quote,), ())
        return sections_of(render_answer(answer, 5, "en")[0])[0].text.split("\n")[0]

    assert headed("A [new] *pool*", "https://town.example/a_(b)?q=1@here") == (
        "[1] **[A \\［new\\］ \\*pool\\*](<https://town.example/a_%28b%29?q=1%40here>)**"
    )
    assert headed("泳池", "https://town.example/泳池") == (
        "[1] **[泳池](<https://town.example/%E6%B3%B3%E6%B1%A0>)**"
    )
    for url in ("javascript:alert(1)", "https://a b", "https://a>b", "ftp://a", "https:// ", ""):
        assert headed("Pool", url) == "[1] **Pool**"
    assert headed("Pool", f"https://town.example/{'a' * 400}") == "[1] **Pool**"
    assert headed("See https://a.example", "https://town.example") == (
        "[1] **See <https://a.example>**"
    )


@given(titles, texts)
def test_a_link_holds_nothing_that_ends_it(title: str, url: str) -> None:
    quote = Citation(1, "a#1", title, "a.md", "", "Yes.", 0, 4, url=f"https://t.example/{url}")
    answer = Answer("q", "en", True, written([quote]), "extractive", (quote,), ())
    (part,) = render_answer(answer, 5, "en")
    check(part)
    for address in re.findall(r"\]\(([^\n]*)\)\*\*", written_in(part)):
        assert re.fullmatch(r"<https://[^\s<>()*@\[\]\\|`]+>", address)


def test_a_refused_card_becomes_texts_with_all_its_buttons() -> None:
    told = enumerate(("字" * 900, "字" * 900, "短" * 400))
    citations = cite(
        [Citation(0, "a#1", f"T{n}", "a.txt", "", q, n, n + 9, chunk_id=f"c{n}") for n, q in told]
    )
    answer = Answer("q", "en", True, written(citations), "extractive", citations, ())
    (part,) = render_answer(answer, 5, "en")
    first, last = as_texts(part)
    assert first.text + "\n" + last.text == written_in(part) and not first.rows
    assert [button.label or button.emoji for row in last.rows for button in row] == [
        *("Show passage [1]", "Show passage [2]", "Show passage [3]"),
        *("More sources", "👍", "👎"),
    ]
