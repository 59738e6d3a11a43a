"""What a chat model wrote as plain text: nothing invisible, no tags, headings or masked links."""

from __future__ import annotations

import re
import unicodedata

from language.text import fold

_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<!--.*?-->")
_EMOJI = re.compile(r"<a?:\w{1,32}:\d{1,20}>")
_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]{0,200})\]\((?P<target>[^()\s]{0,500})[^()\n]{0,100}\)")
_LEAD = re.compile(
    r"^\s*(?:(?:[-*+•·>|]|#{1,6})\s+|\d{1,2}(?:[.．)）]\s+|、)|[(（]\d{1,2}[)）]\s*|[①-⑳]\s*"
    r"|[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九][，、：]\s*)+"
)
_MARKUP = re.compile(r"`+|~~|\|+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|\\(?=[\W_])")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_BRACKETED = re.compile(r"[\[［【](\s*\d{1,4}\s*)[\]］】]")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"'，。；！？、）】」』》”]+"
    r"|(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,40}"
    r"|(?<![\w.@])(?:[a-z0-9-]{1,63}\.){1,40}(?:com|cn|net|org|io|gg|ru|xyz|top|info|me|co|link|app|dev|gov|edu"
    r"|shop|site|online|club|vip|cc|tv|ai|ly|to)(?![\w.]*\w)(?:/[^\s<>\"'，。；！？、）】」』》”]*)?"
    r"|(?<![\w.@])(?:[a-z0-9-]{1,63}\.){1,40}[a-z]{2,24}/[^\s<>\"'，。；！？、）】」』》”]+",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"<(?:@[!&]?|#|/[^:>]{1,40}:|t:|id:)[\w:-]{1,40}>|@\s?(?:everyone|here)", re.I
)
# These end an address, and folded they would not.
_WIDE_STOPS = str.maketrans(dict.fromkeys("，！？：；（）", " "))
_KEPT_CONTROLS = "\n\t"
# No script stacks more on a letter; what does climbs over the lines around it.
_MOST_MARKS = 3


def visible(text: str) -> str:
    """Return the text without characters that nobody sees: zero width, direction marks, tags."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in _KEPT_CONTROLS or not _is_unseen(c))


def _is_unseen(character: str) -> bool:
    code = ord(character)
    # Variation selectors carry hidden bytes, and two letters of Hangul show nothing.
    hidden = 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF or code in (0x115F, 0x1160)
    return hidden or code in (0x3164, 0xFFA0) or unicodedata.category(character) in _UNSEEN


_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def addresses(text: str) -> list[str]:
    """Return the addresses in a text, folded: wide and circled letters are the same."""
    return [found.group() for found in _ADDRESS.finditer(fold(text.translate(_WIDE_STOPS)))]


def mentions(text: str) -> bool:
    """Return True if a text calls somebody, or would once its wide characters are narrow."""
    return any(_MENTION.search(form) for form in (text, unicodedata.normalize("NFKC", text)))


def _unstacked(text: str) -> str:
    """Return the text with at most three combining marks on a letter."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def plain(sentence: str) -> str:
    """Return one sentence with its bold spans and words, and no other Markdown or markup.

    The target of a masked link stays beside its text, where the check of addresses sees it.
    """
    text = _EMOJI.sub("", _LEAD.sub("", sentence))
    text = _LINK.sub(_unmasked, text)
    text = _TAG.sub("", text)
    text = _MARKUP.sub("", text)
    text = _BRACKETED.sub(r"(\1)", text)
    kept = _BOLD.sub("\x01\\1\x02", text).replace("*", "")
    kept = kept.replace("\x01", "**").replace("\x02", "**")
    return " ".join(_unstacked(kept).split())


def _unmasked(found: re.Match[str]) -> str:
    text, target = found.group("text"), found.group("target")
    return text if text == target or not target else f"{text} {target}"


class ThinkTagFilter:
    """Take out of a stream what some models think aloud between `<think>` and `</think>`."""

    def __init__(self) -> None:
        """Begin outside of any thought."""
        self._held = ""
        self._inside = False

    def feed(self, text: str) -> str:
        """Return what may be passed on of the text so far; half a tag is held back."""
        self._held += text
        said = ""
        while True:
            wanted = "</think>" if self._inside else "<think>"
            place = self._held.casefold().find(wanted)
            if place < 0:
                break
            said += "" if self._inside else self._held[:place]
            self._held = self._held[place + len(wanted) :]
            self._inside = not self._inside
        begun = next((n for n in range(len(wanted) - 1, 0, -1) if self._ends_with(wanted[:n])), 0)
        loose = self._held[: len(self._held) - begun]
        self._held = self._held[len(loose) :]
        return said + ("" if self._inside else loose)

    def finish(self) -> str:
        """Return what was held back and is no thought after all."""
        held, self._held = self._held, ""
        return "" if self._inside else held

    def _ends_with(self, start: str) -> bool:
        return self._held.casefold().endswith(start)
