"""A question as the reader compares it: tokens with weights, and what its words may be called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from index.words.inflection import irregular_forms
from index.words.stemming import stem
from index.words.text import NGRAM_CHARACTER, fold
from retrieval.reading.question_type import Asked, what_is_asked
from retrieval.reading.question_words import DEGREE_TAILS, DEGREES
from retrieval.reading.tokens import Tokens, tokenize
from retrieval.search.query import Query

_LONGEST_RUN = 4
# Characters that are grammar wherever they stand.
_GRAMMAR = frozenset("的了着是吗呢吧啊么之其这那在")
# A translation is never as sure as the word itself.
_TRANSLATED = 0.9
_DEGREE_WEIGHT = 3.5
_STEMMED = ("english", "german", "spanish", "french")
_DEGREES = frozenset((key,) for key in DEGREES)


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question taken apart.

    `weights` has one entry a token, 0 for asking words and grammar; tokens asked_first to
    asked_last - 1 are the asking words. `words` are the (first, last, word) that say what is asked
    about. `grams` are (first, last, flow) of the runs of one to
    four tokens that a text may share, `alternatives` (first, last, flow, strength) what words
    are called in the other language, `readings` (first, last, pinyin pair) how names sound.
    """

    query: Query
    asked: Asked
    tokens: Tokens
    asked_first: int
    asked_last: int
    weights: tuple[float, ...]
    words: tuple[tuple[int, int, str], ...]
    grams: tuple[tuple[int, int, str], ...]
    alternatives: tuple[tuple[int, int, str, float], ...]
    readings: tuple[tuple[int, int, str], ...]


def view_question(query: Query, rarity: Callable[[str], float]) -> QuestionView:
    """Take a question apart; `rarity` weighs a key by how much it tells."""
    asked = what_is_asked(query.question)
    tokens = tokenize(query.question, query.words_language)
    inside = [i for i in range(len(tokens)) if asked.start <= tokens.starts[i] < asked.end]
    asking = (inside[0], inside[-1] + 1) if inside else (len(tokens), len(tokens))
    places = _word_places(query, tokens)
    degree = asking[1] if tokens.keys[asking[1] : asking[1] + 1] in _DEGREES else None
    wanted = {at for span in places.values() for at in span}
    weights = _weights(tokens, asking, wanted, rarity)
    words = [(place.start, place.stop, word) for word, place in places.items()]
    if degree is not None:
        last = degree + 1
        if tokens.run(last, min(len(tokens), last + 2)) in DEGREE_TAILS:
            last += 2
        tail = (0.0,) * (last - degree - 1)
        weights = (*weights[:degree], _DEGREE_WEIGHT, *tail, *weights[last:])
        words = [word for word in words if word[1] <= degree or word[0] >= last]
        words.append((degree, degree + 1, tokens.keys[degree]))
    return QuestionView(
        query,
        asked,
        tokens,
        *asking,
        weights,
        tuple(words),
        _grams(tokens, weights, asking),
        (
            *_alternatives(query, places),
            *_other_stems(tokens, wanted, query.words_language),
            *_ways_to_tell(tokens, degree),
        ),
        _readings(query, places),
    )


def _word_places(query: Query, tokens: Tokens) -> dict[str, range]:
    """Return where each content word stands."""
    forms = [
        fold(tokens.text[start:end]) for start, end in zip(tokens.starts, tokens.ends, strict=True)
    ]
    places: dict[str, range] = {}
    for word in query.words:
        if NGRAM_CHARACTER.match(word):
            at = tokens.flow.find(word)
            if at >= 0:
                first = tokens.places[at]
                places[word] = range(first, first + len(word))
            continue
        # "post-war" is two tokens here.
        parts = [i for i, form in enumerate(forms) if form == word] or [
            i for i, form in enumerate(forms) if len(form) > 1 and form in word
        ]
        if parts:
            places[word] = range(parts[0], parts[-1] + 1 if len(parts) < 4 else parts[0] + 1)
    return places


