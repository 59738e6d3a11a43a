"""Markdown, web pages and plain text become blocks that say what a reader sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.builder import BlockBuilder
from index.documents.html import read_html
from index.documents.markdown import markdown_articles
from index.documents.text import text_articles
from index.models import Article, BlockKind
from tests.blocks import check_covered

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
STEPS = st.one_of(
    st.tuples(st.just("heading"), WORDS, st.integers(1, 6)),
    st.tuples(st.just("paragraph"), WORDS),
    st.tuples(st.just("code"), WORDS),
    st.tuples(st.just("item"), WORDS, st.integers(0, 3), st.booleans()),
    st.tuples(st.just("row"), st.lists(WORDS | st.none(), max_size=4), st.booleans()),
    st.tuples(st.just("labelled"), WORDS, WORDS),
    st.tuples(st.just("close"), st.integers(1, 6)),
)


def built(steps: list[tuple[object, ...]]) -> BlockBuilder:
    builder = BlockBuilder()
    group = builder.new_group()
    for step in steps:
        match step:
            case ("item", str(text), int(depth), bool(numbered)):
                builder.item(text, group=group, depth=depth, number="1." if numbered else "")
            case ("row", list(cells), bool(header)):
                builder.row(cells, ["A", "B"], group=group, header=header)
            case (str(name), *rest):
                getattr(builder, name)(*rest)
    return builder


def check_blocks(article: Article) -> None:
    check_covered(article)
    headings: set[str] = set()
    for block in article.blocks:
        shown = article.text[block.start : block.end]
        assert shown.strip() and headings >= set(block.path)
        if block.kind is BlockKind.HEADING:
            headings.add(shown)
        if block.kind is not BlockKind.LABELLED_VALUE:
            assert len(block.cells) == len(block.columns)


@given(st.lists(STEPS, max_size=20))
def test_blocks_cover_the_text_in_order(steps: list[tuple[object, ...]]) -> None:
    builder = built(steps)
    check_blocks(Article("a#1", "a", "T", builder.text, blocks=builder.blocks))


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from("abc")), max_size=12))
def test_a_path_holds_the_headings_above_each_lower_than_the_last(
    headings: list[tuple[int, str]],
) -> None:
    builder = BlockBuilder()
    stack: list[tuple[int, str]] = []
    for level, text in headings:
        builder.heading(text, level)
        stack = [*[entry for entry in stack if entry[0] < level], (level, text)]
        assert builder.path == tuple(text for _, text in stack)


def markdown(text: str, name: str = "a.md") -> Article:
    (article,) = markdown_articles(text, name)
    check_blocks(article)
    return article


def page(tmp_path: Path, content: str) -> Article:
    path = tmp_path / "a.html"
    path.write_text(content, encoding="utf-8")
    (article,) = read_html(path, "a.html")
    assert isinstance(article, Article)
    check_blocks(article)
    return article


def told(article: Article) -> list[tuple[str, str]]:
    return [(block.kind.value, article.text[block.start : block.end]) for block in article.blocks]


ENGINES = [
    ('!!! tip "Dry socks"\n    Bring two pairs.\n', ["Dry socks", "Bring two pairs."]),
    ("??? note\n    Bring two pairs.\n", ["Note", "Bring two pairs."]),
    ('=== "North"\n    Gate 4\n=== "South"\n    Gate 9\n', ["North", "Gate 4", "South", "Gate 9"]),
    ("::: warning Ice\nThe steps are slippery.\n:::\n", ["Ice", "The steps are slippery."]),
    ("> [!WARNING]\n> Thin ice.\n", ["Warning", "Thin ice."]),
    ('{{< figure src="a.png" caption="The weir" >}}\n\nText.\n', ["The weir", "Text."]),
    ("A {{ site.name }} word{: .red }.\n{: #id }\n", ["A word."]),
    ("See [[Boats|the boats]] ![[plan.png]] now.\n", ["See the boats now."]),
    ("Well done :tada: :material-check:\n", ["Well done 🎉"]),
    ('[Kerb]{.big} :icon{name="local:bus"} stop\n', ["Kerb stop"]),
    ("{% highlight sh %}\n# no heading\n{% endhighlight %}\n", ["# no heading"]),
    (":::tip[Warm socks]\nBring two pairs.\n:::\n", ["Warm socks", "Bring two pairs."]),
    ('{{< callout type="info" >}}\nGate 4\n{{< /callout >}}\n', ["Gate 4"]),
    ('{{% tab "Nord" %}}Tor 4{{% /tab %}}\n', ["Nord", "Tor 4"]),
    ("Use 10^9^ of H~2~O, ==now== or ++later++.\n", ["Use 10⁹ of H₂O, now or later."]),
    ("*[HQ]: Headquarters\n", ["HQ: Headquarters"]),
    ("if a == b or c == d\n", ["if a == b or c == d"]),
    ("Kassenprüferin: Ute\nTürsteher: Jan\n", ["Kassenprüferin: Ute", "Türsteher: Jan"]),
    ("before <!-- gone\nstill gone --> after\n", ["before after"]),
]


@pytest.mark.parametrize(("text", "shown"), ENGINES)
def test_what_engines_add_is_taken_out(text: str, shown: list[str]) -> None:
    assert [said for _, said in told(markdown(f"# T\n\n{text}"))] == shown


def test_mdx_keeps_the_words_of_its_components() -> None:
    text = "import {A} from './a.jsx'\n\n# Keys\n\n<Card title=\"Spare key\" icon={<K />}>\n"
    text += '  In the **shed**.\n</Card>\n\n<Route method="GET">/keys</Route>\n'
    assert [said for _, said in told(markdown(text, "a.mdx"))] == [
        "Spare key", "In the shed.", "GET /keys",
    ]  # fmt: skip


def test_questions_keep_their_answers() -> None:
    text = "# F\n\n**Q: Is it deep?**\nA: Two metres.\n\n**May I dive?**\n\nNo.\n\n"
    text += "问：几点开门？\n答：九点。\n"
    assert told(markdown(text)) == [
        ("question", "Is it deep?"), ("answer", "Two metres."),
        ("question", "May I dive?"), ("answer", "No."),
        ("question", "几点开门？"), ("answer", "九点。"),
    ]  # fmt: skip


def test_notes_stand_after_what_they_are_notes_to() -> None:
    text = "# N\n\nBuilt in 1911[^a].\n\n- one[^b]\n- two[^a]\n\n[^a]: By hand.\n[^b]: The first.\n"
    assert told(markdown(text)) == [
        ("paragraph", "Built in 1911."), ("note", "By hand."),
        ("list_item", "one"), ("note", "The first."), ("list_item", "two"),
    ]  # fmt: skip


def test_lists_have_a_lead_a_depth_and_numbers() -> None:
    article = markdown("# L\n\nYou need:\n\n3. rope\n   - thin\n4. wax\n\n   of bees\n")
    items = [block for block in article.blocks if block.kind is BlockKind.LIST_ITEM]
    assert [article.text[b.start : b.end] for b in items] == ["3. rope", "thin", "4. wax of bees"]
    assert [b.level for b in items] == [0, 1, 0]
    assert {b.lead for b in items} == {0}
    assert len({b.group for b in items}) == 1


def test_front_matter_can_be_asked_for() -> None:
    article = markdown("---\ntitle: T\nlayout: post\nkeeper: Ida Moe\ntags: [a, b]\n---\nText.\n")
    assert told(article) == [
        ("labelled_value", "keeper: Ida Moe"), ("labelled_value", "tags: a, b"),
        ("paragraph", "Text."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Table of Contents\n\n# Boats\n\nA.", "Boats"),
        ("## Boats\n\nA.\n\n### B\n\nC.", "Boats"),
        ("**Boats**\n\nA.", "Boats"),
        ("A.\n\n## B\n\nC.\n\n## D\n\nE.", "a"),
        ("Boats\n=====\n\nA.\n\nOars\n----\n\nB.", "Boats"),
    ],
)
def test_a_document_has_its_own_title(text: str, title: str) -> None:
    assert markdown(text).title == title


def test_indented_code_starts_no_article() -> None:
    article = markdown("# T\n\nText.\n\n    # not a heading\n    code\n")
    assert told(article) == [("paragraph", "Text."), ("code", "# not a heading\ncode")]


def test_a_page_keeps_what_a_visitor_reads(tmp_path: Path) -> None:
    article = page(
        tmp_path,
        "<html><head><title>Weir - Town</title></head><body><nav><a href=/>Home</a></nav>"
        "<div class='cookie-banner'>We use cookies.</div><main><h1>Weir</h1>"
        "<p>Built in 10<sup>3</sup> days, 1911<sup><a href='#n1'>1</a></sup>.</p>"
        "<details><summary>Who pays?</summary><p>The town.</p></details>"
        "<dl><dt>Width</dt><dd>9 m</dd></dl><aside>Closed in ice.</aside>"
        "<figure><img src=a.png alt='The weir in May'><figcaption>In May</figcaption></figure>"
        "<address>Mill Lane 4</address><p hidden>secret</p><script>x()</script>"
        "<ol><li id=n1>After the flood.</li></ol></main><footer>Imprint</footer></body></html>",
    )
    assert article.title == "Weir"
    assert told(article) == [
        ("paragraph", "Built in 10³ days, 1911."), ("note", "After the flood."),
        ("question", "Who pays?"), ("answer", "The town."), ("labelled_value", "Width: 9 m"),
        ("paragraph", "Closed in ice."), ("caption", "The weir in May"), ("caption", "In May"),
        ("paragraph", "Mill Lane 4"),
    ]  # fmt: skip


SITE = """<html><head><title>{title}</title><meta property="og:site_name" content="Seeheim">
</head><body><header><a href="/">Seeheim</a></header><h1>Seeheim</h1><h2>Preise</h2>
<p>Ein Boot kostet 9 Euro am Tag.</p><h2>Zeiten</h2><p>Von acht bis sechs.</p></body></html>"""


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Preise | Seeheim", "Preise"), ("Seeheim - Preise", "Preise"), ("Inhaltsverzeichnis", "a")],
)
def test_a_page_is_named_neither_after_its_site_nor_its_contents(
    title: str, shown: str, tmp_path: Path
) -> None:
    article = page(tmp_path, SITE.format(title=title))
    assert article.title == shown
    assert "Seeheim" not in article.text


def test_a_first_row_names_columns_without_saying_so(tmp_path: Path) -> None:
    bold = "<tr><td></td><td><b>Groß</b></td></tr><tr><td>Boot</td><td>9 Euro</td></tr>"
    bare = "<tr><td>船</td><td>租金</td></tr><tr><td>小船</td><td>90元</td></tr>"
    for rows, name in ((bold, "Groß"), (bare, "租金")):
        article = page(tmp_path, f"<h1>Preise</h1><table>{rows}</table>")
        header, row = article.blocks
        assert header.kind is BlockKind.TABLE_HEADER
        assert row.columns[1] == name


def test_chapters_stand_over_sections_and_dots_join_a_label_to_its_value() -> None:
    text = "Haus\n\nLeitung ...... Ida Öz\nTelefon ..... 55 12\n"
    (article,) = text_articles(text, "a.txt")
    shown = told(article)
    assert ("labelled_value", "Telefon: 55 12") in shown
    chaptered = "手册\n\n第一章 总则\n\n一、收费\n（一）租金：九元。\n（二）押金：三十元。\n"
    (article,) = text_articles(chaptered, "a.txt")
    assert article.blocks[-1].path == ("第一章 总则", "一、收费")


def test_spans_of_a_table_are_filled_in(tmp_path: Path) -> None:
    article = page(
        tmp_path,
        "<h1>T</h1><table><tr><th>Room<th colspan=2>Hours</tr><tr><td rowspan=2>A<td>9<td>17</tr>"
        "<tr><td>10<td>18</tr><tr><td colspan=3>closed on Sunday</tr></table>",
    )
    rows = [b for b in article.blocks if b.kind is BlockKind.TABLE_ROW]
    assert [article.text[b.start : b.end] for b in rows] == [
        "A | 9 | 17", "A | 10 | 18", "closed on Sunday",
    ]  # fmt: skip
    assert rows[0].columns == ("Room", "Hours", "Hours")


def test_plain_text_is_told_by_its_form() -> None:
    (article,) = text_articles(
        "BOAT HOUSE RULES\n\nWelcome to the house.\n\n1. Fees\n\nAdults ....... 4 EUR\n"
        "Children ..... 2 EUR\n\n2. Keys\n\nQ: Who has one?\nA: Ida Moe.\n\nPhone: 555 0101\n",
        "a.txt",
    )
    check_blocks(article)
    assert article.title == "BOAT HOUSE RULES"
    assert told(article) == [
        ("paragraph", "Welcome to the house."), ("heading", "1. Fees"),
        ("table_row", "Adults | 4 EUR"), ("table_row", "Children | 2 EUR"),
        ("heading", "2. Keys"), ("question", "Who has one?"), ("answer", "Ida Moe."),
        ("labelled_value", "Phone: 555 0101"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n\n", "<!-- later -->\n", "---\nlayout: x\n---\n"])
def test_a_document_without_a_word_has_no_article(text: str) -> None:
    assert markdown_articles(text, "plan.md") == ()
    assert [a.text for a in markdown_articles(f"{text}\n# Plan\n", "plan.md")] == ["Plan"]


@pytest.mark.parametrize("struck", ["~~at six~~", "<del>at six</del>", "<s>at six</s>"])
def test_struck_words_are_left_out(struck: str, tmp_path: Path) -> None:
    assert markdown(f"# Pool\n\nIt opens {struck} at seven.\n").text == "It opens at seven."
    if "<" in struck:
        assert page(tmp_path, f"<p>It opens {struck} at seven.</p>").text == "It opens at seven."


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("# Kalender\n\n- 4 May 2026: the regatta begins.\n- 9 May 2026: prizes.\n", ""),
        ("# 日程\n\n5月4日，赛艇开赛。\n5月9日，颁奖。\n", ""),
        ("# Notiz\n\n2026-05-04\n\nDas Rennen beginnt.\n", "2026-05-04"),
        ("# 报道\n\n本报讯（记者 周予）5月4日，赛艇开赛。\n", "5月4日"),
        ("# 通知\n\n赛艇开赛。\n\n2026年5月4日\n", "2026年5月4日"),
    ],
)
def test_the_day_of_an_event_is_no_date_of_the_document(text: str, date: str) -> None:
    assert markdown(text).date == date
