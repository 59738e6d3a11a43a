"""The buttons below an answer, and `Find sources`, against the local Discord."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from retrieval.evaluation import read_questions
from tests.bot.conftest import Hall
from tests.discord_messages import Message

FERRY = "when does the ferry to Pine Island resume"
WATER = "城北供水管网改造有多少台抢修车辆待命"


async def answered(hall: Hall, question: str = FERRY) -> Message:
    return (await hall.ask(question)).messages[0]


async def test_show_passage_and_its_neighbours(hall: Hall) -> None:
    answer = await answered(hall)
    pressed = await hall.server.click(hall.bo, answer, "Show passage")
    passage = await pressed.wait_reply()
    assert passage.ephemeral and passage.pinged == set()
    assert passage.text == (
        "### Ferry to Pine Island resumes\n"
        "**The ferry to Pine Island resumes on 3 May with six sailings a day.**"
        " Tickets cost 12 euros.\n"
        "-# ferry.txt · 2 May · 第 1 段"
    )
    assert [button["disabled"] for button in passage.buttons] == [True, False]
    # Turning changes the same message; the answer itself stays as it is.
    after = await hall.click(passage, "下一段", by=hall.bo)
    assert after is passage and "14 seasonal workers" in after.text
    last = await hall.click(passage, "下一段", by=hall.bo)
    assert "Bicycles" in last.text
    assert [button["disabled"] for button in last.buttons] == [False, True]
    back = await hall.click(passage, "上一段", by=hall.bo)
    assert "14 seasonal workers" in back.text
    assert len(answer.versions) == 1


async def test_more_sources_lead_to_passages(hall: Hall) -> None:
    answer = await answered(hall)
    sources = await hall.click(answer, "More sources")
    assert sources.ephemeral
    assert sources.text.startswith(f"### Also found for “{FERRY}”\n")
    assert "14 seasonal workers" in sources.text and "six sailings" not in sources.text
    opened = await hall.click(sources, "Show passage")
    assert opened is not sources and "\nThe harbour office" in opened.text


async def test_thumbs_become_rows_of_a_question_file(hall: Hall, tmp_path: Path) -> None:
    answer = await answered(hall)
    thanks = await hall.click(answer, "👍")
    assert thanks.ephemeral and thanks.text == "Thank you, noted."
    await hall.click(answer, "👍")
    form = await hall.server.click(hall.bo, answer, "👎")
    modal = await form.wait_modal()
    assert modal["title"] == "哪里不对？"
    told = await (await hall.server.submit_modal(form, "数字不对")).wait_reply()
    assert told.ephemeral and "谢谢" in told.text
    store = AnswerStore(hall.folder / "data")
    rows = Feedback(store).rows()[-2:]
    store.close()
    assert [(row["rating"], row["comment"]) for row in rows] == [("up", ""), ("down", "数字不对")]
    up, down = rows
    assert up["answers"] == ["3"] and up["article_id"] == "ferry.txt#1"
    assert "answers" not in down and down["question"] == FERRY
    assert up["passages"] and up["citations"] and "**3** May" in up["answer"]
    assert up["person"] != down["person"]
    assert str(hall.ann.id) not in json.dumps(rows) and str(hall.bo.id) not in json.dumps(rows)
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert [question.question for question in read_questions(file)] == [FERRY, FERRY]


async def test_a_thumb_of_one_person_counts_once_and_can_turn(hall: Hall) -> None:
    answer = await answered(hall, WATER)
    await hall.click(answer, "👍")
    form = await hall.server.click(hall.ann, answer, "👎")
    await form.wait_modal()
    # Closing the form without sending it leaves the thumb.
    await hall.server.settled(0.2)
    store = AnswerStore(hall.folder / "data")
    rows = [row for row in Feedback(store).rows() if row["question"] == WATER]
    store.close()
    assert [row["rating"] for row in rows] == ["down"]


async def test_a_form_opens_although_requests_fail(hall: Hall) -> None:
    answer = await answered(hall)
    for fault in ({"status": 503}, {"drop": "reset"}, {"drop": "close", "perform": True}):
        hall.server.fault("POST", "/interactions/*/*/callback", **fault)
        form = await hall.server.click(hall.bo, answer, "👎")
        await form.wait_modal()
        await hall.server.settled(1.0)
        assert form.messages == [], "the form, and no word of what went wrong"
    told = await (await hall.server.submit_modal(form, "数字不对")).wait_reply()
    assert "谢谢" in told.text
    hall.server.requests[:] = [r for r in hall.server.requests if r.code != 40060]


async def test_buttons_and_forms_outlive_a_restart(hall: Hall) -> None:
    answer = await answered(hall)
    passage = await hall.click(answer, "Show passage")
    form = await hall.server.click(hall.ann, answer, "👎")
    await form.wait_modal()
    await hall.bot.kill()
    await hall.bot.start()
    assert "14 seasonal" in (await hall.click(passage, "Next paragraph")).text
    assert "14 seasonal" in (await hall.click(answer, "More sources")).text
    told = await (await hall.server.submit_modal(form, "late")).wait_reply()
    assert "Thank you" in told.text
    refused = (await hall.ask("is there a subway on Mars")).messages[0]
    assert (await hall.click(refused, refused.labels[0])).text.startswith("### ")


@pytest.mark.parametrize("by", ["ann", "bo"])
async def test_find_sources(hall: Hall, by: str) -> None:
    said = hall.server.say(hall.ann, hall.room, "I heard the ferry to Pine Island is back")
    used = await hall.server.context_menu(getattr(hall, by), said, "Find sources")
    reply = await used.wait_reply()
    assert reply.ephemeral
    title = {"ann": "What the documents say about this message", "bo": "文档中与这条消息有关的内容"}
    assert reply.text.startswith(f"### {title[by]}\n")
    assert "six sailings" in reply.text
    opened = await hall.click(reply, reply.labels[0], by=getattr(hall, by))
    assert opened is not reply and "six sailings" in opened.text
    empty = hall.server.say(hall.ann, hall.room, "")
    used = await hall.server.context_menu(hall.ann, empty, "Find sources")
    assert "no text" in (await used.wait_reply()).text


async def test_a_removed_article_is_shown_no_more(hall: Hall) -> None:
    answer = await answered(hall, "which number is Note 22")
    assert "Note number **22**" in answer.text
    passage = await hall.click(answer, "Show passage")
    assert "lamp 22" in passage.text
    used = await hall.server.slash(hall.boss, hall.room, "reindex")
    await hall.server.until(lambda: "is up to date" in used.text)
    for message, label in ((answer, "Show passage"), (answer, "More sources")):
        assert "lamp 22" not in (await hall.click(message, label)).text
    gone = await hall.click(answer, "Show passage", by=hall.bo)
    assert gone.text.startswith("这个段落无法再显示")


async def test_a_button_of_another_version_says_so(hall: Hall) -> None:
    answer = await answered(hall)
    for wrong in ("docent:dance:1", "docent:open:1", "docent:open:x:y:z:0"):
        answer.buttons[0]["custom_id"] = wrong
        told = await hall.click(answer, wrong)
        assert told.ephemeral and "older version" in told.text
    answer.buttons[0]["custom_id"] = "docent:sources:999999"
    assert "no longer keep" in (await hall.click(answer, "docent:sources:999999")).text
