"""Claims about the units of documents, as pairs of a claim and what it is held against.

A document of `training/claims` is a line of JSON: `title`, `units` (each `path`, `lead`, `kind`,
`text`) and `claims` (each `text`, `units`: the places of what says it or comes nearest, `true`).
"""

from __future__ import annotations

import csv
import json
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.proof.drawn import Unit

FOLDER = Path(__file__).resolve().parents[1] / "claims"
# One document in so many measures and is not trained on.
_KEPT_APART = 10
# How often a claim is also held against another unit, one half of what says it, that and another
# unit, or said with another figure; and how often a unit is its own claim.
_OTHER, _HALF, _MORE, _FIGURE, _VERBATIM = 0.8, 0.6, 0.2, 0.25, 0.1
# How often a claim is opened as chat models open sentences, and its last mark left off.
_OPENED, _UNMARKED = 0.06, 0.15
_OPENINGS = {
    "en": ("According to the document, ", "Based on the text, ", "Note that ", "In short, "),
    "zh": ("根据文件，", "根据资料，", "据文中所述，", "简单来说，", "請注意，"),
    "de": ("Laut Dokument: ", "Kurz gesagt: "),
    "fr": ("Selon le document : ", "En bref : "),
    "es": ("Según el documento, ", "En resumen: "),
}
_DIGIT = re.compile(r"\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and a unit: `true` says whether the unit, with what is around it, says the claim."""

    claim: str
    unit: Unit
    true: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence told of a document, with the places of the units that say it or come nearest."""

    text: str
    units: tuple[int, ...]
    true: bool
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """The units of a document and what is told of it."""

    units: tuple[Unit, ...]
    claims: tuple[Claim, ...]
    language: str
    apart: bool


def documents(folder: Path = FOLDER) -> list[Document]:
    """Return the documents of a folder, in order."""
    return [
        _document(json.loads(line))
        for path in sorted(folder.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _document(row: dict[str, Any]) -> Document:
    units: list[Unit] = []
    for unit in row["units"]:
        head = " > ".join((row["title"], *unit["path"]))
        is_text = unit["kind"] == "sentence"
        before = units[-1].text if units and is_text and units[-1].head == head else ""
        units.append(Unit(unit["text"], head, unit.get("lead", ""), before, not is_text))
    claims = tuple(
        Claim(c["text"], tuple(c["units"]), bool(c["true"]), c["kind"], c["lang"])
        for c in row["claims"]
    )
    apart = zlib.crc32(row["title"].encode()) % _KEPT_APART == 0
    return Document(tuple(units), claims, row["lang"], apart)


def joined(units: Sequence[Unit]) -> Unit:
    """Return several units as one, with what is around the first."""
    return replace(units[0], text=" ".join(unit.text for unit in units))


def pairs_of(document: Document, rng: random.Random) -> Iterator[Pair]:
    """Yield the pairs of a document for one pass; what claims are held against differs by pass."""
    for told in document.claims:
        claim = replace(told, text=_dressed(told, rng))
        held = [document.units[place] for place in claim.units]
        yield Pair(claim.text, joined(held), claim.true)
        others = [u for place, u in enumerate(document.units) if place not in claim.units]
        if others and rng.random() < (_OTHER if claim.true else _OTHER / 3):
            yield Pair(claim.text, _other(claim.text, others, rng), False)
        if not claim.true:
            continue
        if len(held) > 1 and rng.random() < _HALF:
            yield Pair(claim.text, rng.choice(held), False)
        if others and rng.random() < _MORE:
            yield Pair(claim.text, joined([*held, rng.choice(others)]), True)
        changed = _with_another_figure(claim.text, rng)
        if changed and rng.random() < _FIGURE:
            yield Pair(changed, joined(held), False)
    for unit in document.units:
        if rng.random() < _VERBATIM:
            yield Pair(unit.text, unit, True)
            yield Pair(unit.text, rng.choice([u for u in document.units if u is not unit]), False)


def _dressed(claim: Claim, rng: random.Random) -> str:
    """Return the text of a claim, now and then opened or ended as chat models do."""
    text = claim.text
    if rng.random() < _UNMARKED:
        text = text.rstrip(".。")
    openings = _OPENINGS.get(claim.language[:2], ())
    if openings and rng.random() < _OPENED:
        text = rng.choice(openings) + text
    return text


def _other(claim: str, units: Sequence[Unit], rng: random.Random) -> Unit:
    """Return a unit that does not say a claim: mostly one that shares much of its writing."""
    if rng.random() < 0.3:
        return rng.choice(units)
    wanted = _bigrams(claim)
    ranked = sorted(units, key=lambda unit: -len(wanted & _bigrams(unit.text)))
    return rng.choice(ranked[:3])


def _bigrams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _with_another_figure(text: str, rng: random.Random) -> str:
    """Return a text with the last digit of one of its figures changed; empty if it has none."""
    found = list(_DIGIT.finditer(text))
    if not found:
        return ""
    at = rng.choice(found).start()
    digit = rng.choice([d for d in "123456789" if d != text[at]])
    return text[:at] + digit + text[at + 1 :]


def inference_pairs(folder: Path, rng: random.Random) -> list[Pair]:
    """Return the pairs of public inference sets in a folder, those that are there.

    IndoNLI (`indonli_train.jsonl`), MED (`med.tsv`) and 5,000 of JaNLI (`janli.tsv`).
    """
    found: list[Pair] = []
    path = folder / "indonli_train.jsonl"
    if path.exists():
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found += [Pair(r["hypothesis"], Unit(r["premise"]), r["label"] == "e") for r in rows]
    path = folder / "med.tsv"
    if path.exists():
        found += [
            Pair(r["sentence2"], Unit(r["sentence1"]), r["gold_label"] == "entailment")
            for r in _table(path)
        ]
    path = folder / "janli.tsv"
    if path.exists():
        table = [
            Pair(
                r["sentence_B_Ja"], Unit(r["sentence_A_Ja"]),
                r["entailment_label_Ja"] == "entailment",
            )
            for r in _table(path)
        ]  # fmt: skip
        found += rng.sample(table, min(5000, len(table)))
    return found


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
