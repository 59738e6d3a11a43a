"""What can go wrong while answering; each message is one sentence for a person.

* RetrievalError
  * NoIndex
  * ArticleNotFound
  * ArticleAmbiguous
  * QuestionUnusable
  * QuestionFileUnusable
  * ChatUnusable
"""

from __future__ import annotations

from config.errors import DocentError


class RetrievalError(DocentError):
    """A question cannot be answered; the message says why and what to do."""


class NoIndex(RetrievalError):
    """There is no finished index yet."""


class ArticleNotFound(RetrievalError):
    """No article has this id or title."""


class ArticleAmbiguous(RetrievalError):
    """Part of a title fits several articles; `candidates` holds the (id, title) of each."""

    def __init__(self, wanted: str, candidates: tuple[tuple[str, str], ...]) -> None:
        """Remember the candidates, so that the reply can list them."""
        listed = "; ".join(f"{title} ({article_id})" for article_id, title in candidates[:5])
        super().__init__(
            "errors.article_ambiguous", wanted=wanted, count=len(candidates), listed=listed
        )
        self.candidates = candidates


class QuestionUnusable(RetrievalError):
    """The question is empty or far too long."""


class QuestionFileUnusable(RetrievalError):
    """A question file cannot be read, or a line of it is not a question."""


class ChatUnusable(RetrievalError):
    """The settings name a chat model that cannot be had: no package, no key, no such provider."""
