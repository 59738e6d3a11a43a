"""Words that only point at another message, and words that ask something of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.followups.pointing import points_only

POINTING = """do you know this?
any idea
Can anyone answer this question please?
^
what about this one?
is that right?
could you help him out
help!
you know this one, don't you?
thoughts? 🙏
你知道吗
帮忙看看这个
这个问题你能回答吗？
請問這是真的嗎
麻烦解答一下，谢谢
怎么回事""".splitlines()
ASKING = """when does the ferry leave
do you know this for the ferry
and in 2023?
what does it cost
wann fährt die Fähre
渡轮什么时候开
这个多少钱
2023年呢""".splitlines()


@pytest.mark.parametrize("words", ["", " ", *POINTING])
def test_words_that_point(words: str) -> None:
    assert points_only(words)


@pytest.mark.parametrize("words", ASKING)
def test_words_that_ask(words: str) -> None:
    assert not points_only(words)


@given(st.sampled_from(POINTING), st.sampled_from(("ferry", "渡轮", "1998", "Brücke")))
def test_a_word_with_a_meaning_asks(pointing: str, word: str) -> None:
    assert not points_only(f"{pointing} {word}")


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert points_only(text) in (True, False)
