"""The report opens from disk in a real browser: light, dark, narrow, with its plots drawn."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from retrieval.evaluation import Outcome, Question, metrics
from retrieval.models import Answer, Citation
from retrieval.report import write_report

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
LOOK = """<script>document.title = JSON.stringify({
  paper: getComputedStyle(document.body).backgroundColor,
  ink: getComputedStyle(document.body).color,
  plots: [...document.querySelectorAll('polyline')].map(p => p.getTotalLength() > 50),
  fits: document.documentElement.scrollWidth <= innerWidth,
  loaded: performance.getEntriesByType('resource').length,
  tags: document.querySelectorAll('b, img').length,
  text: document.body.innerText})</script>"""


def outcome(question: str, rank: int, hit: bool) -> Outcome:
    quote = Citation(1, "a#1", "T", "a.txt", "", "It cost 12 euros.", 0, 17)
    answer = Answer(question, "en", True, "said", "extractive", (quote,), (), confidence=rank / 9)
    return Outcome(Question(question, ("12",), "a#1"), answer, rank, hit, rank / 100)


def written(folder: Path) -> Path:
    asked = [outcome("how much?", 1, True), outcome("<b>who</b> & 谁", 4, False)]
    return write_report(folder, "问题 <img>.jsonl", metrics(asked), asked)


def look(page: Path, profile: Path, *, dark: bool, width: int) -> dict[str, Any]:
    """Open the page as a file and return what the browser made of it."""
    text = page.read_text(encoding="utf-8").replace("</body>", f"{LOOK}</body>")
    seen = page.with_name("seen.html")
    seen.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={profile}",
            f"--window-size={width},900",
            # 0 is dark, 1 light.
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--dump-dom",
            seen.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    title = re.search(r"<title>(\{.*?\})</title>", done.stdout, re.DOTALL)
    assert title, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(unescape(title[1]))
    return found


def brightness(color: str) -> int:
    return sum(map(int, re.findall(r"\d+", color)[:3]))


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_browser_draws_it_light_and_dark(tmp_path: Path) -> None:
    page = written(tmp_path / "report")
    light = look(page, tmp_path / "profile", dark=False, width=1200)
    dark = look(page, tmp_path / "profile", dark=True, width=600)
    for seen in (light, dark):
        assert seen["plots"] == [True, True, True]
        assert seen["fits"] and seen["loaded"] == 0
        # Questions and file names are text, whatever they hold.
        assert seen["tags"] == 0 and "<b>who</b> & 谁" in seen["text"]
    assert brightness(light["paper"]) > 600 > 300 > brightness(light["ink"])
    assert brightness(dark["paper"]) < 150 < 500 < brightness(dark["ink"])


def test_it_is_one_file_that_asks_for_nothing_else(tmp_path: Path) -> None:
    page = written(tmp_path).read_text(encoding="utf-8")
    assert not re.search(r"https?://|<script|<link|@import|url\(|src=", page)
    assert page.count("<svg") == 3
