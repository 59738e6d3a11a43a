"""Who is measured: Docent, and what LangChain offers for the same texts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
# The scripts measure this checkout, also where the project is not installed.
sys.path.insert(0, str(ROOT))

from benchmarks.corpora import Text  # noqa: E402
from index.embedder import Embedder  # noqa: E402

if TYPE_CHECKING:
    from index.library import Library

# The ids of distinct paragraphs, best first.
Search = Callable[[str], list[str]]
Contender = Callable[[Sequence[Text], Path, Embedder], AbstractContextManager[Search]]
_DEPTH = 30
_BATCH = 1000


@contextmanager
def indexed(texts: Sequence[Text], folder: Path, embedder: Embedder) -> Iterator[Library]:
    """Docent's index of texts, made of a folder of documents as anybody would."""
    from index.library import Library
    from index.pipeline import reindex

    documents = folder / "documents"
    documents.mkdir()
    rows = ({"id": text.id, "title": text.title, "text": text.text} for text in texts)
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (documents / "texts.jsonl").write_text(lines, encoding="utf-8")
    library = Library.open(folder / "data", embedder)
    reindex(library, documents)
    yield library
    library.close()


@contextmanager
def docent(texts: Sequence[Text], folder: Path, embedder: Embedder) -> Iterable[Search]:
    """Docent as it is installed: the folder of documents, its index, its search."""
    from retrieval.retriever import Retriever

    with indexed(texts, folder, embedder) as library:
        retriever = Retriever(library, embedder)

        def search(question: str) -> list[str]:
            passages = retriever.search(question, _DEPTH)
            return _distinct(passage.article_id.partition("#")[2] for passage in passages)

        yield search


@contextmanager
def langchain_chroma(texts: Sequence[Text], folder: Path, embedder: Embedder) -> Iterable[Search]:
    """LangChain's Chroma store with the same model and nothing else."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    class Same(Embeddings):
        """The model of Docent behind LangChain's interface."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.encode_documents(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embedder.encode_queries([text])[0].tolist()

    store = Chroma(
        "plain",
        Same(),
        persist_directory=str(folder),
        collection_metadata={"hnsw:space": "cosine"},
    )
    documents = [Document(page_content=_content(text), metadata={"id": text.id}) for text in texts]
    for start in range(0, len(documents), _BATCH):
        store.add_documents(documents[start : start + _BATCH])
    retriever = store.as_retriever(search_kwargs={"k": 10})
    yield lambda question: _distinct(d.metadata["id"] for d in retriever.invoke(question))
    store.delete_collection()


@contextmanager
def bm25_plain(texts: Sequence[Text], folder: Path, embedder: Embedder) -> Iterable[Search]:
    """LangChain's BM25Retriever as it comes: words between blanks."""
    yield _bm25(texts)


@contextmanager
def bm25_jieba(texts: Sequence[Text], folder: Path, embedder: Embedder) -> Iterable[Search]:
    """LangChain's BM25Retriever over jieba's search-mode words."""
    import jieba

    jieba.setLogLevel("ERROR")
    yield _bm25(texts, preprocess_func=jieba.lcut_for_search)


def _bm25(texts: Sequence[Text], **options: Any) -> Search:
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(
        [_content(text) for text in texts],
        metadatas=[{"id": text.id} for text in texts],
        k=10,
        **options,
    )
    return lambda question: _distinct(d.metadata["id"] for d in retriever.invoke(question))


def _content(text: Text) -> str:
    """Return what the others index: they get the title too, as Docent does."""
    return f"{text.title}\n{text.text}" if text.title else text.text


def _distinct(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


CONTENDERS: dict[str, Contender] = {
    "Docent": docent,
    "LangChain + Chroma": langchain_chroma,
    "BM25Retriever": bm25_plain,
    "BM25Retriever + jieba": bm25_jieba,
}
