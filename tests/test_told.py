"""Sentences that are kept with their key, and said later in the reader's language."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from bot.core.ports import RunReport
from bot.discord.render.render_runs import render_report
from config.phrases import LocalizedText, kept, said
from index.library import Library
from index.pipeline import reindex
from tests.fakes import HashEmbedder, write_articles


def test_a_told_sentence_is_english_text_that_can_be_said_anew() -> None:
    told = LocalizedText.of("reading.line_empty", line=7)
    assert told == "line 7 has no text; add it or remove the line"
    assert said(told, "zh-CN").startswith("第 7 行没有正文")
    assert said("as it is", "zh-CN") == "as it is"
    for same in (
        LocalizedText.from_kept(kept(told)),
        copy.deepcopy(told),
        pickle.loads(pickle.dumps(told)),
    ):
        assert (same, said(same, "zh")) == (told, said(told, "zh"))


@pytest.mark.parametrize(
    "text", ["it is empty", "[]", '["reading.none", {}]', "null", "[1, 2]", ""]
)
def test_what_was_kept_without_a_key_is_text(text: str) -> None:
    assert LocalizedText.from_kept(text) == text
    assert said(LocalizedText.from_kept(text), "zh") == text


def test_a_reason_is_said_in_chinese_also_by_a_later_run(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    write_articles(documents, {"a.md": ("A", "A text about lamps.")})
    (documents / "empty.txt").write_text("")
    library = Library.open(tmp_path / "data", HashEmbedder())
    for _ in range(2):
        report = reindex(library, documents)
        (failure,) = report.failed
        assert failure.reason.startswith("it is empty")
        assert said(failure.reason, "zh").startswith("文件是空的")
    library.close()


def test_the_report_in_discord_is_of_one_language() -> None:
    failed = (("a.txt", LocalizedText.of("reading.empty")), ("b.pdf", "odd"))
    report = RunReport(0, 0, 0, 1, failed, 1, 1, 0.1)
    assert "文件是空的" in render_report(report, "zh-CN").text
    assert "it is empty" in render_report(report, "en-US").text
