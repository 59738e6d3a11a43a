"""A chat model writes over real sockets; readers get what is proved, and nothing else."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.errors import StoreUnusable
from retrieval.chat.budget import Budget
from retrieval.chat.failures import ChatFailed
from retrieval.chat.generator import Generator
from retrieval.chat.model import Chat
from retrieval.chat.usefulness import FILE, Usefulness
from retrieval.citations import written
from retrieval.models import Answer, Passage, Summary
from tests.chat_server import Reply
from tests.fakes_chat import (
    ARTICLE,
    EXTRACTIVE,
    KEY,
    PASSAGES,
    QUOTED,
    ask,
    generator,
    serve,
    settings,
)

ENGINES = "“目前，全市共有12辆消防车、三十二名队员在岗。” [1]"


def check(answer: Answer) -> None:
    """Hold a written answer to the rules of the outside."""
    assert answer.mode == "generated"
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.number == number
        assert ARTICLE[citation.start : citation.end] == citation.quote
        assert f"[{number}]" in answer.answer


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_written_answer_is_streamed_proved_and_cited(stack: ExitStack, size: int) -> None:
    text = "石桥已于8月3日封闭[2]。目前共有**12辆**消防车[1]，有13辆在修[1]。32名队员在岗【1】。"
    made = generator(serve(stack, Reply(text, size=size)))
    pieces: list[str] = []
    answer = ask(made, on_text=pieces.append)
    check(answer)
    assert answer.answer.split("\n") == [
        "石桥已于8月3日封闭。 [1]",
        "“下游的石桥已于8月3日封闭，预计8月中旬恢复通行。” [1]",
        "32名队员在岗。 [2]",
        "“目前，全市共有12辆消防车、三十二名队员在岗。” [2]",
    ]
    assert "".join(pieces) == answer.answer
    assert answer.citations[0].quote.startswith("下游的石桥")
    assert "三十二名" in answer.citations[1].quote
    assert answer.dropped == {"number": 1}
    assert answer.note == ""
    assert answer.timings_ms["generate"] > 0
    assert made.counts.calls == 1
    assert made.counts.sentences == 2
    assert 0 < made.counts.dropped_share < 0.5


def test_two_sentences_of_a_passage_are_two_citations(stack: ExitStack) -> None:
    answer = ask(generator(serve(stack, Reply("12辆消防车和队伍24小时待命[1]。"))))
    check(answer)
    assert len(answer.citations) == 2


def test_the_prompt_holds_the_passages_and_the_key_goes_only_to_the_server(
    stack: ExitStack,
) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    ask(generator(server), earlier=[("昨天呢？", "…")])
    assert PASSAGES[0].text in server.prompt()
    assert EXTRACTIVE.question in server.prompt()
    assert "昨天呢" in server.prompt()
    assert server.keys == [KEY]
    assert server.requests[0]["stream"] is True


def test_nothing_is_asked_when_the_documents_do_not_hold_the_answer(stack: ExitStack) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    refused = Answer("q", "zh", False, "没有找到。", "extractive", (), PASSAGES)
    assert ask(generator(server), extractive=refused) is refused
    assert server.requests == []


def test_a_reply_at_its_length_limit_keeps_what_was_finished(stack: ExitStack) -> None:
    text = "12辆消防车在岗[1]。队伍24小时待命[1]"
    answer = ask(generator(serve(stack, Reply(text, finish="length"))))
    assert answer.answer == f"12辆消防车在岗。 [1]\n{ENGINES}"
    assert answer.dropped == {"cut": 1}


def test_a_model_that_never_stops_is_stopped(stack: ExitStack) -> None:
    flood = "".join(f"队伍24小时待命{'待命' * n}[1]。" for n in range(400))
    answer = ask(generator(serve(stack, Reply(flood, size=200))))
    assert answer.answer.count("[1]") <= 12


def test_thoughts_are_not_part_of_the_answer(stack: ExitStack) -> None:
    text = "<think>也许32名队员在岗[1]。</think>\n\n12辆消防车在岗[1]。"
    answer = ask(generator(serve(stack, Reply(text, size=5))))
    assert answer.answer == f"12辆消防车在岗。 [1]\n{ENGINES}"


def test_a_server_that_asks_for_a_pause_is_left_alone(stack: ExitStack) -> None:
    server = serve(
        stack, Reply(status=429, headers={"retry-after": "30"}), Reply("12辆消防车在岗[1]。")
    )
    now = [100.0]
    made = Generator(Chat(settings(server)), clock=lambda: now[0])
    assert ask(made).mode == "extractive"
    now[0] += 29
    assert ask(made).note
    assert len(server.requests) == 1
    now[0] += 2
    assert ask(made).mode == "generated"


def test_each_person_has_a_budget_a_day(stack: ExitStack) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    made = generator(server, chat_daily_limit=2)
    modes = [ask(made, user=user).mode for user in ("a", "a", "a", "b")]
    assert modes == ["generated", "generated", "extractive", "generated"]
    assert "2" in ask(made, user="a").note
    assert len(server.requests) == 3


def taken(budget: Budget, user: str) -> bool:
    try:
        budget.take(user)
    except ChatFailed as error:
        assert error.cause == "limit"
        return False
    return True


def test_the_budget_is_new_each_day() -> None:
    days = iter((date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)))
    budget = Budget(1, today=lambda: next(days))
    assert [taken(budget, user) for user in "aaba"] == [True, False, True, True]


def test_where_nobody_can_count_nothing_is_asked(stack: ExitStack) -> None:
    class Away:
        def used(self, user: str, day: date) -> int:
            raise StoreUnusable("errors.database_extra")

        def take(self, user: str, day: date, limit: int) -> bool:
            raise StoreUnusable("errors.database_extra")

    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    made = Generator(Chat(settings(server)), daily_limit=1, requests=Away())
    answer = ask(made)
    assert answer.mode == "extractive" and "暂时连不上" in answer.note
    assert not server.requests and not Budget(1, Away()).allows("a", 1)


def test_tokens_are_counted_where_the_server_counts(stack: ExitStack) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    made = generator(server)
    ask(made)
    assert server.requests[0]["stream_options"]
    assert (made.counts.tokens_read, made.counts.tokens_written) == (11, 7)


SUMMARY = Summary("a.txt#1", "防汛值守", written(QUOTED), QUOTED)


def test_a_summary_is_proved_the_same_way(stack: ExitStack) -> None:
    text = "12辆消防车在岗[1]。有99名队员[1]。石桥8月3日封闭[2]。石桥9月恢复[2]。"
    made = generator(serve(stack, Reply(text)))
    summary = made.summarize(PASSAGES, SUMMARY, 3, "zh")
    assert summary.summary == (
        f"12辆消防车在岗。 [1]\n{ENGINES}\n石桥8月3日封闭。 [2]\n"
        "“下游的石桥已于8月3日封闭，预计8月中旬恢复通行。” [2]"
    )
    assert [c.number for c in summary.citations] == [1, 2]


def test_a_sentence_that_is_a_quote_stands_once(stack: ExitStack) -> None:
    answer = ask(generator(serve(stack, Reply("队伍24小时待命。[1]"))))
    assert answer.answer == "“队伍24小时待命。” [1]"


def test_a_model_that_never_helps_is_asked_rarely(stack: ExitStack, tmp_path: Path) -> None:
    server = serve(stack, script=lambda body: Reply("99辆消防车在岗[1]。"))
    made = generator(server, data_dir=tmp_path)
    answers = [ask(made) for _ in range(30)]
    assert all(answer.answer == EXTRACTIVE.answer for answer in answers)
    assert 6 <= len(server.requests) <= 8
    assert made.counts.used_share == 0.0
    # Another process knows it too, and another model begins anew.
    assert Usefulness("openai:scripted", tmp_path / FILE).is_hopeless
    assert Usefulness("openai:other", tmp_path / FILE).replies == 0


def test_one_good_reply_brings_the_model_back() -> None:
    usefulness = Usefulness("m")
    for _ in range(6):
        usefulness.note(used=False)
    assert usefulness.is_hopeless
    assert sum(usefulness.may_ask() for _ in range(40)) == 2
    usefulness.note(used=True)
    assert all(usefulness.may_ask() for _ in range(40))


def test_the_note_of_a_quoted_answer_survives(stack: ExitStack) -> None:
    told = replace(EXTRACTIVE, note="An older article says otherwise.")
    made = generator(serve(stack, Reply("12辆消防车在岗[1]。"), Reply(status=500)))
    assert ask(made, extractive=told).note == told.note
    assert ask(made, extractive=told).note.startswith(told.note)


def test_a_failed_summary_is_the_quoted_one(stack: ExitStack) -> None:
    made = generator(serve(stack, Reply(status=500)))
    assert made.summarize(PASSAGES, SUMMARY, 3, "zh") is SUMMARY


def test_a_long_article_is_summarised_part_by_part(stack: ExitStack) -> None:
    texts = [f"第{n}号泵站当日抽水{n * 7}吨。" for n in range(1, 31)]
    whole = "".join(texts)
    places = [(whole.index(text), text) for text in texts]
    parts = [
        Passage(f"p{n}", "b#1", "泵站", "b", "", text, 1.0, at, at + len(text), n)
        for n, (at, text) in enumerate(places)
    ]

    def script(body: dict[str, object]) -> Reply:
        prompt = str(body["messages"][-1]["content"])  # type: ignore[index]
        lines = [line for line in prompt.splitlines() if "泵站当日" in line]
        return Reply("".join(f"{line.rstrip('。')}[{n}]。" for n, line in enumerate(lines[:2], 1)))

    server = serve(stack, script=script)
    summary = generator(server).summarize(parts, SUMMARY, 4, "zh")
    assert len(server.requests) == 5
    assert [whole[c.start : c.end] for c in summary.citations] == [
        c.quote for c in summary.citations
    ]
    assert "1号泵站" in summary.summary


def test_a_follow_up_is_rewritten_by_the_model(stack: ExitStack) -> None:
    made = generator(serve(stack, Reply("新图书馆的座位有多少？"), Reply(status=500)))
    earlier = [("新图书馆什么时候开放？", "5月1日。")]
    assert made.rewrite("座位呢", earlier, "zh") == "新图书馆的座位有多少？"
    assert made.rewrite("座位呢", earlier, "zh") == ""


def test_every_request_of_a_person_counts(stack: ExitStack) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    made = generator(server, chat_daily_limit=3)
    earlier = [("昨天有几辆消防车在岗？", "12辆。")]
    assert made.rewrite("今天呢", earlier, "zh", "a")
    assert made.summarize(PASSAGES, SUMMARY, 3, "zh", "a") is not SUMMARY
    assert ask(made, user="a").mode == "generated"
    assert len(server.requests) == 3
    assert made.rewrite("今天呢", earlier, "zh", "a") == ""
    assert made.summarize(PASSAGES, SUMMARY, 3, "zh", "a") is SUMMARY
    assert "3" in ask(made, user="a").note
    assert len(server.requests) == 3
    assert ask(made, user="b").mode == "generated"


def test_a_long_summary_is_not_begun_that_the_budget_would_not_end(stack: ExitStack) -> None:
    server = serve(stack, Reply("12辆消防车在岗[1]。"))
    made = generator(server, chat_daily_limit=3)
    many = [PASSAGES[0]] * 17
    assert made.summarize(many, SUMMARY, 3, "zh", "a") is SUMMARY
    assert server.requests == []
