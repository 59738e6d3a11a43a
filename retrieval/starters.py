"""Questions to begin with: those of the documents themselves that Docent answers from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.documents.questions import is_question
from index.library import Library
from index.models import Article, BlockKind
from language.text import language_of
from retrieval.models import Answer, AskRequest

COUNT, LONGEST = 3, 80
_SHORTEST = 4
# Articles that are looked at, and questions that are tried: somebody waits for them.
_MOST_ARTICLES, _MOST_TRIED = 60, 9


def starters(
    library: Library, ask: Callable[[AskRequest], Answer], language: str
) -> tuple[str, ...]:
    """Return up to three questions, each of an article of its own that answers it.

    Those in a language come first, and of these what the documents themselves ask; headings and
    titles are made questions.
    """
    found: list[str] = []
    for article_id, question in _offered(library, language)[:_MOST_TRIED]:
        answer = ask(AskRequest(question))
        if answer.found and answer.citations[0].article_id == article_id:
            found.append(question)
        if len(found) == COUNT:
            break
    return tuple(found)


def _offered(library: Library, language: str) -> list[tuple[str, str]]:
    """Return (article id, question), one an article and each question once, the best first."""
    with library.reading():
        entries = library.articles()
        step = max(1, len(entries) // _MOST_ARTICLES)
        ids = [entry.article.id for entry in entries[::step]][:_MOST_ARTICLES]
        articles = [article for id_ in ids if (article := library.article(id_)) is not None]
    ranked = sorted(
        (language_of(question) != language[:2], not asks, number, article.id, question)
        for article in articles
        for number, (asks, question) in enumerate(_questions(article))
    )
    best: dict[str, str] = {}
    for *_, article_id, question in ranked:
        if question not in best.values():
            best.setdefault(article_id, question)
    return list(best.items())


def _questions(article: Article) -> Iterator[tuple[bool, str]]:
    """Yield what an article can be asked, with whether it asks that itself."""
    texts = [(article.title, BlockKind.HEADING)]
    texts += [(article.text[block.start : block.end], block.kind) for block in article.blocks]
    for text, kind in texts:
        if kind not in (BlockKind.QUESTION, BlockKind.HEADING):
            continue
        text = " ".join(text.split())
        asks = is_question(text)
        if not asks:
            text += "？" if language_of(text) == "zh" else "?"
        if _SHORTEST <= len(text) <= LONGEST:
            yield asks, text
