"""Lines that layout broke are joined; lists, forms, rows and verse stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.newspaper.lines import read_lines
from index.documents.newspaper.repair import join_lines


def joined(text: str) -> list[str]:
    return join_lines(read_lines(text))


# A page where layout broke other lines too.
BROKEN = (
    "县里新修的这条路通到了山顶的村子里，全长一共是十七公里半，老人们从前\n\n下山要走一天。\n\n"
)


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("河堤从柳湾村一直修到", "青石桥，全长九公里，由县里负责养护。", ""),
        ("参加的单位有水务局、", "气象局和三个乡镇，一共到了四十六人。", ""),
        ("工程的总造价是1,2", "40万元，其中县里出三成，其余由省里补助。", ""),
        ("他最喜欢用的软件是", "LibreOffice，因为它不要钱，而且好用。", ""),
        ("“水位到了红线，", "”老人说，“谁也不许下河。”大家都听他的。", ""),
        ("The new timetable of the harbour ferry runs every", "20 minutes on weekdays.", " "),
        ("She wrote to the chairman of the", "National Trust about the old mill.", " "),
        ("The two parties agreed on a time-", "table for the works on the pier.", "-"),
        ("The well-", "known baker of Orme closed his shop on Friday.", ""),
        ("Die Brücke ist zweihundert Me-", "ter lang und wurde im Mai eröffnet.", "-"),
        ("They met the Anglo-", "Saxon scholar in the reading room of the library.", ""),
        ("서울시는 새로운 버스 노선을 다음 달부터", "운행한다고 밝혔다.", " "),
        ("東京都は新しいバスの路線を発表し、運賃は二百", "円にするという。", ""),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_broken_lines_are_joined(left: str, right: str, whole: str, gap: str) -> None:
    expected = left[:-1] + right if whole == "-" else left + whole + right
    assert joined(BROKEN + left + gap + right)[1:] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "第一段说完了。\n\n第二段才开始，说的是另一件事。",
        "各位用户：\n\n因更换管道，本周六停水，请提前储水。",
        "三件事：\n一、修路；\n二、架桥；\n三、种树。",
        "- a pound of flour\n- two eggs\n- a pinch of salt",
        "1. Bring a coat\n2. Bring a lamp",
        "时间：周六八点\n地点：工人文化宫\n电话：6000-1234",
        "Venue: Scout Hall\nDate: 3 May\nTickets: £4",
        "Monday's harvest of the fields was good.\n\nTuesday's was better.",
        "雾从水上来\n船还没有醒\n我把一盏灯\n交给对岸的人",
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "I carried the baker,\nI carried the bread,\nAnd no one had asked me\nHow many were dead.",
        "王一\n李二\n张三\n赵四",
        "12 Harbour Street\nSaltby\nPH3 9QD",
    ],
)
def test_what_was_apart_stays_apart(text: str) -> None:
    found = joined(text)
    assert found == [line for line in text.split("\n") if line]


def test_rows_of_a_table_lose_their_frame_alone() -> None:
    assert joined("| 甲 | 乙 |\n|:---|---:|\n| 1 | 2 |") == ["甲 | 乙", "1 | 2"]


def test_a_hyphen_stays_if_the_page_writes_the_word_with_one() -> None:
    text = "The tide-table hung by the door of the tide-\ntable shop, and a look-\nout watched."
    assert joined(text) == [
        "The tide-table hung by the door of the tide-table shop, and a lookout watched."
    ]


def test_full_lines_of_one_paragraph_are_joined_even_after_a_full_stop() -> None:
    lines = [
        "    县里新修的这条路通到了山顶的村子，全长一共是十七公里半。",
        "村里的老人说，从前下山要走一天。现在坐班车只要四十分钟就",
        "到了县城，卖了菜还能赶回来吃午饭，天黑之前把地里的活儿也",
        "干完了。",
        "    路是去年冬天动工的。",
    ]
    assert len(joined("\n".join(lines))) == 2


def test_an_indent_begins_a_paragraph() -> None:
    assert len(joined("　　第一段没有写完就断了吗\n　　第二段从这里开始，说别的。")) == 2


LINES = st.lists(
    st.text(st.sampled_from("一二，。ab -C.、1"), max_size=40) | st.text(max_size=30), max_size=12
)


@given(LINES.map("\n".join))
def test_joining_keeps_every_character_but_line_end_hyphens(text: str) -> None:
    kept = [line for line in read_lines(text) if line.kind != "rule"]
    before = "".join("".join(line.text.split()) for line in kept)
    after = "".join("".join(paragraph.split()) for paragraph in join_lines(kept))
    assert len(before) - len(after) <= sum(line.text[-1] in "-‐\u00ad" for line in kept)
    rest = iter(before)
    assert all(character in rest for character in after)


def test_a_blank_line_parts_paragraphs_of_a_script_without_full_stops() -> None:
    notices = ["รถขนของจะมาทุกวันอังคารและวันเสาร์ตอนเช้ามืดก่อนเปิดตลาดใหญ่", "ค่าน้ำเดือนละ 80 บาท"]
    assert join_lines(read_lines("\n\n".join(notices))) == notices
