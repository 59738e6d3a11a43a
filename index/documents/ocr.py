"""Recognise the words of scanned pages: in a bounded process, a page at a time, each once."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.documents.layout import PrintedPage

IMAGES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"))
# What a reader says of a file whose pages have yet to be recognised.
SCANNED = "reading.scanned"
# What is said of such a file where nothing can recognise them.
WITHOUT_OCR = frozenset(("reading.pdf_no_text", "reading.pdf_bare_pages"))
_SURE = 0.5  # below this, what was recognised is a guess
_PIECE = 1 << 20


def can_recognise() -> bool:
    """Return True if the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None


@dataclass
class Recognised:
    """The pages that were recognised before, as files named after what is in the document."""

    folder: Path | None = None
    _keys: dict[Path, str] = field(default_factory=dict)

    def page(self, path: Path, number: int) -> PrintedPage | None:
        """Return a page of a file; None if it has yet to be recognised."""
        if self.folder is None:
            return None
        from index.documents.columns import Box  # only where there are scans
        from index.documents.layout import PrintedPage

        try:
            kept = json.loads(self._place(path, number).read_bytes())
            usual = median(top - bottom for _, bottom, _, top, _ in kept) if kept else 1.0
            boxes = [Box(x, y, r, t, _size(t - y, usual), text) for x, y, r, t, text in kept]
        except (OSError, ValueError, TypeError):
            return None
        return PrintedPage(number, boxes, ocr=True)

    def keep(self, path: Path, number: int, found: Sequence[Sequence[object]]) -> None:
        """Keep a page: each piece is its left, bottom, right and top edge, and its text."""
        if self.folder is None:
            return
        place = self._place(path, number)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(".new")
        fresh.write_text(json.dumps(found), encoding="utf-8")
        fresh.replace(place)

    def _place(self, path: Path, number: int) -> Path:
        if path not in self._keys:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
            self._keys = {path: digest.hexdigest()}
        assert self.folder is not None  # noqa: S101 - both callers look
        return self.folder / f"{self._keys[path]}-{number}.json"


def _size(height: float, usual: float) -> float:
    """Return the size of a line; heights in pictures vary with the letters of the line."""
    return usual if 0.75 * usual < height < 1.35 * usual else max(height, 1.0)


# The pages that this process may use; the reading process is told their folder when it starts.
KNOWN = Recognised()


def recognise(path: Path, number: int) -> list[tuple[float, float, float, float, str]]:
    """Return the lines of a page of a file, from 1, in points from the lower left corner.

    Raises OSError or ValueError if there is no such picture.
    """
    from rapidocr import RapidOCR  # the extra `ocr`, and a second

    if not _ENGINE:
        threads = {
            f"EngineConfig.onnxruntime.{way}_op_num_threads": 1 for way in ("intra", "inter")
        }
        _ENGINE.append(RapidOCR(params={"Global.log_level": "error", **threads}))
    image, points = _picture(path, number)
    result = _ENGINE[0](image)
    height = image.shape[0]
    found: list[tuple[float, float, float, float, str]] = []
    for corners, text, score in zip(
        result.boxes if result.boxes is not None else (),
        result.txts or (),
        result.scores or (),
        strict=True,
    ):
        if score < _SURE or not text.strip():
            continue
        xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
        place = (min(xs), height - max(ys), max(xs), height - min(ys))
        left, bottom, right, top = (round(edge * points, 2) for edge in place)
        found.append((left, bottom, right, top, text.strip()))
    return found


_ENGINE: list[Any] = []  # one, once it is needed
_DOTS = 150  # an inch: enough for the engine, and quick
_MOST_PIXELS = 40_000_000


def _picture(path: Path, number: int) -> tuple[Any, float]:
    """Return a page as a picture, and how many points one of its dots is."""
    if path.suffix.lower() == ".pdf":
        import pypdfium2  # 40 ms

        with pypdfium2.PdfDocument(path) as document:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_DOTS / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            return page.render(scale=scale).to_numpy(), 1 / scale
    import numpy
    from PIL import Image, ImageSequence  # comes with the extra

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with Image.open(path) as opened:
            frame = next(
                f for at, f in enumerate(ImageSequence.Iterator(opened), 1) if at == number
            )
            return numpy.asarray(frame.convert("RGB"))[:, :, ::-1], 72 / _DOTS
    except (Image.DecompressionBombError, StopIteration, SyntaxError) as error:
        raise ValueError(str(error)) from error


def count_pages(path: Path) -> int:
    """Return how many pictures an image file holds. Raises OSError if it is none."""
    from PIL import Image  # comes with the extra

    with (
        contextlib.suppress(Image.DecompressionBombError, SyntaxError, ValueError),
        Image.open(path) as opened,
    ):
        return int(getattr(opened, "n_frames", 1))
    raise OSError("no picture")
