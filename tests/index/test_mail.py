"""A mail keeps its head, its text and what is attached to it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.models import BlockKind
from tests.documents import kinds_and_texts, read, read_article

BODY = """Dear all,

the key to the boathouse hangs behind
the second door. Please bring:

- a vest
- lunch, and
  no glass
1. Sign the list.

> Where is the key?

--
Ada
"""


def mail(subject: str = "Boathouse key") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Wren <ada@example.org>", "members@example.org"
    message["Date"], message["Subject"] = "Tue, 03 Mar 2026 10:00:00 +0100", subject
    message.set_content(BODY)
    return message


def test_a_mail_keeps_head_paragraphs_items_and_quotations(tmp_path: Path) -> None:
    article = read_article(tmp_path, "a.eml", mail("Schlüssel für das Boot").as_bytes())
    assert article.title == "Schlüssel für das Boot"
    assert (article.byline, article.date) == ("Ada Wren <ada@example.org>", "2026-03-03")
    blocks = kinds_and_texts(article)
    assert blocks[0] == (BlockKind.LABELLED_VALUE, "From: Ada Wren <ada@example.org>")
    assert [b for b in blocks if b[0] is not BlockKind.LABELLED_VALUE] == [
        (BlockKind.PARAGRAPH, "Dear all,"),
        (
            BlockKind.PARAGRAPH,
            "the key to the boathouse hangs behind the second door. Please bring:",
        ),
        (BlockKind.LIST_ITEM, "a vest"),
        (BlockKind.LIST_ITEM, "lunch, and no glass"),
        (BlockKind.LIST_ITEM, "1. Sign the list."),
        (BlockKind.QUOTATION, "Where is the key?"),
        (BlockKind.PARAGRAPH, "Ada"),
    ]


def test_html_is_read_where_there_is_no_plain_text(tmp_path: Path) -> None:
    message = mail()
    message.set_content("<h2>Dates</h2><ul><li>4 May</li></ul><script>x()</script>", subtype="html")
    article = read_article(tmp_path, "a.eml", message.as_bytes())
    assert (BlockKind.HEADING, "Dates") in kinds_and_texts(article)
    assert (BlockKind.LIST_ITEM, "4 May") in kinds_and_texts(article)
    assert "x()" not in article.text


def test_attachments_are_read_or_named(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment("Boat,Day\nCanoe,25\n", subtype="csv", filename="prices.csv")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="x", filename="a.exe")
    message.add_attachment(b"no pdf", maintype="application", subtype="pdf", filename="b.pdf")
    result = read(tmp_path, "a.eml", message.as_bytes())
    letter, prices = result.articles
    assert "Attachment: prices.csv" in letter.text
    assert (prices.id, prices.section) == ("a.eml#2", "Boathouse key")
    assert "Canoe | 25" in prices.text
    (failure,) = result.failed
    assert "a.exe, b.pdf" in failure.reason


def test_a_mail_inside_a_mail_is_read_under_its_subject(tmp_path: Path) -> None:
    message = mail("Fwd")
    message.add_attachment(mail("The first one"))
    article = read_article(tmp_path, "a.eml", message.as_bytes())
    assert (BlockKind.HEADING, "The first one") in kinds_and_texts(article)
    assert article.text.count("behind the second door") == 2


@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "gb18030", "none-such"])
def test_a_charset_that_is_named_wrongly_does_no_harm(tmp_path: Path, charset: str) -> None:
    head = f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n"
    text = "Der Schlüssel hängt über der Tür.".encode("cp1252")
    (article,) = read(tmp_path, "a.eml", head.encode() + text).articles
    assert article.text


@pytest.mark.parametrize("content", [b"", b"\x00" * 40, b"just words"])
def test_what_is_no_mail_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "no mail" in read(tmp_path, "a.eml", content).failed[0].reason


def test_a_sender_that_breaks_the_parser_costs_the_sender_alone(tmp_path: Path) -> None:
    text = "Subject: Boats\nFrom: a:b;c\n\nThe key hangs.\n"
    (article,) = read(tmp_path, "a.eml", text).articles
    assert (article.title, article.text) == ("Boats", "The key hangs.")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=12))
def test_a_damaged_mail_is_read_or_refused(tmp_path: Path, place: int, damage: bytes) -> None:
    message = mail("Schlüssel")
    message.add_attachment("Boat,Day\nCanoe,25\n", subtype="csv", filename="prices.csv")
    raw = message.as_bytes()
    place %= len(raw)
    result = read(tmp_path, "a.eml", raw[:place] + damage + raw[place + len(damage) :])
    assert result.articles or result.failed


def test_what_is_quoted_below_its_attribution_loses_its_marks(tmp_path: Path) -> None:
    message = mail()
    quoted = (
        "It hangs there.\n\nOn Monday Bob wrote:\n> Where is it?\n>\n>> > I need it.\nThanks.\n"
    )
    message.set_content(quoted)
    article = read_article(tmp_path, "a.eml", message.as_bytes())
    assert kinds_and_texts(article)[3:] == [
        (BlockKind.PARAGRAPH, "It hangs there."),
        (BlockKind.PARAGRAPH, "On Monday Bob wrote:"),
        (BlockKind.QUOTATION, "Where is it?"),
        (BlockKind.QUOTATION, "I need it."),
        (BlockKind.PARAGRAPH, "Thanks."),
    ]
