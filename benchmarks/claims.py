"""Sentences told of invented documents: how many of the false and of the true ones are posted.

usage: python benchmarks/claims.py [--words]

The documents of `training/claims` and what is told of them were written by somebody who had not
seen the check of written answers; most true sentences are put in other words than the document.
Each is held against every unit of its document. Documents that the entailment model was trained on
are left out. `--words` leaves that model out.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from retrieval.proof.agreement import judge
from retrieval.proof.drawn import Unit
from retrieval.proof.entailment import EntailmentModel, bundled_entailment
from retrieval.proof.lexicon import load_lexicon
from training.entailment.examples import documents


class Unsure(EntailmentModel):
    """A model that takes no unit to say anything."""

    def scores(self, claim: str, units: Sequence[Unit]) -> list[float]:
        """Return the least score for each unit."""
        return [float("-inf")] * len(units)


def main() -> None:
    """Print the shares, of all and by language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", action="store_true")
    model = Unsure() if parser.parse_args().words else bundled_entailment()
    lexicon = load_lexicon()
    counts: dict[str, list[list[bool]]] = defaultdict(lambda: [[], []])
    for document in documents():
        for claim in document.claims if document.apart else ():
            asked, known = claim.language[:2], document.language[:2]
            posted = bool(judge(claim.text, document.units, lexicon, model))
            for group in ("all", known if asked == known else "across"):
                counts[group][claim.true].append(posted)
    for group, (lies, truths) in sorted(counts.items(), key=lambda item: -len(item[1][1])):
        false, true = (f"{sum(some) / len(some):.3f} of {len(some)}" for some in (lies, truths))
        print(f"{group}: false {false}, true {true}")


if __name__ == "__main__":
    main()
