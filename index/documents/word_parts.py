"""The parts of a Word document beside its body: styles, numbers, notes, heads and feet of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents.word_numbering import Numbering
from index.documents.word_styles import Styles, W, is_on, value
from index.documents.word_text import ADDRESS

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.part import Part
    from lxml.etree import _Element

R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FIRST, _EVEN = "first", "even"


class Parts:
    """Finds the parts of an open document; one that is absent or no XML is as an empty one."""

    def __init__(self, document: Document) -> None:
        """Take the parts that the main one points to."""
        self._by_kind: dict[str, _Element] = {}
        self._by_id: dict[str, _Element] = {}
        _note_addresses(document.element, document.part)
        for id, relation in document.part.rels.items():
            if relation.is_external:
                continue
            root = _root(relation.target_part)
            if root is not None:
                _note_addresses(root, relation.target_part)
                self._by_id[id] = root
                self._by_kind.setdefault(relation.reltype.rsplit("/", 1)[-1], root)
        self.styles = Styles(self._by_kind.get("styles"))
        self.numbering = Numbering(self._by_kind.get("numbering"))
        self._notes = {kind: self._read_notes(kind) for kind in ("footnotes", "endnotes")}

    def _read_notes(self, kind: str) -> dict[str, _Element]:
        root = self._by_kind.get(kind)
        return {node.get(f"{W}id") or "": node for node in root} if root is not None else {}

    def note(self, kind: str, id: str) -> _Element | None:
        """Return a footnote or endnote; None if there is none, or it is the line above notes."""
        found = self._notes.get(kind, {}).get(id)
        separator = found is not None and found.get(f"{W}type") not in {None, "normal"}
        return None if separator else found

    def margins(self, body: _Element) -> Iterator[_Element]:
        """Yield the heads and feet that pages show, each part once."""
        settings = self._by_kind.get("settings")
        even = value(settings, "evenAndOddHeaders")
        seen: set[str] = set()
        for section in body.iter(f"{W}sectPr"):
            first = value(section, "titlePg")
            for node in section:
                if node.tag not in {f"{W}headerReference", f"{W}footerReference"}:
                    continue
                kind, id = node.get(f"{W}type"), node.get(R_ID) or ""
                switch = {_FIRST: first, _EVEN: even}.get(kind or "", "1")
                if switch is not None and is_on(switch) and id in self._by_id and id not in seen:
                    seen.add(id)
                    yield self._by_id[id]


def _note_addresses(root: _Element, part: Part) -> None:
    """Note at each link of a part where it leads, which only the part's relations say."""
    addresses = {id: rel.target_ref for id, rel in part.rels.items() if rel.is_external}
    for link in root.iter(f"{W}hyperlink") if addresses else ():
        link.set(ADDRESS, addresses.get(link.get(R_ID) or "", ""))


def _root(part: object) -> _Element | None:
    """Return the XML of a part."""
    from lxml import etree

    element = getattr(part, "element", None)
    if element is not None:
        return element
    if not str(getattr(part, "content_type", "")).endswith("+xml"):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(getattr(part, "blob", b""), parser)
    except etree.XMLSyntaxError:
        return None
