"""The steps of `scale.py`, each run in a process of its own: prints one line of JSON.

python benchmarks/scale_steps.py docent /tmp/scale/1000 bundled
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


class Asked:
    """A model that has encoded the questions already, so that a query's time is the store's."""

    def __init__(self, embedder: Embedder) -> None:
        """Encode them."""
        asked = questions(_ASKED)
        self._embedder = embedder
        self._rows = dict(zip(asked, embedder.encode_queries(asked), strict=True))
        self.name, self.dimensions = embedder.name, embedder.dimensions

    def encode_documents(self, texts: Sequence[str]) -> Any:
        """Return one unit row for each text."""
        return self._embedder.encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Any:
        """Return one unit row for each question."""
        return np.stack([self._rows[text] for text in texts])


def docent(work: Path, embedder: Embedder) -> Figures:
    """Index the documents into the data folder."""
    library = Library.open(work / "data", embedder)
    return indexed(library, work) | {"disk_mb": _size(work / "data" / "generations")}


def indexed(library: Library, work: Path) -> Figures:
    """Index the documents, and see what a run costs that finds nothing to do."""
    figures = _timed(lambda: reindex(library, work / "documents").passages)
    time.sleep(_FRESH_SECONDS)
    reindex(library, work / "documents")
    figures["unchanged_seconds"] = reindex(library, work / "documents").seconds
    return figures


def plain(work: Path, embedder: Embedder) -> Figures:
    """Put the same passages with the same vectors into LangChain's Chroma store."""
    listed = passages(Library.open(work / "data", embedder))
    return filled(lambda: _plain_store(work, embedder), listed) | {"disk_mb": _size(work / "plain")}


def filled(opened: Callable[[], Any], listed: Iterator[list[tuple[str, str]]]) -> Figures:
    """Open a store of LangChain and put passages into it."""

    def fill() -> int:
        store, count = opened(), 0
        for batch in listed:
            metadatas = [{"title": title} for title, _ in batch]
            store.add_texts([f"{title}\n{text}" for title, text in batch], metadatas=metadatas)
            count += len(batch)
        return count

    return _timed(fill)


def ask(work: Path, embedder: Embedder) -> Figures:
    """Ask the embedded store and the plain one in turn."""
    library, known = Library.open(work / "data", embedder), Asked(embedder)
    search = Retriever(library, known).search
    ways: dict[str, Callable[[str], object]] = {
        "docent_": lambda question: search(question, 10),
        "docent_dense_": lambda q: library.nearest(known.encode_queries([q])[0], 10),
    }
    if (work / "plain").exists():
        store = _plain_store(work, known)
        ways["plain_"] = lambda question: store.similarity_search(question, k=10)
    return asked_in_turn(ways)


def asked_in_turn(ways: dict[str, Callable[[str], object]]) -> Figures:
    """Ask each way in turn, so that whatever else the machine does disturbs all alike."""
    asked = questions(_ASKED)
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
            figures[f"{name}p50_{kind}"] = round(statistics.median(values), 2)
            figures[f"{name}p95_{kind}"] = round(statistics.quantiles(values, n=20)[-1], 2)
    return figures


def serve_docent(work: Path, embedder: Embedder) -> Figures:
    """Tell what a process holds in memory that answers from the index."""
    search = Retriever(Library.open(work / "data", embedder), embedder).search
    return held(lambda question: search(question, 10))


def serve_plain(work: Path, embedder: Embedder) -> Figures:
    """Tell what a process holds in memory that answers from the plain store."""
    store = _plain_store(work, embedder)
    return held(lambda question: store.similarity_search(question, k=10))


def recall(work: Path, embedder: Embedder) -> Figures:
    """Tell what share of the ten true nearest passages each graph finds."""
    library = Library.open(work / "data", embedder)
    asked = questions(_ASKED)
    vectors = embedder.encode_queries(asked)
    best = np.full((_ASKED, 10), -1.0, dtype=np.float32)
    for batch in passages(library):
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

    folder, cosine = str(work / "plain"), {"hnsw:space": "cosine"}
    return Chroma(
        "plain", plain_embeddings(embedder), persist_directory=folder, collection_metadata=cosine
    )


def plain_embeddings(embedder: Embedder) -> Any:
    """Return the model of Docent behind LangChain's interface."""
    from langchain_core.embeddings import Embeddings

    class Same(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.encode_documents(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embedder.encode_queries([text])[0].tolist()

    return Same()


def passages(library: Library) -> Iterator[list[tuple[str, str]]]:
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


def held(answer: Callable[[str], object]) -> Figures:
    """Tell what this process holds in memory once it has answered some questions."""
    for question in questions(_FEW):
        answer(question)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"resident_mb": round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)}


def _size(folder: Path) -> float:
    return round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6)


STEPS: dict[str, Callable[..., Figures]] = {
    "docent": docent,
    "plain": plain,
    "ask": ask,
    "serve_docent": serve_docent,
    "serve_plain": serve_plain,
    "recall": recall,
}


def run_step(steps: dict[str, Callable[..., Figures]], arguments: Sequence[str]) -> None:
    """Run the step that is named by the arguments: step, folder, model and what else it takes."""
    _, step, folder, name, *more = arguments
    model = load_embedder(name)
    model.encode_queries(["warm"])
    print(json.dumps(steps[step](Path(folder), model, *more)))


if __name__ == "__main__":
    run_step(STEPS, sys.argv)
