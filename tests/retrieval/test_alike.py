"""Questions that ask the same are put together, others are not."""

from __future__ import annotations

import pytest

from retrieval.alike import grouped, is_alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("When does the sauna open?", "what are the sauna's opening hours", True),
        ("how much is parking on Sunday?", "What does parking cost on Sundays", True),
        ("Is there a locker for my bicycle?", "where is the locker for bicycles", True),
        ("会员卡丢了怎么办？", "会员卡遗失怎么办", True),
        ("what?", "WHAT?", True),
        ("when does the pool open", "when does the library open", False),
        ("is bus 12 running", "is bus 14 running", False),
        ("图书馆几点开门", "游泳池几点开门", False),
        ("why", "会员卡丢了怎么办", False),
    ],
)
def test_alike(one: str, other: str, alike: bool) -> None:
    assert is_alike(one, other) is is_alike(other, one) is alike


def test_groups_keep_the_order() -> None:
    asked = ["is the pool open", "may dogs come in", "is the pool open?", "may a dog come in"]
    assert grouped(asked, str) == [
        ["is the pool open", "is the pool open?"],
        ["may dogs come in", "may a dog come in"],
    ]
