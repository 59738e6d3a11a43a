"""Find what an English word may be a form of: children, went, studies, stopped, making."""

from __future__ import annotations

from functools import cache

IRREGULAR = {
    form: base
    for base, forms in {
        "be": "am is are was were been being",
        "have": "has had having",
        "do": "does did done doing",
        "go": "goes went gone going",
        "say": "says said",
        "make": "made makes making",
        "take": "took taken takes taking",
        "come": "came comes coming",
        "see": "saw seen",
        "know": "knew known",
        "get": "got gotten getting",
        "give": "gave given giving",
        "find": "found",
        "think": "thought",
        "tell": "told",
        "become": "became becoming",
        "leave": "left leaving",
        "feel": "felt",
        "bring": "brought",
        "begin": "began begun beginning",
        "keep": "kept",
        "hold": "held",
        "write": "wrote written writing",
        "stand": "stood",
        "hear": "heard",
        "meet": "met",
        "run": "ran running",
        "pay": "paid",
        "sit": "sat sitting",
        "speak": "spoke spoken",
        "lead": "led",
        "grow": "grew grown",
        "lose": "lost losing",
        "fall": "fell fallen",
        "send": "sent",
        "build": "built",
        "understand": "understood",
        "draw": "drew drawn",
        "break": "broke broken",
        "spend": "spent",
        "rise": "rose risen rising",
        "drive": "drove driven driving",
        "buy": "bought",
        "wear": "wore worn",
        "choose": "chose chosen choosing",
        "win": "won winning",
        "fly": "flew flown flies",
        "throw": "threw thrown",
        "catch": "caught",
        "teach": "taught",
        "sell": "sold",
        "eat": "ate eaten",
        "sing": "sang sung",
        "swim": "swam swum swimming",
        "drink": "drank drunk",
        "fight": "fought",
        "seek": "sought",
        "steal": "stole stolen",
        "strike": "struck striking",
        "wake": "woke woken",
        "forget": "forgot forgotten",
        "hide": "hid hidden hiding",
        "sleep": "slept",
        "lend": "lent",
        "bear": "bore borne",
        "die": "died dies dying",
        "lie": "lay lain lying",
        "man": "men",
        "woman": "women",
        "child": "children",
        "person": "people persons",
        "foot": "feet",
        "tooth": "teeth",
        "mouse": "mice",
        "life": "lives",
        "wife": "wives",
        "knife": "knives",
        "leaf": "leaves",
        "half": "halves",
        "good": "better best",
        "bad": "worse worst",
        "colour": "color colors colours",
        "centre": "center centers centres",
        "theatre": "theater theaters",
        "labour": "labor",
        "defence": "defense",
    }.items()
    for form in forms.split()
}
# Forms of these stand in every sentence and tell nothing.
_EVERYWHERE = frozenset({"be", "have", "do", "say", "get", "go"})
_DOUBLED = ("bb", "dd", "gg", "mm", "nn", "pp", "rr", "tt", "ll")


@cache
def _families() -> dict[str, frozenset[str]]:
    """Map each irregular word, and each form of it, to all of them."""
    families: dict[str, set[str]] = {}
    for form, base in IRREGULAR.items():
        if base not in _EVERYWHERE:
            families.setdefault(base, {base}).add(form)
    return {word: frozenset(family) for family in families.values() for word in family}


def irregular_forms(word: str) -> frozenset[str]:
    """Return what no stemmer finds to be the same word: lost for lose, children for child."""
    return _families().get(word, frozenset()) - {word}


def base_candidates(word: str) -> list[str]:
    """Return the words that `word` may be a form of, the likeliest first; itself not among them."""
    found = [IRREGULAR[word]] if word in IRREGULAR else []
    if word.endswith("ies") and len(word) > 4:
        found += [word[:-3] + "y", word[:-1]]
    elif word.endswith("es") and len(word) > 4:
        found += [word[:-1], word[:-2]]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        found.append(word[:-1])
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        if ending == "ed" and stem.endswith("i"):
            found.append(stem[:-1] + "y")
        if stem.endswith(_DOUBLED):
            found.append(stem[:-1])
        found += [stem + "e", stem] if _wants_e(stem) else [stem, stem + "e"]
    return found


def _wants_e(stem: str) -> bool:
    """Return True if a stem more likely lost an `e`: `mov`, `chang`, but not `need` or `walk`."""
    return stem[-1] in "vcuz" or stem.endswith(("at", "ag", "ng", "rg", "dg", "ir", "ur"))
