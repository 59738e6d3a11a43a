"""What a person asks, with all that narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from language.periods import day_option


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

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day meant. Raises DateUnreadable."""
        today = date.today()
        return (
            day_option(self.after, today) if self.after.strip() else None,
            day_option(self.before, today, last=True) if self.before.strip() else None,
        )
