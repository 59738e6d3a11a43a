"""Docent's search as a LangChain retriever, for chains of one's own.

The one module that is built on langchain_core at import: nothing else of Docent imports it.
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.models import Passage
from retrieval.retriever import Retriever


class DocentRetriever(BaseRetriever):
    """Returns the passages that answer a question as LangChain documents, best first.

    `article_id` keeps to one article. The metadata of each document are its citation:
    `article_id`, `title`, `source`, `date`, `start`, `end`, `score` and `chunk_id`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 6
    article_id: str | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        passages = self.retriever.search(query, self.k, self.article_id)
        return [_document(passage) for passage in passages]


def _document(passage: Passage) -> Document:
    return Document(
        id=passage.chunk_id,
        page_content=passage.text,
        metadata={
            "article_id": passage.article_id,
            "title": passage.title,
            "source": passage.source,
            "date": passage.date,
            "start": passage.start,
            "end": passage.end,
            "score": passage.score,
            "chunk_id": passage.chunk_id,
        },
    )
