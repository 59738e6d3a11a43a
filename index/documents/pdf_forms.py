"""What somebody filled into the form of a PDF page, as pieces that stand where it is shown."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from index.documents.columns import Box
from index.documents.pdf_words import turned

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_FIELDS = 2000  # of one page
_LONGEST = 20_000
_USUAL_SIZE = 12.0


def fields_of(document: PdfDocument, page: PdfPage, turn: int) -> Iterator[Box]:
    """Yield the filled fields of a page; the document's forms must have been initialised."""
    import pypdfium2.raw as pdfium

    form = document.formenv
    if form is None:
        return
    rect = pdfium.FS_RECTF()
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_FIELDS)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        try:
            if pdfium.FPDFAnnot_GetSubtype(note) != pdfium.FPDF_ANNOT_WIDGET:
                continue
            if pdfium.FPDFAnnot_GetFlags(note) & pdfium.FPDF_ANNOT_FLAG_HIDDEN:
                continue
            value = _value(form, note)
            if value.strip() and pdfium.FPDFAnnot_GetRect(note, rect):
                one, other = (
                    turned(rect.left, rect.bottom, turn),
                    turned(rect.right, rect.top, turn),
                )
                left, right = sorted((one[0], other[0]))
                bottom, top = sorted((one[1], other[1]))
                size = min(max(top - bottom, 1.0), _USUAL_SIZE)
                yield Box(left, bottom, right, top, size, value, field=True)
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _value(form: Any, note: Any) -> str:
    """Return what a field shows; a password is never shown."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if kind in {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}:
        return "☒" if pdfium.FPDFAnnot_IsChecked(form, note) else "☐"
    if kind not in {
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    }:
        return ""
    flags = pdfium.FPDFAnnot_GetFormFieldFlags(form, note)
    secret = kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and flags & pdfium.FPDF_FORMFLAG_TEXT_PASSWORD
    return "" if secret else _text(pdfium.FPDFAnnot_GetFormFieldValue, form, note)


def _text(call: Callable[..., int], form: Any, note: Any) -> str:
    """Return the text that a call of pdfium writes into a buffer."""
    import pypdfium2.raw as pdfium

    size = min(call(form, note, None, 0), _LONGEST)
    buffer = ctypes.create_string_buffer(size)
    call(form, note, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[:size].decode("utf-16-le", "ignore").rstrip("\0")
