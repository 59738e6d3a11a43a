"""Read `.eml`: a mail is an article, and so is each attachment of a kind that is read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from config.phrases import LocalizedText
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.encodings import decode
from index.documents.html_blocks import html_blocks
from index.documents.links import kept_address
from index.documents.prose import add_prose
from index.documents.text_blocks import decode_markup
from index.documents.titles import file_title
from index.errors import FileUnreadable
from index.models import Article, BlockKind, FailedSource

Reader = Callable[[Path, str], Iterator[Article | FailedSource]]

_HEAD = ("From", "To", "Cc", "Date")
_MOST_ATTACHMENTS = 50
_LONGEST_ID = 300
_MOST_MB = 25  # one attachment
_QUOTED = re.compile(r"^[ \t]{0,8}>(?:[ \t]?>){0,20}[ \t]?", re.MULTILINE)
_ITEM = re.compile(r"[ \t]*(?:([-*•–])|(\d{1,3}[.)]))[ \t]+(?=\S)")


class _Policy(EmailPolicy):
    """Headers as Python reads them; those that break its parser are empty."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return the value of a header."""
        try:
            return super().header_fetch_parse(name, value)
        except (MessageError, ValueError, LookupError, AttributeError, TypeError):
            return super().header_fetch_parse(name, "")


def read_mail(
    path: Path, source: str, reader_of: Callable[[str], Reader | None]
) -> Iterator[Article | FailedSource]:
    """Yield the article of a mail, those of its attachments, and what of them is not read.

    `reader_of` returns the reader of a file by its name, None for a kind that is not read.
    Raises FileUnreadable if there is neither subject nor text.
    """
    message = message_from_bytes(path.read_bytes(), policy=_Policy())
    if not isinstance(message, EmailMessage) or not any(message.values()):
        raise FileUnreadable("reading.mail_broken")
    builder = BlockBuilder()
    subject = _header(message, "Subject")
    _write_message(message, builder)
    for inner in _forwarded(message):
        builder.heading(_header(inner, "Subject"), 1)
        _write_message(inner, builder)
    builder.close(1)
    attachments = list(_attachments(message))
    for attachment in attachments:
        builder.labelled("Attachment", _name(attachment))
    if not builder.text and not subject:
        raise FileUnreadable("reading.mail_broken")
    builder.paragraph("" if builder.text else subject)
    article = Article(
        f"{source}#1",
        source,
        subject or file_title(source),
        builder.text,
        byline=_header(message, "From"),
        date=_day(_header(message, "Date")),
        url=_address(message),
        blocks=builder.blocks,
    )
    yield article
    yield from _read_attachments(attachments, source, article, reader_of)


def _header(message: EmailMessage, name: str) -> str:
    """Return a header as it is read."""
    values = map(str, message.get_all(name, []))
    return " ".join(clean_text(", ".join(values)).split())


def _address(message: EmailMessage) -> str:
    """Return where a mail is archived, else the `mid:` address by which mail programs find it."""
    archived = kept_address(_header(message, "Archived-At").strip("<> "))
    id = _header(message, "Message-ID").strip("<> ")
    plain = 0 < len(id) <= _LONGEST_ID and " " not in id
    return archived or (f"mid:{quote(id, safe='@')}" if plain else "")


def _day(sent: str) -> str:
    """Return the day of a date such as `Tue, 3 Mar 2026 10:00:00 +0100`; any other as it is."""
    try:
        return parsedate_to_datetime(sent).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return sent