def _weights(
    tokens: Tokens, asking: tuple[int, int], wanted: set[int], rarity: Callable[[str], float]
) -> tuple[float, ...]:
    """Weigh each token by its own rarity and, for characters, that of the pairs it stands in."""
    weights = [0.0] * len(tokens)
    for i, key in enumerate(tokens.keys):
        if asking[0] <= i < asking[1]:
            continue
        if not tokens.characters[i]:
            weights[i] = rarity(key) if i in wanted else 0.0
        elif key not in _GRAMMAR:
            pairs = [
                rarity(tokens.keys[at] + tokens.keys[at + 1])
                for at in (i - 1, i)
                if _is_pair(tokens, at, asking)
            ]
            around = 0.25 * sum(pairs) / len(pairs) if pairs else 0.2 * rarity(key)
            weights[i] = 0.5 * rarity(key) + around
    return tuple(weights)


def _is_pair(tokens: Tokens, at: int, asking: tuple[int, int]) -> bool:
    """Tell whether tokens at and at + 1 are neighbouring characters that are no grammar."""
    if at < 0 or at + 1 >= len(tokens):
        return False
    return all(
        tokens.characters[i] and tokens.keys[i] not in _GRAMMAR and not asking[0] <= i < asking[1]
        for i in (at, at + 1)
    )


def _grams(
    tokens: Tokens, weights: tuple[float, ...], asking: tuple[int, int]
) -> tuple[tuple[int, int, str], ...]:
    """Return every run of up to four characters, and every word, that a text may share."""
    grams = []
    for first in range(len(tokens)):
        for last in range(first + 1, min(len(tokens), first + _LONGEST_RUN) + 1):
            at = last - 1
            if asking[0] <= at < asking[1]:
                break
            if last - first > 1 and not (tokens.characters[at] and tokens.characters[at - 1]):
                break
            if any(weights[first:last]):
                grams.append((first, last, tokens.run(first, last)))
    return tuple(grams)


def _alternatives(
    query: Query, places: Mapping[str, range]
) -> tuple[tuple[int, int, str, float], ...]:
    """Return what each word is called in the other language, as it stands in a flow."""
    found = []
    for word, others in query.translations.items():
        if word not in places:
            continue
        for other, strength in others:
            if NGRAM_CHARACTER.match(other):
                flow = other
            else:
                flow = "".join(f" {stem(part, 'english')}" for part in other.split()) + " "
            worth = min(1.0, strength) * _TRANSLATED
            found.append((places[word].start, places[word].stop, flow, worth))
    return tuple(found)


def _other_stems(
    tokens: Tokens, wanted: set[int], words_language: str
) -> Iterator[tuple[int, int, str, float]]:
    """Yield each word as it is written, as texts of other languages stem it, and its forms.

    A line of a table or a short notice does not tell its language, and a name stands in texts of
    any.
    """
    for at in sorted(wanted):
        form = fold(tokens.text[tokens.starts[at] : tokens.ends[at]])
        if tokens.characters[at] or not form.isalpha():
            continue
        keys = {form, *(stem(form, language) for language in _STEMMED)}
        if words_language == "english":
            keys |= {stem(other, words_language) for other in irregular_forms(form)}
        for key in sorted(keys - {tokens.keys[at]}):
            yield at, at + 1, f" {key} ", 1.0


def _ways_to_tell(tokens: Tokens, degree: int | None) -> Iterator[tuple[int, int, str, float]]:
    """Yield how a text tells the degree that is asked for."""
    if degree is not None:
        for flow in DEGREES[tokens.keys[degree]]:
            yield degree, degree + 1, flow, _TRANSLATED


def _readings(query: Query, places: Mapping[str, range]) -> tuple[tuple[int, int, str], ...]:
    """Return how the words sound in pinyin, for texts that write them in the other script."""
    return tuple(
        (places[term.word].start, places[term.word].stop, term.term)
        for term in query.terms
        if term.origin == "pinyin" and term.word in places
    )
