"""Feed the readers and the article splitter with broken files: `python tests/fuzz_readers.py`.

With atheris installed it looks for new ways through the code; without, it breaks the samples at
random. What a reader raises, what takes seconds, and a passage that is not its text, ends it, and
the file that did it is kept in `--keep`. Make it a case in `tests/index` then.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

try:
    import atheris
except ImportError:
    atheris = None

_WATCH = atheris.instrument_imports(include=["index"]) if atheris else contextlib.nullcontext()
with _WATCH:
    from index.chunker import chunk_article
    from index.documents.registry import read_file
from tests.office_files import write_book, write_word  # noqa: E402
from tests.sheet_files import write_workbook  # noqa: E402

# A reader that needs longer for a few kilobytes hangs on a large file.
_SLOW_SECONDS = 5.0
_ARCHIVES = (".docx", ".epub", ".xlsx")
_PAGE = """# 海边大桥

本报讯（记者 王一） 海边大桥全长两公里，“昨天”通车。\r\n桥上有路灯120盏；夜里全亮。

## Old bridge to be walked

By Jane Doe, Staff Writer

PORT LINDSAY, May 2 (Wire) - The old bridge, Dr. Lin said, keeps 28 lions. "It stays!"

| Day | Cars |
|---|---|
| Mon | 1,200 |

---
title: X
date: 2024-05-02
"""
_WEB = (
    "<!doctype html><html><head><meta charset=utf-8><title>T</title>"
    "<script>x()</script></head><body><article><h1>桥</h1><p>"
    + _PAGE.replace("\n", "<br>")
    + "</p></article></body></html>"
)
_ROWS = '{"id": "a", "title": "T", "text": "海边大桥全长两公里。", "date": "2024"}\n' * 3
_MAIL = (
    "Subject: =?utf-8?q?Br=C3=BCcke?=\nFrom: a@example.org\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHello,\n\n- a vest\n\n> So?\n'
    '--b\nContent-Disposition: attachment; filename="a.csv"\n\nDay,Cars\nMon,1200\n--b--\n'
)
_TABLE = 'id,title,text,date\n1,桥,全长两公里,2024-05-02\n2,"The, mill","40\nsacks",\n'


def samples(folder: Path) -> dict[str, list[bytes]]:
    """Return whole files by their suffix."""
    word, book = folder / "a.docx", folder / "a.epub"
    write_word(word, [("Heading 1", "桥"), ("", _PAGE), [["Day", "Cars"], ["Mon", "1,200"]]])
    write_book(book, "桥", {"a.xhtml": f"<h1>桥</h1><p>{_PAGE}</p>", "b.xhtml": "<p>End.</p>"})
    sheets = folder / "a.xlsx"
    write_workbook(sheets, {"桥": [["Day", "Cars"], ["Mon", 1200]]}, merged={"桥": ["A1:A2"]})
    encodings = ("utf-8", "gb18030", "utf-16", "big5", "shift-jis")
    pages = [_PAGE.encode(encoding, "replace") for encoding in encodings]
    return {
        ".txt": pages,
        ".md": pages[:1],
        ".html": [_WEB.encode(encoding, "replace") for encoding in encodings[:2]],
        ".jsonl": [_ROWS.encode(), _ROWS.encode("utf-16")],
        ".csv": [_TABLE.encode(), _TABLE.replace(",", "\t").encode("gb18030")],
        ".docx": [word.read_bytes()],
        ".epub": [book.read_bytes()],
        ".xlsx": [sheets.read_bytes()],
        ".eml": [_MAIL.encode()],
    }


def broken(sample: bytes, edits: bytes) -> bytes:
    """Return a sample with edits: five bytes each say where, what and how much."""
    out = bytearray(sample)
    for at in range(0, len(edits) - 4, 5):
        place = int.from_bytes(edits[at : at + 2], "little") % (len(out) + 1)
        kind, value, count = edits[at + 2] % 6, edits[at + 3], edits[at + 4]
        if kind == 0:
            out[place : place + 1] = bytes([value])
        elif kind == 1:
            del out[place : place + count]
        elif kind == 2:
            out[place:place] = bytes([value]) * count
        elif kind == 3:
            out[place:place] = out[place : place + count] * (value % 40)
        elif kind == 4:
            out[place:place] = edits[at : at + 5 + count]
        else:
            del out[place:]
    return bytes(out[: 1 << 20])


def broken_archive(sample: bytes, edits: bytes) -> bytes:
    """Return an archive one of whose members is broken, or that is broken as a whole."""
    if not edits or edits[0] % 4 == 0:
        return broken(sample, edits[1:])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sample)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        chosen = names[edits[0] // 4 % len(names)]
        for name in names:
            content = old.read(name)
            new.writestr(name, broken(content, edits[1:]) if name == chosen else content)
    return out.getvalue()


def trial(folder: Path) -> Callable[[bytes], None]:
    """Return the test of one input."""
    whole = samples(folder)
    suffixes = sorted(whole)

    def once(data: bytes) -> None:
        if len(data) < 3:
            return
        suffix = suffixes[data[0] % len(suffixes)]
        sample = whole[suffix][data[1] % len(whole[suffix])]
        raw = data[2:] if data[1] > 200 else _edited(suffix, sample, data[2:])
        path = folder / f"tried{suffix}"
        path.write_bytes(raw)
        began = time.process_time()
        found = read_file(path, path.name)
        for article in found.articles:
            for chunk in chunk_article(article):
                assert article.text[chunk.start : chunk.end] == chunk.text, "another text"
        assert found.articles or found.failed, "neither read nor refused"
        spent = time.process_time() - began
        assert spent < _SLOW_SECONDS, f"{spent:.1f} seconds for {len(raw)} bytes"

    return once


def _edited(suffix: str, sample: bytes, edits: bytes) -> bytes:
    return (broken_archive if suffix in _ARCHIVES else broken)(sample, edits)


def main() -> None:
    """Try until the time is over or something breaks."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"), help="where to keep finds")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        once = trial(Path(folder))

        def kept(data: bytes) -> None:
            try:
                once(data)
            except BaseException:
                for path in Path(folder).glob("tried.*"):
                    (options.keep / f"{time.time_ns()}{path.suffix}").write_bytes(path.read_bytes())
                raise

        if atheris:
            limit = f"-max_total_time={int(options.minutes * 60)}"
            atheris.Setup(
                [sys.argv[0], limit, "-max_len=600", "-len_control=0", f"-seed={options.seed + 1}"],
                kept,
            )
            atheris.Fuzz()
        _at_random(kept, options.minutes * 60, random.Random(options.seed))


def _at_random(once: Callable[[bytes], None], seconds: float, chance: random.Random) -> None:
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        once(chance.randbytes(chance.randint(3, 120)))
        count += 1
    print(f"{count} files tried, nothing broke")


if __name__ == "__main__":
    main()
