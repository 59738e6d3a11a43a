"""The commands as a person or a script runs them: each its own process, over small articles."""

from __future__ import annotations

import json
import re

import pytest

from index.store.vectors import ChromaAddress
from tests.chroma_server import Door
from tests.docent import Docent
from tests.embedding_server import embedding_server


def test_the_first_question_builds_the_index_and_is_answered(docent: Docent) -> None:
    done = docent.run("ask", "how many passengers does the Heron carry", "--json")
    assert done.returncode == 0, done.stderr
    assert "building one" in done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) == {
        "question", "language", "found", "answer", "mode", "citations", "passages", "timings_ms",
    }  # fmt: skip
    assert answer["found"] is True
    assert answer["mode"] == "extractive"
    citation = answer["citations"][0]
    assert set(citation) == {
        "number", "article_id", "title", "path", "page", "url", "source", "date", "quote",
        "start", "end",
    }  # fmt: skip
    assert citation["article_id"] == "ferry.md#1"
    assert "120 passengers" in citation["quote"]
    numbers = {c["number"] for c in answer["citations"]}
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer["answer"])} == numbers
    assert (citation["path"], citation["page"], citation["url"]) == ([], None, "")
    assert set(answer["passages"][0]) == {
        "article_id", "title", "path", "text", "score", "start", "end",
    }  # fmt: skip


def test_what_the_documents_do_not_hold_is_refused(docent: Docent) -> None:
    answer = docent.json("ask", "摊位的租金每月多少钱")
    assert (answer["found"], answer["citations"], answer["language"]) == (False, [], "zh")
    assert re.search("[\u4e00-\u9fff]", answer["answer"])
    assert 0 < len(answer["passages"]) <= 3


