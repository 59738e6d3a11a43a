"""Measure how the index grows: first runs, runs without change, small changes, queries, disk.

    python benchmarks/index_scale.py --files 10000 --passages 100000 --work /tmp/scale

Texts are recombined from the sentences of `../shared/data`, with numbers that make each passage
its own. Prints one Markdown table; `--plain` also measures LangChain's Chroma store with the
same embedder and passages.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from index.embedder import Embedder, load_embedder  # noqa: E402
from index.library import Library  # noqa: E402
from index.models import IndexReport  # noqa: E402
from index.pipeline import reindex  # noqa: E402
from index.words.sentences import sentence_spans  # noqa: E402
from index.words.terms import index_terms  # noqa: E402

CORPORA = ("drcd_dev", "cmrc_trial", "xquad_en", "xquad_zh")
SENTENCES_A_PASSAGE = 8


def sentences(shared: Path) -> list[str]:
    """Return the sentences that articles are made of."""
    found: list[str] = []
    for corpus in CORPORA:
        for line in (shared / f"{corpus}.contexts.jsonl").open(encoding="utf-8"):
            text = json.loads(line)["text"]
            found.extend(text[start:end] for start, end in sentence_spans(text))
    return found


def write_folder(folder: Path, files: int, passages: int, pool: list[str]) -> None:
    """Write the files, each with its share of passages."""
    chance = random.Random(1)
    share = max(1, passages // files)
    for number in range(files):
        path = folder / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number, share, chance, pool), encoding="utf-8")


def article(number: int, passages: int, chance: random.Random, pool: list[str]) -> str:
    """Return one article of about so many passages."""
    paragraphs = []
    for place in range(passages):
        chosen = " ".join(chance.sample(pool, SENTENCES_A_PASSAGE))
        paragraphs.append(f"{chosen} 编号 {number}-{place}。")
    return f"Report {number}: {chance.choice(pool)[:24]}\n\n" + "\n\n".join(paragraphs) + "\n"


class Table:
    """Rows of a Markdown table, printed as they come."""

    def __init__(self) -> None:
        """Print the head."""
        print(
            "| step | seconds | CPU s | passages | encoded | passages/s | CPU ms each | peak MB |"
        )
        print("|---|---|---|---|---|---|---|---|")

    def run(self, name: str, step: Callable[[], IndexReport]) -> IndexReport:
        """Measure one run."""
        started, busy = time.monotonic(), time.process_time()
        report = step()
        self.row(name, report.passages, report.embedded, started, busy)
        return report

    def row(self, name: str, passages: int, encoded: int, started: float, busy: float) -> None:
        """Print what was done since `started` on the clock and `busy` on the processor's."""
        seconds, cpu = time.monotonic() - started, time.process_time() - busy
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cells = [name, f"{seconds:.2f}", f"{cpu:.2f}", f"{passages:,}", f"{encoded:,}"]
        many = encoded > 100
        cells += [f"{encoded / seconds:,.0f}", f"{1000 * cpu / encoded:.2f}"] if many else ["", ""]
        print(f"| {' | '.join([*cells, f'{peak:,}'])} |", flush=True)


def measure_runs(library: Library, folder: Path, table: Table, pool: list[str], full: bool) -> None:
    """Measure the runs that a folder goes through."""
    chance = random.Random(2)
    table.run("first", lambda: reindex(library, folder))
    # Files that were written moments ago are hashed once more; after that, they are trusted.
    time.sleep(2.5)
    table.run("nothing changed, files still fresh", lambda: reindex(library, folder))
    table.run("nothing changed", lambda: reindex(library, folder))
    some = folder / "000" / "000007.txt"
    text = some.read_text(encoding="utf-8")
    some.write_text(f"{text}\n{' '.join(chance.sample(pool, 6))}\n", encoding="utf-8")
    table.run("one article grew", lambda: reindex(library, folder))
    some.rename(some.with_name("renamed.txt"))
    table.run("one file renamed", lambda: reindex(library, folder))
    some.with_name("renamed.txt").unlink()
    table.run("one file removed", lambda: reindex(library, folder))
    if full:
        table.run("full", lambda: reindex(library, folder, full=True))


