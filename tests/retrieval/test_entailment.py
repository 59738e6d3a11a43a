"""The entailment model lets through what is said in other words, and no figure of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.encoders.bundled import weights
from index.errors import ModelUnusable
from retrieval.proof.agreement import judge
from retrieval.proof.drawn import Unit
from retrieval.proof.entailment import EntailmentModel, bundled_entailment, entailing, sequences
from retrieval.proof.lexicon import load_lexicon

DOGS = Unit("Dogs may come in only on a lead.", "Harbour café > House rules")
CLOSED = Unit("On Mondays we are closed.", "Harbour café > Opening hours")
ROOMS = [
    Unit("Room: Oak; Seats: 12; Price: 40 euros", "Village hall > Rooms", whole=True),
    Unit("Room: Elm; Seats: 30; Price: 75 euros", "Village hall > Rooms", whole=True),
]


class Sure(EntailmentModel):
    """A model that takes every unit to say everything."""

    def scores(self, claim: str, units: object) -> list[float]:
        return [9.0] * len(units)  # type: ignore[arg-type]


def test_a_figure_that_no_unit_tells_is_not_let_through_however_sure_the_model_is() -> None:
    assert entailing("The big room has 30 chairs.", ROOMS, Sure()) == 1
    assert entailing("The big room has 31 chairs.", ROOMS, Sure()) is None
    assert entailing("The rooms have chairs.", [], Sure()) is None


def test_the_model_is_asked_only_where_a_word_has_no_counterpart() -> None:
    lexicon = load_lexicon()
    assert judge("Your puppy has to be tied up.", [DOGS], lexicon, Sure()).units == (0,)
    assert judge("On Mondays we are not closed.", [CLOSED], lexicon, Sure()).reason == "turned"
    assert judge("Oak costs 75 euros.", ROOMS, lexicon, Sure()).reason


def test_a_unit_is_read_with_what_belongs_to_it() -> None:
    tokenizer = weights().tokenizer
    item = Unit("no dogs", "Rules", lead="Please:", before="Cats are fine.", whole=True)
    alone = Unit("no dogs", "Rules", before="Cats are fine.", whole=True)
    led, bare = sequences([("Dogs stay out.", item), ("Dogs stay out.", alone)], tokenizer)
    assert len(led.ids) > len(bare.ids)
    for row in (led, bare):
        assert row.ids[slice(*row.unit)] == tokenizer.cut(["no dogs"])[0].ids
        assert row.ids[slice(*row.claim)] == tokenizer.cut(["Dogs stay out."])[0].ids


def test_a_claim_or_unit_without_a_word_is_said_by_nothing() -> None:
    scores = bundled_entailment().scores("", [DOGS]) + bundled_entailment().scores("Hi", [Unit("")])
    assert scores == [float("-inf")] * 2


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"no weights")
    broken = EntailmentModel(tmp_path)
    with pytest.raises(ModelUnusable, match="entailment"):
        broken.scores("Dogs may come in.", [DOGS])
    # The words still tell; what they do not tell is dropped.
    assert judge("Dogs may come in only on a lead.", [DOGS], load_lexicon(), broken)
    assert not judge("Your puppy has to be tied up.", [DOGS], load_lexicon(), broken)
