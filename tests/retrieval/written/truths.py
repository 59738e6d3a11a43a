"""Read the sentences and lies that are told of the documents of this folder."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.proof.drawn import Unit

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class LocalizedText:
    """A sentence told of a document: `true` or a lie; what is `apart` tunes nothing.

    That is a half of the sentences of a document, or the `whole` of them.
    """

    kind: str
    language: str
    text: str
    true: bool
    across: bool
    sections: tuple[tuple[Unit, ...], ...]
    file: str
    whole: bool = False

    @property
    def apart(self) -> bool:
        return self.whole or hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


def told() -> Iterator[LocalizedText]:
    """Yield every sentence with the units of each section of its document."""
    for path in sorted(_FOLDER.glob("*.toml")):
        for document in tomllib.loads(path.read_text(encoding="utf-8"))["document"]:
            sections = tuple(tuple(_units(s, document["title"])) for s in document["section"])
            for name, true in (("truths", True), ("lies", False)):
                for kind, language, text in document["claims"][name]:
                    across = language != document["language"]
                    yield LocalizedText(
                        kind, language, text, true, across, sections, path.stem,
                        document.get("apart", False),
                    )  # fmt: skip


def _units(section: dict[str, object], title: str) -> Iterator[Unit]:
    head = " > ".join((title, *section["path"]))  # type: ignore[misc]
    lead = str(section.get("lead", ""))
    if "rows" in section:
        for row in section["rows"]:  # type: ignore[attr-defined]
            cells = zip(section["columns"], row, strict=True)  # type: ignore[call-overload]
            yield Unit("; ".join(f"{n}: {c}" for n, c in cells), head, lead, whole=True)
        return
    before = ""
    for text in section["units"]:  # type: ignore[attr-defined]
        item = not text.endswith((".", "。"))
        yield Unit(text, head, lead if item else "", before, whole=item)
        before = text
