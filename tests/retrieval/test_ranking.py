"""Coverage, duplicates and the learned ranking, each by itself."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.search.coverage import Evidence, coverage, evidence_of
from retrieval.search.duplicates import near_duplicates
from retrieval.search.query import analyse
from retrieval.search.ranking import FEATURES, Direction, learned_weights, nearness_of
from retrieval.search.textview import view_of
from tests.fakes_dictionary import CITY_WORDS


def evidence(question: str) -> tuple[Evidence, Evidence]:
    query = analyse(question, CITY_WORDS)
    return evidence_of(query, {(term.field, term.term): 1.0 for term in query.terms})


def held(question: str, passage: str, *, foreign: bool = False, title: str = "") -> float:
    own, other = evidence(question)
    chosen = other if foreign else own
    return coverage(chosen, view_of(passage), (), view_of(title) if title else None).passage


def test_a_passage_that_says_it_all_holds_all() -> None:
    assert held("图书馆开放", "图书馆开放了。") == pytest.approx(1.0)
    assert held("bridges repaired", "All bridges were repaired.") == pytest.approx(1.0)
    assert held("图书馆开放", "大桥完工。") == 0


def test_another_form_of_a_word_counts_for_less_than_the_word() -> None:
    assert 0 < held("bridges", "One bridge.") < held("bridges", "Two bridges.")


def test_translations_count_in_the_other_script_alone() -> None:
    assert held("Which bridge was repaired?", "大桥维修完了。", foreign=True) > 0.5
    assert held("Which bridge was repaired?", "大桥维修完了。") == 0


def test_one_sentence_is_worth_more_than_two_far_apart() -> None:
    own, _ = evidence("大桥路灯")
    near = coverage(own, view_of("大桥路灯亮了。河水涨了。学校开学。"), (), None)
    far = coverage(own, view_of("大桥完工。河水涨了。路灯亮了。"), (), None)
    assert near.sentence > far.sentence
    assert near.pair > far.pair


def test_neighbours_and_title_add_what_the_passage_lacks() -> None:
    own, _ = evidence("大桥路灯")
    alone = coverage(own, view_of("路灯亮了。"), (), None)
    beside = coverage(own, view_of("路灯亮了。"), (view_of("大桥完工。"),), view_of("大桥"))
    assert alone.title == 0 < beside.title
    assert beside.window > alone.window
    assert beside.passage == alone.passage


@given(st.text(max_size=60), st.text(max_size=200))
@example("RUN", "RUN")
@example("lose", "They lost what others lose.")
def test_coverage_is_never_negative_and_never_more_than_all(question: str, passage: str) -> None:
    own, other = evidence(question)
    for wanted in (own, other):
        found = coverage(wanted, view_of(passage), (view_of(passage),), None)
        assert all(value >= 0 for value in found)
        assert found.sentence <= found.pair <= found.passage + 1e-9
    assert coverage(own, view_of(passage), (), None).passage <= 1 + 1e-9


def test_nearness_is_how_far_a_cosine_stands_out() -> None:
    assert nearness_of([0.9, 0.8, 0.6]) == pytest.approx([0.75, 0.5, 0.0])
    assert nearness_of([0.3]) == [0.0]
    assert nearness_of([]) == []
    assert nearness_of([1.0, 1.0]) == pytest.approx([0.0, 0.0], abs=1.0)


@given(
    st.lists(st.floats(0, 3), min_size=len(FEATURES), max_size=len(FEATURES)),
    st.sampled_from(get_args(Direction)),
)
def test_more_of_anything_never_lowers_the_score(values: list[float], direction: Direction) -> None:
    weights = learned_weights()
    score = weights.score(values, direction)
    assert 0 <= score <= 1
    for at in range(len(values)):
        raised = [value + (place == at) for place, value in enumerate(values)]
        assert weights.score(raised, direction) >= score


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("大桥完工，桥面铺好。", "大桥完工 桥面铺好！", True),
        ("大橋完工，橋面鋪好。", "大桥完工，桥面铺好。", True),
        ("大桥完工，桥面铺好了石板。", "图书馆延长了开放的时间。", False),
        ("The market moves indoors today.", "THE MARKET MOVES INDOORS TODAY", True),
        (
            "四月三日全市新增路灯五盏，" + "其余照旧" * 20,
            "四月四日全市新增路灯七盏，" + "其余照旧" * 20,
            False,
        ),
        (
            "On 3 April 5 lamps" + " as before" * 20,
            "On 3 April 15 lamps" + " as before" * 20,
            False,
        ),
        ("", "", True),
    ],
)
def test_near_duplicates(left: str, right: str, same: bool) -> None:
    assert near_duplicates(left, right) is same


def test_passages_that_differ_in_what_is_asked_are_no_duplicates() -> None:
    same = "，其余各项工作按照原定计划继续推进，没有变化。"
    left, right = f"林涛出席了开工仪式{same * 3}", f"孟青出席了开工仪式{same * 3}"
    assert near_duplicates(left, right)
    assert not near_duplicates(left, right, frozenset({"林涛"}))


@given(st.text(max_size=300))
def test_a_text_is_its_own_duplicate(text: str) -> None:
    assert near_duplicates(text, text)


@given(st.text(max_size=300))
def test_a_view_can_be_made_of_any_text(text: str) -> None:
    view = view_of(text)
    assert sum(map(len, view.sentences)) <= sum(view.counts.values())
    assert set().union(*view.sentences) == set(view.counts)
