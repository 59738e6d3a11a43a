"""Where a Latin full stop does not end a sentence: abbreviations, initials, numbers, ordinals."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Always followed by a name or an explanation, so the sentence goes on.
_LEADING = _words(
    "mr mrs ms mx dr prof rev hon gen col maj lt cmdr capt sgt cpl adm gov sen rep pres supt insp"
    " messrs mme mlle mgr fr hr frl dipl ing st ste mt ft"
    " vs v cf viz approx ca al eg ie resp incl excl esp bzw evtl ggf inkl usw vgl sog"
    " sra srta dña avda ud uds tp ths ts gs pgs ул г гг стр им др проф акад"
)
# Followed by a number they go on; otherwise they are a word like any other ("No.", "art.").
_NUMBERED = _words(
    "no nos nr núm num vol vols fig figs sec secs ch chap art arts p pp par para eq tab ex op"
    " jan feb mar apr jun jul aug sep sept oct nov dec rm apt ext tel bl abs kap bd s"
)
# May stand in the middle or at the end: the word after tells.
_EITHER = _words(
    "etc inc ltd co corp bros jr sr esq dept univ assn est ave blvd rd ln sq bldg"
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
    " ala ariz ark calif colo conn fla ga ill ind kan ky md mich minn miss mo mont neb nev okla"
    " ore pa penn tenn tex va vt wash wis wyo ont que min max hrs lbs oz ed eds trans"
)
# Words that open a sentence far more often than they go on a name.
_STARTERS = _words(
    "the an he she it they we you this that these those there here in on at for by from with to"
    " but and or so if when while after before as however its his her their our my your some many"
    " most no not yet since although though because what who whom whose how why where which all"
    " both each every another other one two three during until once then now today yesterday"
    " meanwhile instead still also only even perhaps officials police residents"
)
_MONTHS = (
    r"(?:jan|feb|mär|märz|apr|mai|maj|jun|jul|aug|sep|okt|nov|dez|dec|januar|jänner|februar|april"
    r"|juni|juli|august|september|oktober|november|dezember)"
)
_ORDINAL_NEXT = re.compile(rf"\s*{_MONTHS}\b|\s\d{{1,2}}\.|\s\d{{4}}\b", re.IGNORECASE)
_ORDINAL_BEFORE = re.compile(
    r"\b(?:der|die|das|dem|den|des|am|im|vom|zum|zur|bis|seit|ab|und|ihr|sein|jeder|jedes)\s+$",
    re.IGNORECASE,
)
# z. B., d. h., u. a., т. е.: an abbreviation of two words.
_SPACED = re.compile(r"^[^\W\d_]\. ?[^\W\d_]\.")
_AFTER_YEAR = frozenset(("г", "гг"))
_TOKEN = re.compile(r"[^\s\"'“”‘’„«»(\[（]+$")
_WORD = re.compile(r"\w+")


def stop_is_inside(before: str, after: str) -> bool:
    """Return True if a stop between `before` and `after` belongs to a word and ends nothing.

    `before` begins at the start of its sentence and lacks the stop; `after` begins with a blank.
    """
    found = _TOKEN.search(before)
    token = found.group() if found else ""
    if token.isdigit():
        return _number_goes_on(before, token, after)
    following = _WORD.search(after[:40])
    word = following.group() if following else ""
    key = token.lower().replace(".", "")
    if "." in token.strip("."):
        return key in _LEADING or key in {"zb", "dh", "ua"} or not _opens_sentence(word, after)
    if key in _NUMBERED and word[:1].isdigit():
        return True
    if len(token) == 1 and token.isupper():
        return word.lower() not in _STARTERS
    if _SPACED.search(f"{token}.{after[:4]}"):
        return True
    if key in _AFTER_YEAR and before[: -len(token)].rstrip()[-1:].isdigit():
        return False
    return key in _LEADING or (key in _EITHER and not _opens_sentence(word, after))


def _opens_sentence(word: str, after: str) -> bool:
    """Return True if `word` looks like the first of a sentence after an abbreviation."""
    if word in {"A", "I"}:
        return bool(re.match(rf"\W*{word}\s+[a-z]", after))
    return word[:1].isupper() and word.lower() in _STARTERS


def _number_goes_on(before: str, token: str, after: str) -> bool:
    """Return True if `3.` is an ordinal (`3. Mai`), a part of a date or a list number."""
    if len(token) > 3:
        return False
    lead = before[: len(before) - len(token)]
    if not lead.strip():
        return True
    return bool(_ORDINAL_NEXT.match(after) or _ORDINAL_BEFORE.search(lead[-12:]))
