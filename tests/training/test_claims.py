"""The claims that the entailment model is trained on, and what they are held against."""

from __future__ import annotations

import random

from training.entailment.examples import documents, joined, pairs_of


def test_the_claims_are_many_and_mixed() -> None:
    told = documents()
    claims = [claim for document in told for claim in document.claims]
    assert len(told) >= 500
    for true in (False, True):
        assert sum(claim.true == true for claim in claims) >= 6000
    assert len({document.language for document in told}) >= 12
    assert 0.05 < sum(document.apart for document in told) / len(told) < 0.2


def test_every_claim_names_units_of_its_document() -> None:
    for document in documents():
        assert len(document.units) >= 5
        for claim in document.claims:
            assert claim.text.strip()
            assert claim.units
            assert all(0 <= place < len(document.units) for place in claim.units)


def test_a_claim_is_true_of_its_own_units_alone() -> None:
    document = next(d for d in documents() if len(d.claims) > 20)
    said = {joined([document.units[p] for p in c.units]).text for c in document.claims if c.true}
    verbatim = {unit.text for unit in document.units}
    for seed in range(20):
        for pair in pairs_of(document, random.Random(seed)):
            if pair.true:
                assert pair.unit.text in said | verbatim or any(
                    pair.unit.text.startswith(text) for text in said
                )
