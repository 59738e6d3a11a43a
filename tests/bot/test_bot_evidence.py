"""The buttons below an answer, and `Find sources`, against the local Discord."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.storage.answers import AnswerStore
from bot.storage.feedback import Feedback
from retrieval.evaluation import read_questions
from tests.bot.conftest import RunningBot
from tests.local_discord.door import Message

FERRY = "when does the ferry to Pine Island resume"
WATER = "城北供水管网改造有多少台抢修车辆待命"


async def answered(running_bot: RunningBot, question: str = FERRY) -> Message:
    return (await running_bot.ask(question)).messages[0]


async def test_show_passage_and_its_neighbours(running_bot: RunningBot) -> None:
    answer = await answered(running_bot)
    pressed = await running_bot.server.click(running_bot.bo, answer, "Show passage")
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
    after = await running_bot.click(passage, "下一段", by=running_bot.bo)
    assert after is passage and "14 seasonal workers" in after.text
    last = await running_bot.click(passage, "下一段", by=running_bot.bo)
    assert "Bicycles" in last.text
    assert [button["disabled"] for button in last.buttons] == [False, True]
    back = await running_bot.click(passage, "上一段", by=running_bot.bo)
    assert "14 seasonal workers" in back.text
    assert len(answer.versions) == 1


async def test_more_sources_lead_to_passages(running_bot: RunningBot) -> None:
    answer = await answered(running_bot)
    sources = await running_bot.click(answer, "More sources")
    assert sources.ephemeral
    assert sources.text.startswith(f"### Also found for “{FERRY}”\n")
    assert "14 seasonal workers" in sources.text and "six sailings" not in sources.text
    opened = await running_bot.click(sources, "Show passage")
    assert opened is not sources and "\nThe harbour office" in opened.text


async def test_thumbs_become_rows_of_a_question_file(
    running_bot: RunningBot, tmp_path: Path
) -> None:
    answer = await answered(running_bot)
    thanks = await running_bot.click(answer, "👍")
    assert thanks.ephemeral and thanks.text == "Thank you, noted."
    await running_bot.click(answer, "👍")
    form = await running_bot.server.click(running_bot.bo, answer, "👎")
    modal = await form.wait_modal()
    assert modal["title"] == "哪里不对？"
    told = await (await running_bot.server.submit_modal(form, "数字不对")).wait_reply()
    assert told.ephemeral and "谢谢" in told.text
    store = AnswerStore(running_bot.folder / "data")
    rows = Feedback(store).rows()[-2:]
    store.close()
    assert [(row["rating"], row["comment"]) for row in rows] == [("up", ""), ("down", "数字不对")]
    up, down = rows
    assert up["answers"] == ["3"] and up["article_id"] == "ferry.txt#1"
    assert "answers" not in down and down["question"] == FERRY
    assert up["passages"] and up["citations"] and "**3** May" in up["answer"]
    assert up["person"] != down["person"]
    assert str(running_bot.ann.id) not in json.dumps(rows) and str(
        running_bot.bo.id
    ) not in json.dumps(rows)
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert [question.question for question in read_questions(file)] == [FERRY, FERRY]


async def test_a_thumb_of_one_person_counts_once_and_can_turn(running_bot: RunningBot) -> None:
    answer = await answered(running_bot, WATER)
    await running_bot.click(answer, "👍")
    form = await running_bot.server.click(running_bot.ann, answer, "👎")
    await form.wait_modal()
    # Closing the form without sending it leaves the thumb.
    await running_bot.server.settled(0.2)
    store = AnswerStore(running_bot.folder / "data")
    rows = [row for row in Feedback(store).rows() if row["question"] == WATER]
    store.close()
    assert [row["rating"] for row in rows] == ["down"]


async def test_a_form_opens_although_requests_fail(running_bot: RunningBot) -> None:
    answer = await answered(running_bot)
    for fault in ({"status": 503}, {"drop": "reset"}, {"drop": "close", "perform": True}):
        running_bot.server.fault("POST", "/interactions/*/*/callback", **fault)
        form = await running_bot.server.click(running_bot.bo, answer, "👎")
        await form.wait_modal()
        await running_bot.server.settled(1.0)
        assert form.messages == [], "the form, and no word of what went wrong"
    told = await (await running_bot.server.submit_modal(form, "数字不对")).wait_reply()
    assert "谢谢" in told.text
    running_bot.excuse(40060)


async def test_buttons_and_forms_outlive_a_restart(running_bot: RunningBot) -> None:
    answer = await answered(running_bot)
    passage = await running_bot.click(answer, "Show passage")
    form = await running_bot.server.click(running_bot.ann, answer, "👎")
    await form.wait_modal()
    await running_bot.bot.kill()
    await running_bot.bot.start()
    assert "14 seasonal" in (await running_bot.click(passage, "Next paragraph")).text
    assert "14 seasonal" in (await running_bot.click(answer, "More sources")).text
    told = await (await running_bot.server.submit_modal(form, "late")).wait_reply()
    assert "Thank you" in told.text
    # A follow-up still knows what was asked before the crash.
    said = running_bot.say("workers?", reply_to=answer)
    assert f"1 earlier: {FERRY}" in (await running_bot.answer_to(said)).text
    refused = (await running_bot.ask("is there a subway on Mars")).messages[0]
    assert (await running_bot.click(refused, refused.labels[0])).text.startswith("### ")


@pytest.mark.parametrize("by", ["ann", "bo"])
async def test_find_sources(running_bot: RunningBot, by: str) -> None:
    said = running_bot.say("I heard the ferry to Pine Island is back")
    used = await running_bot.server.context_menu(getattr(running_bot, by), said, "Find sources")
    reply = await used.wait_reply()
    assert reply.ephemeral
    title = {"ann": "What the documents say about this message", "bo": "文档中与这条消息有关的内容"}
    assert reply.text.startswith(f"### {title[by]}\n")
    assert "six sailings" in reply.text
    opened = await running_bot.click(reply, reply.labels[0], by=getattr(running_bot, by))
    assert opened is not reply and "six sailings" in opened.text
    empty = running_bot.say("")
    used = await running_bot.server.context_menu(running_bot.ann, empty, "Find sources")
    assert "no text" in (await used.wait_reply()).text


async def test_a_removed_article_is_shown_no_more(running_bot: RunningBot) -> None:
    answer = await answered(running_bot, "which number is Note 22")
    assert "Note number **22**" in answer.text
    passage = await running_bot.click(answer, "Show passage")
    assert "lamp 22" in passage.text
    used = await running_bot.server.slash(running_bot.boss, running_bot.room, "reindex")
    await running_bot.until(lambda: "is up to date" in used.text)
    for message, label in ((answer, "Show passage"), (answer, "More sources")):
        assert "lamp 22" not in (await running_bot.click(message, label)).text
    gone = await running_bot.click(answer, "Show passage", by=running_bot.bo)
    assert gone.text.startswith("这个段落无法再显示")


async def test_a_button_of_another_version_says_so(running_bot: RunningBot) -> None:
    answer = await answered(running_bot)
    for wrong in ("docent:dance:1", "docent:open:1", "docent:open:x:y:z:0"):
        answer.buttons[0]["custom_id"] = wrong
        told = await running_bot.click(answer, wrong)
        assert told.ephemeral and "older version" in told.text
    answer.buttons[0]["custom_id"] = "docent:sources:999999"
    assert "no longer keep" in (await running_bot.click(answer, "docent:sources:999999")).text
