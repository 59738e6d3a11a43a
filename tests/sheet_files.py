"""Write small workbooks and mails for tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    merged: Mapping[str, Sequence[str]] | None = None,
    hidden: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    formulas: Mapping[str, str] | None = None,
) -> None:
    """Write sheets of cells; `merged` has ranges by sheet, `formats` number formats by cell.

    `links` are addresses and `formulas` formulas by cell, alike on every sheet.
    """
    codes = sorted(set((formats or {}).values()))
    styles = {cell: 1 + codes.index(code) for cell, code in (formats or {}).items()}
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{_RELATION}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="st" Type="{_RELATION}/styles" Target="styles.xml"/>'
            + "</Relationships>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"'
                + (' state="hidden"/>' if name in hidden else "/>")
                for n, name in zip(numbers, sheets, strict=True)
            )
            + "</sheets></workbook>",
        )
        archive.writestr("xl/styles.xml", _styles(codes))
        for n, (name, rows) in zip(numbers, sheets.items(), strict=True):
            ranges = (merged or {}).get(name, ())
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                _sheet(rows, ranges, styles, links or {}, formulas or {}),
            )
            archive.writestr(f"xl/worksheets/_rels/sheet{n}.xml.rels", _leading(links or {}))


def _styles(codes: Sequence[str]) -> str:
    known = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{200 + n}" applyNumberFormat="1"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(codes)}">{known}</numFmts>'
        f'<cellXfs count="{len(codes) + 1}"><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def _sheet(
    rows: Sequence[Sequence[object]],
    merged: Sequence[str],
    styles: Mapping[str, int],
    links: Mapping[str, str],
    formulas: Mapping[str, str],
) -> str:
    body = ""
    for row_number, row in enumerate(rows, 1):
        cells = ""
        for at, value in enumerate(row):
            name = f"{chr(65 + at)}{row_number}"
            style = f' s="{styles[name]}"' if name in styles else ""
            if isinstance(value, int | float):
                cells += f'<c r="{name}"{style}><v>{value}</v></c>'
            elif name in formulas:
                formula = f"<f>{escape(formulas[name])}</f><v>{escape(str(value))}</v>"
                cells += f'<c r="{name}" t="str"{style}>{formula}</c>'
            elif value:
                text = f"<is><t>{escape(str(value))}</t></is>"
                cells += f'<c r="{name}" t="inlineStr"{style}>{text}</c>'
        body += f'<row r="{row_number}">{cells}</row>'
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    ranges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
    if links:
        each = "".join(f'<hyperlink ref="{cell}" r:id="{cell}"/>' for cell in links)
        ranges += f'<hyperlinks xmlns:r="{_RELATION}">{each}</hyperlinks>'
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{ranges}</worksheet>'


def _leading(links: Mapping[str, str]) -> str:
    """Return the relations of a sheet whose cells lead somewhere."""
    each = "".join(
        f'<Relationship Id="{cell}" Type="{_RELATION}/hyperlink" TargetMode="External" '
        f"Target={quoteattr(address)}/>"
        for cell, address in links.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
