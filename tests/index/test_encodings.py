"""The encoding of a file is told over the whole of it, and what is no text is said to be none."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.encodings import decode
from index.errors import FileUnreadable

SIMPLIFIED = "县里的新桥昨天通车,全长两公里,市民可以免费乘坐公交车过桥。热线电话是6000-1234。"
TRADITIONAL = "縣政府說明，新橋全長兩公里，從九月一日起開放通行，市民可以搭乘公車過橋。"
JAPANESE = "東京都は二十八日、新しいバスの路線を発表した。運賃は二百円で、カードも使えるという。"
KOREAN = "서울시는 28일 새로운 버스 노선을 발표했다. 요금은 1500원이며 카드로 낼 수 있다."
RUSSIAN = "Мэрия объявила о новом маршруте автобуса. Билет стоит 50 рублей."
FRENCH = "Le café a été rénové après l’été, dit le maire. « Très bien », répond-on."
GERMAN = "Die Brücke über die Elbe wird gesperrt. Das kostet 3 Mio. €, heißt es."


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (SIMPLIFIED, "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 gb18030 gbk gb2312"),
        (TRADITIONAL, "utf-8 utf-16 utf-16-le big5 big5hkscs gb18030"),
        (JAPANESE, "utf-8 utf-16-be cp932 euc_jp"),
        (KOREAN, "utf-8 utf-16-le cp949"),
        (RUSSIAN, "utf-8 utf-16-le cp1251"),
        (FRENCH, "utf-8 utf-16-le cp1252"),
        (GERMAN, "utf-8 utf-16-be cp1252"),
        ("Plain words, 3.5 km.", "ascii utf-16 utf-16-le utf-16-be utf-8-sig"),
    ],
)
def test_encodings_are_told_apart(text: str, encodings: str) -> None:
    for name in encodings.split():
        assert decode(text.encode(name)) == (text, 0), name
        many = f"{text}\r\n" * 50
        assert decode(many.encode(name)) == (many, 0), name


@pytest.mark.parametrize("text", ["停水通知", "天气很好", "联通"])
def test_a_word_or_two_in_gbk_is_not_taken_for_utf8(text: str) -> None:
    assert decode(text.encode("gbk")) == (text, 0)


def test_the_whole_file_is_looked_at() -> None:
    text = "Opening hours of the museum. " * 5000 + SIMPLIFIED
    assert decode(text.encode("gb18030")) == (text, 0)


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    raw = (SIMPLIFIED * 20).encode()
    text, broken = decode(raw[:500] + b"\xff\xfe" + raw[500:])
    assert SIMPLIFIED * 5 in text and 1 <= broken <= 6


def test_stray_nuls_are_left_out() -> None:
    raw = (SIMPLIFIED * 20).encode()
    assert decode(raw + b"\0\0") == (SIMPLIFIED * 20, 0)


@pytest.mark.parametrize(
    "raw", [b"\x7fELF\x02\x01\x01" + bytes(500), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9]
)
def test_binary_data_is_no_text(raw: bytes) -> None:
    with pytest.raises(FileUnreadable):
        decode(raw)


def test_noise_is_no_text() -> None:
    with pytest.raises(FileUnreadable):
        decode(os.urandom(5000))


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        text, broken = decode(raw)
    except FileUnreadable:
        return
    assert isinstance(text, str) and broken >= 0


@given(st.text(min_size=1).filter(lambda text: "\0" not in text and text[0] != "\ufeff"))
def test_utf8_is_always_itself_beyond_a_few_words(text: str) -> None:
    long = text + "。" * 30
    assert decode(long.encode()) == (long, 0)


# A line has the encodings that a language was written in, and a text in it.
LEGACY = [
    line.split("\t")
    for line in Path(__file__).with_name("legacy_texts.tsv").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("encodings", "text"), LEGACY)
def test_an_old_encoding_is_told_by_the_letters_of_its_language(encodings: str, text: str) -> None:
    for name in encodings.split():
        kept = text.encode(name, "ignore").decode(name)
        # Half of a sentence in a Baltic language has but three letters of its own.
        half = kept[: len(kept) // (1 if name == "cp1257" else 2)]
        for told in (kept, half, f"{kept}\n" * 30):
            assert decode(told.encode(name)) == (told, 0), name


def test_vietnamese_of_before_unicode_is_read() -> None:
    text = "Hội nghị sẽ họp vào thứ tư lúc năm giờ. Chủ nhiệm là bà Nguyễn Thị Hồng."
    tones = "\u0300\u0301\u0303\u0309\u0323"
    apart = ""
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        letter = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        apart += letter + "".join(p for p in parts if p in tones)
    assert decode(apart.encode("cp1258")) == (apart, 0)


@pytest.mark.parametrize("name", ["cp037", "cp437", "mac_roman"])
def test_letters_of_no_known_encoding_are_refused(name: str) -> None:
    with pytest.raises(FileUnreadable):
        decode(("Größe, Übergröße, Straße, Öl, Käse: " * 9).encode(name, "ignore"))
