"""Find the encoding of a file by trying each strictly over the whole of it and scoring the text."""

from __future__ import annotations

import codecs
import contextlib
import re
import unicodedata
from collections import Counter

from index.documents.alphabets import SINGLE_BYTE, likelihood
from index.errors import FileUnreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Tried in this order; of equal scores the first wins.
_CANDIDATES = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_WIDE = ("utf-16-le", "utf-16-be")
# A wrong decoding gives rare characters; the right one gives many of those people write most.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日"
    "军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见"
    "被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处"
    "走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山"
    "金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求"
    "據國為於後時學民軍會與發區東來個對這經戰並動亞開重長爾內外統使業力過現共機進馬但城稱將聯府間產當體電們說"
    "裡還沒麼樣點從實種關問應頭見給話門無兒聲論處義幾認條題氣變總報結務場計資許隊決書聽達強難權設記類萬歲線車"
    "日本語東京大阪県市町村駅時間年月"
    "이다는을의에가고하지도로한은기사어리인자나서를시대해있일전정부수과들그것게장"
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_SUSPECT = re.compile("[\uff61-\uff9f\ue000-\uf8ff\x80-\x9f\u2400-\u259f]")
_FULL_MARKS = re.compile("[，。、；：？！“”‘’（）《》「」『』…—・～]")
_CYRILLIC = re.compile("[а-яё]")
_MIXED = re.compile("[A-Za-z][а-яё]|[а-яё][A-Za-z]")
_LATIN = re.compile("(?<=[A-Za-z])[à-öø-ÿœšž]|[à-öø-ÿœšžÀ-ÖØ-ÞŠŽ](?=[a-z])|[–—‘’“”€£©°§ß«»¿¡]")
_BROKEN_SHARE = 0.01
_FEW = 5
_CHANCE = 64
# So many characters show the language of a text.
_ENOUGH = 20_000
_BETTER = 0.03


def decode(raw: bytes) -> tuple[str, int]:
    """Return the text of a file and the number of characters that could not be decoded.

    Raises FileUnreadable if the bytes are no text in any encoding that is known here.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _forgiving(raw[len(mark) :], name)
    if b"\0" in raw:
        return _decode_wide(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(raw)
    # A word or two in GBK can be valid UTF-8 by chance, as letters of distant alphabets.
    if len(raw) <= _CHANCE and not text.isascii() and max(text) < "\u0800":
        score, other, bad = _best_trial(raw)
        if score > 1.2 > 0.3 > _score(text):
            return other, bad
    return text, 0


def _decode_other(raw: bytes) -> tuple[str, int]:
    """Decode what is not UTF-8 throughout."""
    score, text, bad = _best_trial(raw)
    broken = _broken_utf8(raw)
    # A few bad bytes in a UTF-8 file are likelier than another encoding that happens to fit.
    if broken and score < 0.9:
        return broken
    if score < 0.45:
        raise FileUnreadable("reading.not_text")
    return text, bad


def _decode_wide(raw: bytes) -> tuple[str, int]:
    """Decode text with NULs: UTF-16 without a mark, or another encoding with a few stray NULs."""
    trials = [(_score(text), text, bad) for text, bad in (_forgiving(raw, n) for n in _WIDE)]
    score, text, bad = max(trials, key=lambda trial: trial[0])
    if score >= 0.5 and bad * 100 <= len(text):
        return text, bad
    if raw.count(0) * 100 > len(raw):
        raise FileUnreadable("reading.binary")
    return decode(raw.replace(b"\0", b""))


def _forgiving(raw: bytes, name: str) -> tuple[str, int]:
    text = raw.decode(name, "replace")
    return text, text.count("\ufffd")


def _broken_utf8(raw: bytes) -> tuple[str, int] | None:
    """Return UTF-8 text with a few broken bytes replaced; None if it is not mostly UTF-8."""
    text, bad = _forgiving(raw, "utf-8")
    beyond = sum(count for c, count in Counter(text).items() if c > "\x7f")
    if bad < beyond and bad <= max(_FEW, beyond * _BROKEN_SHARE):
        return text, bad
    return None


def _best_single(raw: bytes) -> tuple[float, str]:
    """Return the best (likelihood, text) among the encodings of one byte a character."""
    best = (0.0, "")
    for name in SINGLE_BYTE:
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode(name)
            likely = likelihood(text[:_ENOUGH], name)
            if likely > best[0] + _BETTER:
                best = (likely, text)
    return best


def _best_trial(raw: bytes) -> tuple[float, str, int]:
    """Return the best (score, text, broken characters) among the encodings that fit throughout."""
    best = (-1.0, "", 0)
    for name in (*_CANDIDATES, *_WIDE):
        for lost in (0, 1):  # a last character may have been cut in two
            try:
                text = raw[: len(raw) - lost].decode(name)
            except UnicodeDecodeError:
                continue
            if not (lost and text.isascii()):
                best = max(best, (_score(text), text, lost), key=lambda trial: trial[0])
            break
    likely, text = _best_single(raw)
    return (likely, text, 0) if likely > best[0] else best


def _score(text: str) -> float:
    """Return how much the characters beyond ASCII look like what people write, about 0 to 1."""
    counts = Counter(text)
    beyond = {c: n for c, n in counts.items() if c > "\x7f"}
    total = sum(beyond.values())
    if not total:
        controls = sum(n for c, n in counts.items() if c < " " and c not in "\t\n\r\f")
        return 1.0 if controls * 100 <= len(text) else 0.0
    good = suspect = 0.0
    latin = None
    for character, number in beyond.items():
        if character in _COMMON or _KANA.match(character) or _FULL_MARKS.match(character):
            good += 2 * number
        elif _CYRILLIC.match(character):
            good += number
        elif _SUSPECT.match(character) or unicodedata.category(character) in {"Cn", "Co", "Cs"}:
            suspect += 3 * number
        elif "\xa0" <= character < "\u0180" or "\u2010" <= character <= "\u20ac":
            latin = True
    if latin:
        good += len(_LATIN.findall(text)) * 0.9
    if any("а" <= c <= "я" for c in beyond):
        suspect += 3 * len(_MIXED.findall(text))
    return (good - suspect) / total
