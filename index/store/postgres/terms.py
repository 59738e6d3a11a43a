"""BM25 in the database: what each term adds to a passage's score, worked out when it is stored.

The score is the inner product of a passage's weights with those of a question, so the server ranks
by one operator. Formula and constants are those of tantivy (k1 1.2, b 0.75, lengths of fields
rounded down to a table), so that both engines rank alike. How long a field is on the average goes
into the stored weights: it is taken when a generation is built, and all weights are made anew once
it has drifted far. How rare a term is goes into the question's weights, and is always current.
"""

from __future__ import annotations

import hashlib
import math
import pickle
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.store.engine import WeightedTerm
from index.store.postgres.connection import Statements
from language.terms import FIELDS

_K1 = 1.2
_B = 0.75
# pgvector's most dimensions; terms are numbered by a hash below this. Of a million terms, one in
# a thousand shares its number with another.
_NUMBERS = 1_000_000_000
# Up to this length of a field, every length is a step of its own.
_EXACT_LENGTHS = 40


@lru_cache(maxsize=1 << 17)
def number_of(field: str, term: str) -> int:
    """Return the number of a term of a field, from 1."""
    digest = hashlib.blake2b(f"{field}\0{term}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % (_NUMBERS - 1) + 1


def rounded(length: int) -> int:
    """Return a field's length as tantivy counts it: eight steps to each doubling."""
    if length <= _EXACT_LENGTHS:
        return length
    power = ((length - 24) // 8).bit_length() - 1
    step = 1 << power
    first = 24 + 8 * step
    return first + (length - first) // step * step


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many passages there are, the terms of each field in all, and the averages in use."""

    passages: int = 0
    totals: tuple[int, ...] = (0,) * len(FIELDS)
    averages: tuple[float, ...] = ()

    # So far from the averages in use, the true ones call for new weights.
    _FAR = 0.25

    @staticmethod
    def read(fact: str) -> Lengths:
        """Return what a catalog's fact tells."""
        if not fact:
            return Lengths()
        passages, *rest = fact.split()
        totals, averages = rest[: len(FIELDS)], rest[len(FIELDS) :]
        return Lengths(int(passages), tuple(map(int, totals)), tuple(map(float, averages)))

    def written(self) -> str:
        """Return the fact that tells this."""
        return " ".join(map(str, (self.passages, *self.totals, *self.averages)))

    def plus(self, passages: int, totals: Sequence[int]) -> Lengths:
        """Return what there is with some passages more, or less."""
        summed = tuple(old + new for old, new in zip(self.totals, totals, strict=True))
        return Lengths(self.passages + passages, summed, self.averages)

    def true_averages(self) -> tuple[float, ...]:
        """Return the mean length of each field."""
        return tuple(total / max(self.passages, 1) for total in self.totals)

    def are_off(self) -> bool:
        """Return True if the averages in use are none, or far from the true ones."""
        if not self.averages:
            return True
        pairs = zip(self.averages, self.true_averages(), strict=True)
        return any(abs(used - true) > self._FAR * max(used, true) for used, true in pairs)

    def measured(self) -> Lengths:
        """Return the same with the true averages in use."""
        return Lengths(self.passages, self.totals, self.true_averages())


class Stage:
    """Counted terms of passages, set aside on disk until the averages are known."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self.count = 0
        self.totals = [0] * len(FIELDS)

    def close(self) -> None:
        """Give the disk's room back."""
        self._file.close()

    def add(self, key: str, terms: Mapping[str, Sequence[str]]) -> None:
        """Count the terms of a passage."""
        lengths = [len(terms[field]) for field in FIELDS]
        counted = [
            [(number_of(field, term), count) for term, count in Counter(terms[field]).items()]
            for field in FIELDS
        ]
        pickle.dump((key, lengths, counted), self._file)
        self.count += 1
        self.totals = [total + length for total, length in zip(self.totals, lengths, strict=True)]

    def rows(self, averages: Sequence[float]) -> Iterator[tuple[str, str, str, str]]:
        """Yield key, numbers, lengths and weights of each passage, as PostgreSQL reads them."""
        self._file.seek(0)
        for _ in range(self.count):
            key, lengths, counted = pickle.load(self._file)  # noqa: S301 - our own file
            weights: dict[int, float] = {}
            for average, length, counts in zip(averages, lengths, counted, strict=True):
                norm = _K1 * (1 - _B + _B * rounded(length) / (average or 1.0))
                for number, count in counts:
                    weights[number] = weights.get(number, 0.0) + count * (_K1 + 1) / (count + norm)
            yield key, _array(sorted(weights)), _array(lengths), sparse(weights)


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def sparse(weights: Mapping[int, float]) -> str:
    """Return weights by the numbers of their terms as a `sparsevec`."""
    entries = ",".join(f"{number}:{weight:.7g}" for number, weight in sorted(weights.items()))
    return f"{{{entries}}}/{_NUMBERS}"


@dataclass(frozen=True, slots=True)
class Sought:
    """A question's terms: what each weighs, and in how many passages each stands."""

    weights: Mapping[int, float]
    passages: Mapping[int, int]

    def rarest(self, budget: float) -> list[int]:
        """Return the rarest terms that stand in so many passages together, one at the least.

        Terms beyond are common: they count in the score of what the rarer ones find.
        """
        chosen: list[int] = []
        spent = 0
        for number in sorted(self.weights, key=lambda n: (self.passages[n], n)):
            spent += self.passages[number]
            if chosen and spent > budget:
                break
            chosen.append(number)
        return chosen


def terms_sought(db: Statements, terms: Sequence[WeightedTerm], passages: int) -> Sought:
    """Return the terms of a question that stand in any of so many passages."""
    given: dict[int, float] = {}
    for field, term, weight in terms:
        number = number_of(field, term)
        given[number] = given.get(number, 0.0) + weight
    found = db.execute(
        "SELECT id, passages FROM terms WHERE id = ANY(?::int[])", (sorted(given),)
    ).fetchall()
    held = {number: count for number, count in found if given[number]}
    weights = {
        number: given[number] * math.log(1 + (passages - held[number] + 0.5) / (held[number] + 0.5))
        for number in sorted(held)
    }
    return Sought(weights, held)


def count_terms(db: Statements, keys: Sequence[str] | None, sign: int = 1) -> None:
    """Count in how many passages each term stands: add those under some keys, or take them away.

    Without keys all are counted anew.
    """
    if keys is None:
        db.execute("DELETE FROM terms")
    which, values = ("", ()) if keys is None else ("WHERE key = ANY(?)", (list(keys),))
    db.execute(
        f"INSERT INTO terms SELECT id, ?::int * count(*) FROM postings, unnest(ids) AS id {which} "
        "GROUP BY id ON CONFLICT (id) DO UPDATE SET passages = terms.passages + excluded.passages",
        (sign, *values),
    )
    if sign < 0:
        db.execute("DELETE FROM terms WHERE passages <= 0")
