"""Words of every script are compared whole, and a text is in a question's script or in another."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.scripts import shares_script
from language.text import clusters, fold, pieces, search_terms


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who opens the hall?", "Die Halle wird von Ines geöffnet."),
        ("Who opens?", "Ines opens. 伊内斯开门。"),
        ("谁开门？", "Ines opens. 伊内斯开门。"),
        ("Lantern 2.0 什么时候出？", "灯塔应用三周后推出。"),
        ("誰が開けますか", "由伊内斯开门"),
        ("Кто открывает?", "Открывает Инес, hall 3."),
        ("Who opens?", "10:00–18:00"),
        ("???", "Ines opens."),
    ],
)
def test_shared(question: str, text: str) -> None:
    assert shares_script(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who opens the hall?", "大厅由 Ines 在早上九点打开，请提前十分钟到门口等候。"),
        ("谁开门？", "Ines opens the hall at nine, and 伊内斯 closes it."),
        ("Кто открывает?", "Ines opens the hall."),
        ("Who opens?", "ใครเป็นคนเปิด"),
        ("누가 여나요?", "由伊内斯开门"),
    ],
)
def test_not_shared(question: str, text: str) -> None:
    assert not shares_script(question, text)


@given(
    st.text(st.characters(min_codepoint=0x430, max_codepoint=0x44F), min_size=1),
    st.text(st.characters(categories=["N", "P", "Z"])),
)
def test_numbers_and_marks_belong_to_every_script(letters: str, others: str) -> None:
    assert shares_script(letters, others) and shares_script(others, letters)
    assert shares_script(letters + others, letters[::-1] + others)
    assert not shares_script(letters, "hall" * len(letters))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Nguyễn Thị Hồng", "nguyen thi hong"),
        ("Đà Nẵng", "da nang"),
        ("Zoë Küßner", "ZOE KUSSNER"),
        ("İSTANBUL'DA ılık", "istanbul'da ilik"),
        ("Łódź, Ærø, Øst", "lodz, aero, ost"),
        ("ΆΝΘΡΩΠΟΣ", "ανθρωποσ"),
        ("ёлка", "елка"),
        ("ｶﾞｽ ＡＢＣ１２", "ガス abc12"),
    ],
)
def test_a_word_is_found_as_people_type_it(written: str, typed: str) -> None:
    assert fold(written) == fold(typed) == fold(unicodedata.normalize("NFD", written))
    assert search_terms(written) == search_terms(typed)


@pytest.mark.parametrize(
    ("printed", "typed", "terms"),
    [
        ("4 × 10⁹", "4 x 10^9", {"10", "9"}),
        ("erbaut 1889⁵", "erbaut 1889 5", {"1889", "5"}),
        ("2.7 × 10⁻³", "2.7 x 10^-3", {"10", "3"}),
        ("2½ Stunden", "2 1/2 stunden", {"2"}),
        ("80 m²", "80 m^2", {"80", "m"}),
        ("80 ㎡", "80 m^2", {"80", "m"}),
        ("CO₂", "co2", {"co2"}),
    ],
)
def test_raised_digits_are_no_digits_of_the_number(
    printed: str, typed: str, terms: set[str]
) -> None:
    assert terms <= set(search_terms(printed)) & set(search_terms(typed))
    assert not {"109", "18895", "103", "21", "m2"} & set(search_terms(printed))


@pytest.mark.parametrize("word", ["мой", "が", "हिन्दी", "தமிழ்", "ব্যাংক", "ᬅᬓ᭄ᬱᬭ", "שָׁלוֹם"])
def test_a_mark_that_makes_another_letter_stays_in_its_word(word: str) -> None:
    assert [piece for piece, _ in pieces(fold(word))] == [fold(word)]
    assert fold("мой") != fold("мои")
    assert fold("が") != fold("か")


def test_thai_is_matched_by_characters_with_their_marks() -> None:
    assert clusters(fold("น้ำประปา")) == ["น้ำ", "ป", "ร", "ะ", "ป", "า"]
    assert "น้ำป" in search_terms("น้ำประปาหยุดไหล")
    assert set(search_terms("วันศุกร์")) <= set(search_terms("หยุดวันศุกร์นี้"))


@pytest.mark.parametrize("text", ["မြန်မာစာ", "ភាសាខ្មែរ", "ພາສາລາວ", "ภาษาไทย"])
def test_scripts_without_spaces_are_one_run(text: str) -> None:
    ((run, is_run),) = pieces(fold(text))
    assert is_run and "".join(clusters(run)) == run
    assert all(unicodedata.category(cluster[0])[0] == "L" for cluster in clusters(run))


@given(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x18FF), max_size=30))
def test_a_fold_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for piece, is_run in pieces(fold(text)):
        assert not is_run or "".join(clusters(piece)) == piece
