"""What a person asks, with all that narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.scope import Scope, typed_scope


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `replied_to` is the message it follows up, `about` the text of somebody's
    message that it is asked about; `shown` tells that readers see the question above the answer
    anyway. `after`, `before` and `source` are as they were typed.
    """

    text: str
    article: str = ""
    replied_to: int | None = None
    shown: bool = True
    after: str = ""
    before: str = ""
    source: str = ""
    about: str = ""

    def scope(self) -> Scope:
        """Return which articles are meant. Raises DateUnreadable."""
        return typed_scope(self.after, self.before, self.source, date.today())