def measure_queries(library: Library, embedder: Embedder, pool: list[str]) -> None:
    """Measure both legs in a process that has answered before."""
    questions = random.Random(3).sample(pool, 200)
    vectors = embedder.encode_queries(questions)
    legs: dict[str, Callable[[int], object]] = {
        "nearest 50": lambda n: library.nearest(vectors[n], 50),
        "matching 50": lambda n: library.matching(
            [(f, t, 1.0) for f, ts in index_terms("", questions[n][:40]).items() for t in ts], 50
        ),
    }
    print("\n| query | p50 ms | p95 ms |\n|---|---|---|")
    for name, leg in legs.items():
        leg(0)
        spent = []
        for number in range(len(questions)):
            started = time.perf_counter()
            leg(number)
            spent.append((time.perf_counter() - started) * 1000)
        cut = statistics.quantiles(spent, n=20)
        print(f"| {name} | {statistics.median(spent):.2f} | {cut[-1]:.2f} |", flush=True)


def measure_plain(library: Library, embedder: Embedder, folder: Path, table: Table) -> None:
    """Measure LangChain's Chroma store over the same passages."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        """The same embedder, as LangChain wants it."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.encode_documents(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embedder.encode_queries([text])[0].tolist()

    store = Chroma("plain", Adapter(), persist_directory=str(folder))
    started, busy = time.monotonic(), time.process_time()
    count = 0
    for texts, metadatas in batches(library):
        store.add_texts(texts, metadatas=metadatas)
        count += len(texts)
    table.row("plain LangChain + Chroma", count, count, started, busy)
    spent = []
    for entry in library.articles()[:200]:
        started = time.perf_counter()
        store.similarity_search(entry.article.text[:40], k=50)
        spent.append((time.perf_counter() - started) * 1000)
    cut = statistics.quantiles(spent, n=20)
    print(f"\nplain query: p50 {statistics.median(spent):.2f} ms, p95 {cut[-1]:.2f} ms")
    print(f"plain disk: {size(folder) / 1e6:,.0f} MB")


def batches(library: Library) -> Iterator[tuple[list[str], list[dict[str, str]]]]:
    """Yield the passages and what a plain store would keep beside them, a thousand at a time."""
    texts: list[str] = []
    metadatas: list[dict[str, str]] = []
    for entry in library.articles():
        for chunk in library.chunks_of(entry.article.id):
            texts.append(f"{entry.article.title}\n{chunk.text}")
            metadatas.append({"source": entry.article.source, "title": entry.article.title})
            if len(texts) == 1000:
                yield texts, metadatas
                texts, metadatas = [], []
    if texts:
        yield texts, metadatas


def size(folder: Path) -> int:
    """Return the bytes below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--full", action="store_true", help="also build it anew")
    parser.add_argument("--plain", action="store_true", help="also plain LangChain + Chroma")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    pool = sentences(options.shared)
    write_folder(options.work / "documents", options.files, options.passages, pool)
    embedder = load_embedder(options.model)
    embedder.encode_queries(["warm"])
    library = Library.open(options.work / "data", embedder)
    print(f"{options.files:,} files, {embedder.name}, load {os.getloadavg()[0]:.1f}\n")
    table = Table()
    measure_runs(library, options.work / "documents", table, pool, options.full)
    measure_queries(library, embedder, pool)
    print(f"\ndocuments: {size(options.work / 'documents') / 1e6:,.0f} MB")
    current = options.work / "data" / "generations" / str(library.generation)
    for part in sorted(current.iterdir()):
        bytes_ = size(part) if part.is_dir() else part.stat().st_size
        print(f"{part.name}: {bytes_ / 1e6:,.0f} MB")
    if options.plain:
        measure_plain(library, embedder, options.work / "plain", table)


if __name__ == "__main__":
    main()
