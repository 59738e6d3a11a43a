"""The search inside LangChain: a retriever like any other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from retrieval.langchain_retriever import DocentRetriever
from retrieval.retriever import Retriever
from tests.city import ARTICLES, build
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocentRetriever]:
    library = build(tmp_path_factory.mktemp("city"), ARTICLES)
    yield DocentRetriever(retriever=Retriever(library, HashEmbedder()), k=3)
    library.close()


def test_documents_carry_their_citation(retriever: DocentRetriever) -> None:
    documents = retriever.invoke("路灯改造分几批安装？")
    first = documents[0]
    text = next(text for name, _, text in ARTICLES if name == "lamps")
    assert first.metadata["article_id"].endswith("#lamps")
    assert first.metadata["title"] == "老城路灯改造"
    assert text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert first.id == first.metadata["chunk_id"]
    assert {"source", "date", "score"} <= set(first.metadata)
    assert len(documents) <= 3


def test_k_and_article_are_kept(retriever: DocentRetriever) -> None:
    article = retriever.invoke("路灯")[0].metadata["article_id"]
    one = DocentRetriever(retriever=retriever.retriever, k=1, article_id=article)
    assert [d.metadata["article_id"] for d in one.invoke("fish market")] in ([article], [])


def test_it_runs_in_a_chain(retriever: DocentRetriever) -> None:
    seen: list[str] = []
    prompt = ChatPromptTemplate.from_template("Read:\n{passages}\n\nAnswer: {question}")
    chain = (
        {
            "passages": retriever | (lambda found: "\n".join(d.page_content for d in found)),
            "question": RunnablePassthrough(),
        }
        | prompt
        | RunnableLambda(lambda value: seen.append(value.to_string()) or value)
        | FakeListChatModel(responses=["Every twenty minutes."])
        | StrOutputParser()
    )
    assert chain.invoke("How often will the night trams run?") == "Every twenty minutes."
    assert "night trams every twenty minutes" in seen[0]