def test_one_article_is_asked_alone(docent: Docent) -> None:
    answer = docent.json(
        "ask", "how many passengers does the Heron carry", "--article", "菜市场.md#1"
    )
    assert {cited["article_id"] for cited in answer["citations"]} <= {"菜市场.md#1"}
    done = docent.run("ask", "anything at all", "--article", "nothing.md#1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing.md#1" in done.stderr


def test_dates_and_sources_bound_a_question(docent: Docent) -> None:
    asked = "停车场可以停放多少辆汽车"
    within = ("--after", "2024-05-06", "--before", "2024年5月", "--source", "菜市场")
    cited = [citation["article_id"] for citation in docent.json("ask", asked, *within)["citations"]]
    assert cited == ["菜市场.md#1"]
    for bound in (("--after", "2024年6月"), ("--before", "2023"), ("--source", "ferry")):
        assert docent.json("ask", asked, *bound)["found"] is False
    done = docent.run("ask", asked, "--after", "soon")
    assert (done.returncode, done.stdout) == (1, "")
    assert "“soon” is no date" in done.stderr


def test_text_output_quotes_and_names_the_source(docent: Docent) -> None:
    done = docent.run("ask", "停车场可以停放多少辆汽车")
    assert done.returncode == 0, done.stderr
    assert "65辆" in done.stdout
    assert "[1] 菜市场整修后重新开张 — 菜市场.md#1, 2024年5月6日" in done.stdout


def test_summary_by_part_of_a_title(docent: Docent) -> None:
    summary = docent.json("summary", "菜市场整修", "--sentences", "2")
    assert set(summary) == {"article_id", "title", "summary", "citations"}
    assert summary["article_id"] == "菜市场.md#1"
    assert 1 <= len(summary["citations"]) <= 2
    missing = docent.run("summary", "no such thing")
    assert missing.returncode == 1
    assert "no such thing" in missing.stderr


def test_articles_are_listed_and_filtered(docent: Docent) -> None:
    every = docent.json("articles")["articles"]
    assert {row["id"] for row in every} == {"ferry.md#1", "菜市场.md#1"}
    assert set(every[0]) == {
        "id", "title", "kicker", "byline", "date", "section", "source", "passages",
    }  # fmt: skip
    assert [row["id"] for row in docent.json("articles", "ferry")["articles"]] == ["ferry.md#1"]
    assert docent.json("articles", "zzzzqq")["articles"] == []


def test_index_reports_what_changed(docent: Docent) -> None:
    unchanged = docent.json("index")
    assert (unchanged["unchanged"], unchanged["embedded"]) == (2, 0)
    broken = docent.documents / "broken.txt"
    broken.write_bytes(b"\x00\x01\x02" * 400)
    try:
        report = docent.json("index")
        assert [failure["source"] for failure in report["failed"]] == ["broken.txt"]
        assert report["failed"][0]["reason"]
        assert report["articles"] == 2
        assert docent.json("status")["failed"] == report["failed"]
        told = f"broken.txt — {report['failed'][0]['reason']}"
        assert all(told in docent.run(command).stdout for command in ("status", "doctor"))
    finally:
        broken.unlink()
    assert docent.json("index", "--dry-run")["failed"] == []
    full = docent.json("index", "--full")
    assert full["generation"] > unchanged["generation"]
    assert docent.json("index", "--rollback")["generation"] < full["generation"]


def test_status_and_doctor(docent: Docent) -> None:
    status = docent.json("status")
    assert (status["documents"], status["articles"]) == (2, 2)
    checks = docent.json("doctor")["checks"]
    assert all(check["ok"] for check in checks), checks
    bad = docent.run("doctor", DISCORD_TOKEN="nonsense", LANG="zh_CN.UTF-8")
    assert bad.returncode == 1
    assert "DISCORD_TOKEN" in bad.stdout


def test_doctor_tells_of_a_server_of_embeddings(docent: Docent) -> None:
    with embedding_server() as server:
        server.answer = lambda texts: (401, "no", {})
        bad = docent.run("doctor", EMBEDDING_MODEL="openai:small", EMBEDDING_BASE_URL=server.url)
        assert bad.returncode == 1
        assert server.url in bad.stdout and "EMBEDDING_API_KEY" in bad.stdout


@pytest.mark.parametrize(
    ("host", "key", "told"),
    [("127.0.0.1", "", False), ("0.0.0.0", "", True), ("0.0.0.0", "a-key", False)],
)
def test_doctor_tells_of_a_chroma_server_that_anyone_can_reach(
    docent: Docent, host: str, key: str, told: bool
) -> None:
    door = Door(ChromaAddress("127.0.0.1", 1))
    door.status, door.token = 200, key
    port = str(door.server_address[1])
    settings = {"CHROMA_HOST": host, "CHROMA_PORT": port, "CHROMA_API_KEY": key}
    shown = docent.run("doctor", **settings).stdout
    door.shutdown()
    door.server_close()
    assert f"http://{host}:{port} answers" in shown
    assert ("asks for no key" in shown) == told


def test_eval_measures_a_question_file(docent: Docent) -> None:
    rows = [
        {"question": "how many bicycles does the Heron carry", "answers": ["16 bicycles"],
         "article_id": "ferry.md#1"},
        {"question": "整修花费多少", "answers": ["三百二十万元"], "article_id": "菜市场.md#1",
         "all": ["三百二十万元"], "kind": "amount"},
        {"question": "who won the chess tournament", "answerable": False},
    ]  # fmt: skip
    path = docent.home / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    figures = docent.json("eval", str(path), "--out", str(docent.home / "report"))
    assert figures["questions"] == 3
    assert (figures["recall_at_1"], figures["answer_hit"]) == (1.0, 1.0)
    assert (figures["answered"], figures["abstained_when_unanswerable"]) == (1.0, 1.0)
    assert (figures["nearest_hit"], figures["complete"]) == (1.0, 1.0)
    assert figures["nearest_when_unanswerable"] in (0.0, 1.0)
    assert figures["latency_ms"]["p50"] > 0
    page = (docent.home / "report" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    path.write_text('{"question": 3}\n', encoding="utf-8")
    bad = docent.run("eval", str(path))
    assert bad.returncode == 1
    assert "Line 1" in bad.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CHROMA_PORT": "lots"}, "CHROMA_PORT"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"ADMIN_ROLE_IDS": "boss"}, "ADMIN_ROLE_IDS"),
        ({"EMBEDDING_MODEL": "/no/such/model"}, "/no/such/model"),
        (
            {"EMBEDDING_MODEL": "nobody/no-such-model"},
            "nobody/no-such-model cannot be had Correct EMBEDDING_MODEL",
        ),
        (
            {"EMBEDDING_MODEL": "nobody/no-such-model", "LANG": "zh_CN.UTF-8"},
            "nobody/no-such-model 无法取得嵌入模型 EMBEDDING_MODEL",
        ),
        ({"DOCUMENTS_DIR": "nowhere", "DATA_DIR": "fresh"}, "nowhere"),
    ],
)
def test_a_bad_setting_is_one_sentence(
    docent: Docent, settings: dict[str, str], named: str
) -> None:
    done = docent.run("ask", "what is this", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert all(word in done.stderr.splitlines()[-1] for word in named.split())
    assert "Traceback" not in done.stderr


def test_wrong_usage_is_status_two(docent: Docent) -> None:
    assert docent.run("ask").returncode == 2
    assert docent.run("ask", "x", "--top-k", "0").returncode == 2
    assert docent.run("nonsense").returncode == 2


def test_empty_and_odd_questions_get_a_sentence(docent: Docent) -> None:
    for question in ("?!", "x" * 5000):
        done = docent.run("ask", question)
        assert (done.returncode, done.stdout) == (1, ""), question[:10]
        assert done.stderr.strip()
    assert docent.run("run").returncode == 1