def _forwarded(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the mails that a mail holds whole, those inside them too."""
    parts = (part for part in message.walk() if part.get_content_type() == "message/rfc822")
    for part in islice(parts, _MOST_ATTACHMENTS):
        inner = part.get_payload(0) if part.is_multipart() else None
        if isinstance(inner, EmailMessage):
            yield inner


def _write_message(message: EmailMessage, builder: BlockBuilder) -> None:
    """Write who wrote to whom and when, and the text."""
    for name in _HEAD:
        value = _header(message, name)
        if value:
            builder.labelled(name, value)
    _write_body(message, builder)


def _content(part: MIMEPart) -> bytes:
    """Return the bytes of a part, whatever its transfer encoding says."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: MIMEPart) -> str:
    """Return the text of a part by the charset it names if that fits, else by its look."""
    raw = _content(part)
    try:
        return clean_text(raw.decode(part.get_content_charset() or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return clean_text(decode(raw)[0] if raw else "")


def _write_body(message: EmailMessage, builder: BlockBuilder) -> None:
    """Write the plain text of a mail, or its HTML where there is no plain text."""
    plain = message.get_body(("plain",))
    text = _text(plain) if plain is not None else ""
    if text.strip():
        _write_plain(text, builder)
        return
    html = message.get_body(("html",))
    if html is not None and _content(html).strip():
        charset = html.get_content_charset()
        html_blocks(builder, _text(html) if charset else clean_text(decode_markup(_content(html))))


def _write_plain(text: str, builder: BlockBuilder) -> None:
    """Write paragraphs, items and what is quoted of an earlier mail."""
    for part in re.split(r"\n[ \t]*\n", text):
        kept = [line for line in part.split("\n") if line.strip() not in {"", "--"}]
        for quoted, group in groupby(kept, lambda line: bool(_QUOTED.match(line))):
            _write_lines(list(group), builder, quoted=quoted)


def _write_lines(lines: list[str], builder: BlockBuilder, *, quoted: bool) -> None:
    """Write lines of a mail that belong together, all or none of them `quoted` of another."""
    if quoted:
        for empty, group in groupby((_QUOTED.sub("", line) for line in lines), _is_blank):
            if not empty:
                builder.paragraph("\n".join(group), BlockKind.QUOTATION)
    else:
        first = next((at for at, line in enumerate(lines) if _ITEM.match(line)), len(lines))
        if lines[:first]:
            add_prose(builder, "\n".join(lines[:first]))
        _write_items(lines[first:], builder)


def _is_blank(line: str) -> bool:
    return not line.strip()


def _write_items(lines: list[str], builder: BlockBuilder) -> None:
    """Write the items of a list; a line without a mark goes on with the item before it."""
    items: list[tuple[str, str]] = []
    for line in lines:
        mark = _ITEM.match(line)
        if mark:
            items.append((mark.group(2) or "", line[mark.end() :]))
        else:
            number, before = items[-1]
            items[-1] = (number, f"{before} {line.strip()}")
    group = builder.new_group()
    for number, item in items:
        builder.item(item, group=group, number=number)


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the attachments, in order; pictures that stand inside the text are none."""
    for part in message.walk():
        if not isinstance(part, EmailMessage) or part.is_multipart() or not part.get_filename():
            continue
        inside = part.get("Content-ID") and part.get_content_maintype() == "image"
        if not (inside and part.get_content_disposition() != "attachment"):
            yield part


def _name(part: EmailMessage) -> str:
    name = PurePosixPath(str(part.get_filename()).replace("\\", "/")).name
    return " ".join(clean_text(name).split()) or "?"


def _read_attachments(
    attachments: list[EmailMessage],
    source: str,
    mail: Article,
    reader_of: Callable[[str], Reader | None],
) -> Iterator[Article | FailedSource]:
    number = 1
    unread = [_name(part) for part in attachments[_MOST_ATTACHMENTS:]]
    for part in attachments[:_MOST_ATTACHMENTS]:
        name, content = _name(part), _content(part)
        reader = reader_of(name)
        if reader is None or len(content) > _MOST_MB * 1024 * 1024:
            unread.append(name)
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"attachment{PurePosixPath(name).suffix.lower()}"
            path.write_bytes(content)
            try:
                for found in reader(path, name):
                    if isinstance(found, FailedSource):
                        yield FailedSource(source, found.reason)
                        continue
                    number += 1
                    yield _attached(found, f"{source}#{number}", source, mail)
            except FileUnreadable:
                unread.append(name)
    if unread:
        names = ", ".join(unread[:10]) + (" …" if unread[10:] else "")
        yield FailedSource(source, LocalizedText.of("reading.attachments", names=names))


def _attached(found: Article, id: str, source: str, mail: Article) -> Article:
    """Return the article of an attachment as one of the mail it came with."""
    return replace(
        found,
        id=id,
        source=source,
        byline=found.byline or mail.byline,
        date=found.date or mail.date,
        section=found.section or mail.title,
    )
