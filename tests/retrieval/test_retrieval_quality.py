"""Search measured with the bundled model on public reading sets.

The reader orders what is found, so what counts is that the passage is among the first. How often it
comes first by the search alone is held to what was measured, 29 November 2026: the ranks of words
count half of those of vectors, which finds more across languages and, in one language, puts fewer
first than untuned BM25 does (0.982 on cmrc_dev, 0.944 on drcd_dev, 0.967 on
xquad_zh, 0.944 on xquad_vi).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.embedder import load_embedder
from index.library import Library
from index.pipeline import reindex
from retrieval.retriever import Retriever

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

_FIRST = {
    "cmrc_dev": 0.973,
    "drcd_dev": 0.850,
    "xquad_zh": 0.923,
    "xquad_en": 0.939,
    "xquad_de": 0.897,
    "xquad_es": 0.937,
    "xquad_ru": 0.856,
    "xquad_vi": 0.935,
    "xquad_ar": 0.869,
}


def rows(folder: Path, corpus: str, kind: str) -> list[dict[str, str]]:
    lines = (folder / f"{corpus}.{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def search_over(folder: Path, contexts: Iterable[dict[str, str]]) -> Retriever:
    documents = folder / "documents"
    documents.mkdir()
    texts = [{"id": c["context_id"], "title": c["title"], "text": c["text"]} for c in contexts]
    lines = "\n".join(json.dumps(text, ensure_ascii=False) for text in texts)
    (documents / "texts.jsonl").write_text(lines, encoding="utf-8")
    embedder = load_embedder("bundled")
    library = Library.open(folder / "data", embedder)
    reindex(library, documents)
    return Retriever(library, embedder)


def recall(retriever: Retriever, questions: list[dict[str, str]]) -> tuple[float, float]:
    """Return the shares of questions whose article comes first, and among the first ten."""
    first = among = 0
    for row in questions:
        passages = retriever.search(row["question"], 30)
        ids = list(dict.fromkeys(p.article_id.partition("#")[2] for p in passages))
        first += ids[:1] == [row["context_id"]]
        among += row["context_id"] in ids[:10]
    return first / len(questions), among / len(questions)


# What is searched, what is asked, and the least that comes first and among the first ten.
CASES = [
    *(([corpus], corpus, first, 0.98) for corpus, first in _FIRST.items()),
    *((["xquad_zh"], "xquad_en", 0.75, 0.96), (["xquad_en"], "xquad_zh", 0.75, 0.96)),
    # Every other passage in the other language.
    *((["xquad_zh", "xquad_en"], asked, 0.0, 0.93) for asked in ("xquad_en", "xquad_zh")),
]


@pytest.mark.parametrize(("corpora", "asked", "least_first", "least_among"), CASES)
def test_a_passage_is_found_whatever_its_language(
    *, shared_dir: Path, tmp_path: Path, corpora: list[str], asked: str, least_first: float,
    least_among: float,
) -> None:  # fmt: skip
    data = shared_dir / "data"
    passages = zip(*(rows(data, corpus, "contexts") for corpus in corpora), strict=True)
    retriever = search_over(tmp_path, [found[at % len(found)] for at, found in enumerate(passages)])
    first, among = recall(retriever, rows(data, asked, "questions"))
    assert first >= least_first
    assert among >= least_among
