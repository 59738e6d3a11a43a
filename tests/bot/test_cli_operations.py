"""The commands for whoever runs Docent, each its own process over small articles."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from bot.cli.output import print_comparison
from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from retrieval.models import Answer, Citation
from retrieval.regression import Change, Comparison
from tests.docent import Docent

QUOTE = "Captain Rosa Weiss said the new boat, the Heron, carries 120 passengers and 16 bicycles."
ASKED = "how many bicycles does the Heron carry"


def rate(home: Path) -> None:
    """Give a thumb up and one down, as the bot does."""
    store = AnswerStore(home / ".docent")
    start = QUOTE.index("16")
    cited = Citation(1, "ferry.md#1", "Ferry", "ferry.md", "", QUOTE, 0, 88, (start, start + 2))
    right = Answer(ASKED, "en", True, "16 [1]", "extractive", (cited,), ())
    feedback = Feedback(store)
    feedback.rate(store.keep(right), 1, "up")
    feedback.rate(
        store.keep(Answer("谁是船长", "zh", False, "无", "extractive", (), ())), 1, "down"
    )
    store.close()


def test_thumbs_become_a_question_file_that_eval_reads(docent: Docent) -> None:
    assert docent.json("feedback") == {"feedback": []}
    rate(docent.home)
    rows = [json.loads(line) for line in docent.run("feedback").stdout.splitlines()]
    assert [row["rating"] for row in rows] == ["up", "down"]
    assert (rows[0]["answers"], rows[0]["article_id"]) == (["16"], "ferry.md#1")
    done = docent.run("feedback", "--rating", "up", "--out", "kept/up.jsonl")
    assert (done.returncode, done.stdout) == (0, "") and "1 thumbs" in done.stderr
    figures = docent.json("eval", "kept/up.jsonl")
    assert (figures["questions"], figures["recall_at_1"]) == (1, 1.0)
    assert figures["answer_hit"] is not None
    refused = docent.run("feedback", "--out", "kept/up.jsonl/below")
    assert refused.returncode == 1 and "kept/up.jsonl/below" in refused.stderr


def test_eval_names_what_got_worse_and_ends_with_one(docent: Docent) -> None:
    questions = docent.home / "questions.jsonl"
    questions.write_text(
        json.dumps({"question": ASKED, "answers": ["16 bicycles"], "article_id": "ferry.md#1"}),
        encoding="utf-8",
    )
    docent.json("eval", "questions.jsonl", "--out", "before")
    same = docent.json("eval", "questions.jsonl", "--baseline", "before")
    expected = {"compared": 1, "unpaired": 0, "worse": [], "better": []}
    assert same["baseline"] == expected
    ferry = docent.documents / "ferry.md"
    kept = ferry.read_text(encoding="utf-8")
    ferry.unlink()
    try:
        docent.json("index")
        worse = docent.run(
            "eval", "questions.jsonl", "--baseline", "before/outcomes.jsonl", "--json"
        )
        assert worse.returncode == 1
        named = json.loads(worse.stdout)["baseline"]["worse"]
        assert {"question": ASKED, "what": "article", "before": "1", "now": "—"} in named
        chinese = docent.run("eval", "questions.jsonl", "--baseline", "before", LANG="zh_CN.UTF-8")
        assert chinese.returncode == 1 and f"- {ASKED} — 文章名次: 1 → —" in chinese.stdout
    finally:
        ferry.write_text(kept, encoding="utf-8")
    bad = docent.run("eval", "questions.jsonl", "--baseline", "nowhere")
    assert (bad.returncode, bad.stdout) == (1, "") and "nowhere" in bad.stderr


def test_an_answer_that_changed_is_told_in_the_language_of_the_terminal() -> None:
    change = Change("who?", "answer", "right", "wrong")
    shown = []
    for language in ("en", "zh"):
        out = Console(file=io.StringIO(), width=80)
        print_comparison(out, Comparison(3, 1, (change,), ()), language)
        shown.append(out.file.getvalue())  # type: ignore[attr-defined]
    assert "1 worse, 0 better, of 3 questions (1 " in shown[0]
    assert "- who? — answer: right → wrong" in shown[0]
    assert "- who? — 回答: 正确 → 错误" in shown[1]


def test_a_backup_is_put_back_and_refuses_to_overwrite(docent: Docent) -> None:
    docent.json("index")
    before = docent.json("status")
    made = docent.json("backup", "kept.tar.gz")
    assert made["generation"] == before["generation"] and made["files"] > 5
    refused = docent.run("restore", "kept.tar.gz")
    assert (refused.returncode, refused.stdout) == (1, "") and "--replace" in refused.stderr
    said = docent.run("backup", "kept.tar.gz", LANG="zh_CN.UTF-8", CHROMA_HOST="chroma.example")
    assert said.returncode == 0 and "代索引" in said.stdout and "Chroma" in said.stdout
    replaced = docent.run("restore", "kept.tar.gz", "--replace")
    assert replaced.returncode == 0 and "is in place" in replaced.stdout, replaced.stderr
    elsewhere = docent.run("restore", "kept.tar.gz", "--json", DATA_DIR="elsewhere")
    assert json.loads(elsewhere.stdout)["generation"] == before["generation"]
    listed = docent.run("articles", "ferry", "--json", DATA_DIR="elsewhere")
    assert [row["id"] for row in json.loads(listed.stdout)["articles"]] == ["ferry.md#1"]
    assert "building" not in listed.stderr
    thumbs = docent.run("feedback", "--json", DATA_DIR="elsewhere")
    assert json.loads(thumbs.stdout) == docent.json("feedback")
    missing = docent.run("restore", "nowhere.tar.gz", DATA_DIR="third")
    assert missing.returncode == 1 and "nowhere.tar.gz" in missing.stderr
    assert docent.run("backup", "no/such/folder/file").returncode == 1
