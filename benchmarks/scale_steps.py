"""The steps of `scale.py`, each run in a process of its own: prints one line of JSON.

python benchmarks/scale_steps.py docent /tmp/scale/1000
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.scale_documents import questions  # noqa: E402
from index.embedder import Embedder, load_embedder  # noqa: E402
from index.library import Library  # noqa: E402
from index.pipeline import reindex  # noqa: E402
from retrieval.retriever import Retriever  # noqa: E402

Figures = dict[str, float]
_BATCH = 1000
_ASKED = 200
_FEW = 50
# A file written less than two seconds before it was read is read once more.
_FRESH_SECONDS = 2.5


def docent(work: Path, embedder: Embedder) -> Figures:
    """Index the documents, and see what a run costs that finds nothing to do."""
    library = Library.open(work / "data", embedder)
    figures = _timed(lambda: reindex(library, work / "documents").passages)
    time.sleep(_FRESH_SECONDS)
    reindex(library, work / "documents")
    figures["unchanged_seconds"] = reindex(library, work / "documents").seconds
    return figures | {"disk_mb": _size(work / "data" / "generations")}


def plain(work: Path, embedder: Embedder) -> Figures:
    """Put the same passages with the same vectors into LangChain's Chroma store."""
    store = _plain_store(work, embedder)

    def fill() -> int:
        count = 0
        for batch in _passages(Library.open(work / "data", embedder)):
            metadatas = [{"title": title} for title, _ in batch]
            store.add_texts([f"{title}\n{text}" for title, text in batch], metadatas=metadatas)
            count += len(batch)
        return count

    return _timed(fill) | {"disk_mb": _size(work / "plain")}


def ask(work: Path, embedder: Embedder) -> Figures:
    """Ask both in turn, so that whatever else the machine does disturbs both alike."""
    library = Library.open(work / "data", embedder)
    search = Retriever(library, embedder).search
    asked = questions(_ASKED)
    ways: dict[str, Callable[[str], object]] = {
        "docent": lambda question: search(question, 10),
        "docent_dense": lambda q: library.nearest(embedder.encode_queries([q])[0], 10),
    }
    if (work / "plain").exists():
        store = _plain_store(work, embedder)
        ways["plain"] = lambda question: store.similarity_search(question, k=10)
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    # The first few of each open files and fill caches.
    for number, question in enumerate([*asked[:5], *asked]):
        for name, way in ways.items():
            began, busy = time.perf_counter(), time.process_time()
            way(question)
            if number >= 5:
                took = time.perf_counter() - began, time.process_time() - busy
                spent[name].append((took[0] * 1000, took[1] * 1000))
    figures: Figures = {}
    for name, pairs in spent.items():
        for kind, values in zip(("ms", "cpu_ms"), zip(*pairs, strict=True), strict=True):
            figures[f"{name}_p50_{kind}"] = round(statistics.median(values), 2)
            figures[f"{name}_p95_{kind}"] = round(statistics.quantiles(values, n=20)[-1], 2)
    return figures


def serve_docent(work: Path, embedder: Embedder) -> Figures:
    """Tell what a process holds in memory that answers from the index."""
    search = Retriever(Library.open(work / "data", embedder), embedder).search
    return _held(lambda question: search(question, 10))


def serve_plain(work: Path, embedder: Embedder) -> Figures:
    """Tell what a process holds in memory that answers from the plain store."""
    store = _plain_store(work, embedder)
    return _held(lambda question: store.similarity_search(question, k=10))


def recall(work: Path, embedder: Embedder) -> Figures:
    """Tell what share of the ten true nearest passages each graph finds."""
    library = Library.open(work / "data", embedder)
    asked = questions(_ASKED)
    vectors = embedder.encode_queries(asked)
    best = np.full((_ASKED, 10), -1.0, dtype=np.float32)
    for batch in _passages(library):
        rows = embedder.encode_documents([f"{title}\n{text}" for title, text in batch])
        best = -np.sort(-np.hstack([best, vectors @ rows.T]), axis=1)[:, :10]
    # Whoever is as near as the tenth is one of the ten.
    least = best[:, -1] - 1e-5
    scores = {"docent_found": [[h.score for h in library.nearest(v, 10)] for v in vectors]}
    if (work / "plain").exists():
        store = _plain_store(work, embedder)
        found = [store.similarity_search_with_score(question, k=10) for question in asked]
        scores["plain_found"] = [[1 - distance for _, distance in pairs] for pairs in found]
    return {name: round(_share(each, least), 3) for name, each in scores.items()}


def _share(scores: Sequence[Sequence[float]], least: Any) -> float:
    good = [sum(score >= at for score in row) / 10 for row, at in zip(scores, least, strict=True)]
    return float(statistics.mean(good))


def _plain_store(work: Path, embedder: Embedder) -> Any:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    class Same(Embeddings):
        """The model of Docent behind LangChain's interface."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.encode_documents(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embedder.encode_queries([text])[0].tolist()

    folder, cosine = str(work / "plain"), {"hnsw:space": "cosine"}
    return Chroma("plain", Same(), persist_directory=folder, collection_metadata=cosine)


def _passages(library: Library) -> Iterator[list[tuple[str, str]]]:
    """Yield the title and text of every passage, a batch at a time."""
    with library.snapshot() as catalog:
        keys = catalog.keys_since()[0] if catalog else []
        for start in range(0, len(keys), _BATCH):
            yield list(catalog.keyed_texts(keys[start : start + _BATCH]).values())


def _timed(step: Callable[[], int]) -> Figures:
    began, busy = time.monotonic(), _busy()
    count = step()
    seconds, cpu = time.monotonic() - began, _busy() - busy
    # The process that writes the vectors has its peak when this one has its own, at the worst.
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(who).ru_maxrss for who in whose) / 1024
    return {
        "passages": count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_mb": round(peak),
        "load": round(os.getloadavg()[0], 1),
    }


def _busy() -> float:
    """Return the seconds of a processor that this process and those it started have taken."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _held(answer: Callable[[str], object]) -> Figures:
    for question in questions(_FEW):
        answer(question)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"resident_mb": round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)}


def _size(folder: Path) -> float:
    return round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6)


STEPS = {
    "docent": docent,
    "plain": plain,
    "ask": ask,
    "serve_docent": serve_docent,
    "serve_plain": serve_plain,
    "recall": recall,
}


if __name__ == "__main__":
    model = load_embedder("bundled")
    model.encode_queries(["warm"])
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), model)))
