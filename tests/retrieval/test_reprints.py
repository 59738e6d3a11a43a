"""A reprint is named beside the quote, once, and not listed as something else."""

from __future__ import annotations

from bot.cli.output import source_line
from bot.discord.render.sources import source_sections
from retrieval.answerer import Answerer
from retrieval.models import AskRequest, Citation, Scope

STORY = (
    "The mill at Otter Creek was sold on Monday to a baker from the next valley. "
    "She paid 86,000 euros for the house, the wheel and the pond. "
    "The wheel will turn again in spring, when the dam has been mended. "
    "Until then the footpath along the creek stays closed to everyone but the masons."
)
TEXTS = {
    "paper/mill.md": f"# Mill sold\n\n{STORY}\n",
    "radio/mill.md": f"# Mill finds a buyer\n\n{STORY.replace('masons', 'masons and dogs')}\n",
    "radio/other-price.md": f"# Mill sold for more\n\n{STORY.replace('86,000', '91,500')}\n",
    "paper/fair.md": "# Fair\n\nThe autumn fair was moved to the meadow behind the church.\n",
}


def test_a_quote_names_the_reprints_that_hold_it(service: Answerer) -> None:
    answer = service.ask(AskRequest("When will the wheel of the mill turn again?"))
    assert answer.found
    first = answer.citations[0]
    everywhere = {"paper/mill.md#1", "radio/mill.md#1", "radio/other-price.md#1"}
    assert {first.article_id, *first.also_in} == everywhere
    assert all(not citation.also_in for citation in answer.citations[1:])


def test_a_reprint_with_another_figure_is_none(service: Answerer) -> None:
    request = AskRequest("How much did the baker pay for the mill at Otter Creek?")
    answer, whole = service.within(Scope(source="/mill")).ask(request), service.ask(request)
    assert answer.citations[0].also_in
    for citation in (*answer.citations, *whole.citations):
        assert ("91,500" in citation.quote) == ("other" in citation.article_id)
        assert all("other" not in copy for copy in citation.also_in if "86,000" in citation.quote)


def test_a_reprint_out_of_sight_is_not_named(service: Answerer) -> None:
    paper = service.within(Scope(collections=frozenset({"paper"})))
    answer = paper.ask(AskRequest("When will the wheel of the mill turn again?"))
    assert answer.found
    assert all(not citation.also_in for citation in answer.citations)


def test_nearest_passages_list_no_reprint_twice(service: Answerer) -> None:
    listed = [passage.source for passage in service.nearest(STORY, 5)]
    assert not {"paper/mill.md", "radio/mill.md"} <= set(listed)
    assert "radio/other-price.md" in listed
    refused = service.ask(AskRequest("How deep is the pond of the mill in Norway?")).passages
    assert not {"paper/mill.md", "radio/mill.md"} <= {passage.source for passage in refused}


def test_also_in_is_said_in_both_languages_and_kept_short() -> None:
    copies = tuple(f"b/{n}.txt#1" for n in range(4))
    citation = Citation(1, "a.txt#1", "Title", "a.txt", "2 May", "Q", 0, 1, also_in=copies)
    assert source_line(citation, "en").endswith("2 May; also in " + ", ".join(copies))
    shown = source_sections([citation], None, "en")[0].text.replace("\\", "")
    assert shown.endswith("; also in b/0.txt#1, b/1.txt#1 and 2 more")
    assert "；另见b/0.txt" in source_sections([citation], None, "zh")[0].text
