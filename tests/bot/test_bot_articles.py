"""`/summary`, `/articles`, `/status`, `/help` and the registered commands, in both languages."""

from __future__ import annotations

import re

from tests.bot.conftest import Hall
from tests.fakes_service import FERRY_ASKED, REPAIR_ASKED


async def test_a_summary_cites_every_sentence(hall: Hall) -> None:
    used = await hall.slash("summary", article="ferry.txt#1")
    (reply,) = used.messages
    assert reply.text.startswith("### Ferry to Pine Island resumes\n")
    assert "[1]" in reply.text and "[3]" in reply.text
    assert reply.text.endswith("[1]–[3] **Ferry to Pine Island resumes**\n-# ferry.txt, 2 May")
    passage = await hall.click(reply, "Passage [2]")
    assert "\n**The harbour office hired 14 seasonal workers for the summer.**\n" in passage.text
    by_title = await hall.slash("summary", by=hall.bo, article="供水")
    assert "256名工人" in by_title.text and by_title.messages[0].labels[0] == "段落 [1]"
    unknown = await hall.slash("summary", by=hall.bo, article="nothing like it")
    assert "没有叫“nothing like it”的文章" in unknown.text


async def test_ten_thousand_characters_are_shown_without_an_error(hall: Hall) -> None:
    used = await hall.slash("summary", article="long.txt#1")
    await hall.server.settled(0.4)
    start = hall.room.messages.index(used.messages[0])
    parts = [m for m in hall.room.messages[start:] if m.author is hall.server.bot]
    assert len(parts) >= 3 and all(len(part.text) <= 4000 for part in parts)
    shown = "".join(part.text.split("\n[1] **")[0] for part in parts)
    shown = shown.removeprefix("### 水库巡查全记录\n").removesuffix(" [1]")
    assert len(shown) == 10_000
    ends = [part.text.rstrip()[-1] for part in parts[:-1]]
    assert set(ends) == {"。"}
    page = await hall.click(parts[-1], "Show passage")
    pages = [page.text.split("\n")[1]]
    while not page.buttons[1]["disabled"]:
        page = await hall.click(page, "Next paragraph")
        pages.append(page.text.split("\n")[1])
    assert len(pages) == 4
    assert len("".join(pages).replace("**", "")) == 10_000


async def test_a_long_private_answer_is_read_part_by_part(hall: Hall) -> None:
    question = "the whole 水库巡查全记录"
    used = await hall.ask(question, article="long.txt#1", private=True)
    (part,) = used.messages
    shown = [part]
    while "Continue" in shown[-1].labels:
        shown.append(await hall.click(shown[-1], "Continue"))
    assert len(shown) >= 3 and all(message.ephemeral for message in shown)
    assert "[1] **水库巡查全记录**\n-# long.txt" in shown[-1].text
    assert shown[-1].labels == ["Show passage", "More sources", "👍", "👎"]
    text = "".join(re.sub(r"(?m)^-# .*$|^\[1\] .*$|^> |\*\*|\n| \[1\]", "", m.text) for m in shown)
    assert len(text) == 10_000
    direct = await hall.slash(
        "summary", channel=hall.server.dm_with(hall.ann), article="long.txt#1"
    )
    await hall.server.settled(0.4)
    assert "[1]" in hall.server.dm_with(hall.ann).messages[-1].text
    assert not direct.messages[0].buttons


async def test_articles_page_by_page(hall: Hall) -> None:
    used = await hall.slash("articles")
    (listed,) = used.messages
    assert listed.ephemeral and "Page 1 of 3 · 28 articles" in listed.text
    assert "1\\. **Ferry to Pine Island resumes** — 2 May · ferry.txt · 3 passages" in listed.text
    assert [button["disabled"] for button in listed.buttons] == [True, False]
    assert "Page 2 of 3" in (await hall.click(listed, "Next")).text
    last = await hall.click(listed, "Next")
    assert last is listed and "Page 3 of 3" in last.text
    assert [button["disabled"] for button in last.buttons] == [False, True]


async def test_articles_that_fit(hall: Hall) -> None:
    used = await hall.slash("articles", by=hall.bo, filter="note")
    (listed,) = used.messages
    assert "符合“note”的文章" in listed.text and "第 1 / 3 页 · 共 23 篇文章" in listed.text
    after = await hall.click(listed, "下一页", by=hall.bo)
    assert "第 2 / 3 页" in after.text and "符合“note”的文章" in after.text
    none = await hall.slash("articles", by=hall.bo, filter="*:nothing")
    assert none.text == "没有符合“\\*:nothing”的文章。不带筛选的 /articles 会列出全部。"


async def test_status_and_help(hall: Hall) -> None:
    english = await hall.slash("status")
    assert "6 documents · 28 articles" in english.text
    assert re.search(r"<t:\d+:f>", english.text)
    chinese = await hall.slash("status", by=hall.bo)
    assert "6 个文档 · 28 篇文章" in chinese.text
    for by, word in ((hall.ann, "Ask:"), (hall.bo, "提问"), (hall.mei, "核對")):
        told = await hall.slash("help", by=by)
        assert word in told.text and told.messages[0].ephemeral


async def test_help_offers_questions_that_the_buttons_ask(hall: Hall) -> None:
    english = (await hall.slash("help")).messages[0]
    assert english.labels == [FERRY_ASKED] and "Try one of these" in english.text
    answer = await hall.click(english, FERRY_ASKED)
    assert answer is not english and answer.ephemeral and "**3** May" in answer.text
    assert answer.text.startswith(f"-# Asked: {FERRY_ASKED}\n")
    chinese = (await hall.slash("help", by=hall.bo)).messages[0]
    assert "**17**台" in (await hall.click(chinese, REPAIR_ASKED, by=hall.bo)).text


async def test_commands_are_registered_with_chinese_descriptions(hall: Hall) -> None:
    commands = {command["name"]: command for command in hall.server.registered[0]}
    assert set(commands) >= {
        *("ask", "summary", "articles", "status", "help", "reindex", "access", "Find sources")
    }
    ask = commands["ask"]
    assert ask["description_localizations"]["zh-CN"] == "提问；回答逐字引自文档"
    assert ask["description_localizations"]["zh-TW"] == "提問；回答逐字引自文件"
    names = ["question", "article", "private", "after", "before", "source"]
    assert [option["name"] for option in ask["options"]] == names
    assert all("zh-CN" in option["description_localizations"] for option in ask["options"])
    assert not ask.get("name_localizations")
    assert commands["Find sources"]["name_localizations"]["zh-CN"] == "查找来源"
    assert int(commands["reindex"]["default_member_permissions"]) == 1 << 5
    assert commands["reindex"]["contexts"] == [0]
    assert commands["Find sources"]["contexts"] == [0, 1]
    assert ask["contexts"] == [0, 1] and ask["integration_types"] == [0]
