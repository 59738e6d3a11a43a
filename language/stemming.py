"""Word stems: which language a text in words is written in, and Snowball's stem of each word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol

from language.text import fold

# The commonest words of each language, folded; they tell the language of a text, and as
# words of a question they say nothing of its subject.
_FUNCTION_WORDS = {
    "english": (
        "a an and are as at be been being but by can could did do does for from had has have"
        " he her his how i if in into is it its many may me much my no not of on or our"
        " shall she should so some than that the their them there these they this those to"
        " was we were what when where which while who whom whose why will with would you your"
        " us about also any am must might until till upon"
    ),
    "german": (
        "aber als am an auch auf aus bei bis da das dass dem den der des die durch ein eine"
        " einem einen einer eines er es für haben hat hatte ich ihr im in ist kann man mit nach"
        " nicht noch oder sein sich sie sind so um und uns von vor wann war waren warum was"
        " welche welchem welchen welcher welches wem wen wer werden wessen wie wird wo wurde"
        " wurden zu zum zur über"
    ),
    "spanish": (
        "a al año como con cuál cuáles cuando cuándo cuánta cuántas cuánto cuántos de del"
        " desde donde dónde el ella en era es esta este está fue fueron ha hay la las lo los más"
        " muy no o para pero por porque qué que quien quién quiénes se ser si sin sobre son su"
        " sus también tiene un una unos y ya cómo"
    ),
    "french": (
        "au aux avec ce ces cette combien comment dans de des du elle en est et eu il ils je la"
        " le les leur lui mais ne nous on ont ou où par pas plus pour pourquoi quand que quel"
        " quelle quelles quels qui quoi sa se ses son sont sur un une vous à été être était"
        " lequel c d l n qu s"
    ),
    "italian": (
        "a ai al alla alle anche che chi ci come con cosa cui da dal dalla dei del della delle"
        " di dove e ed era gli ha hanno i il in la le lo ma nel nella non o per perché più"
        " quale quali quando quanti quanto se si sono su sua suo un una uno è"
    ),
    "portuguese": (
        "a ao aos as com como da das de do dos e em era foi foram há isso já mais mas na nas"
        " não no nos o os onde ou para pela pelo por porque qual quais quando quantos que quem"
        " se sem ser seu sua são também tem um uma é"
    ),
    "dutch": (
        "aan als bij dan dat de deze die dit door een en er haar heb heeft het hij hoe hoeveel"
        " ik in is je kan maar met naar niet of om onder ook op over te tot uit van veel voor"
        " waar waarom wanneer waren was wat welke werd wie wij worden zijn"
    ),
    "swedish": (
        "att av de den det där en ett från för han har hon hur i inte jag kan man med mot när"
        " och om på sig som till ut var varför vad vem vid vilka vilken vilket är"
    ),
    "danish": (
        "af at de den der det en er et for fra han har hun hvad hvem hvilke hvilken hvor"
        " hvorfor hvornår i ikke jeg kan man med og om på sig som til var ved"
    ),
    "norwegian": (
        "av de den det en er et for fra han har hun hva hvem hvilke hvilken hvor hvorfor i"
        " ikke jeg kan man med når og om på seg som til var ved å"
    ),
    "finnish": (
        "ei ja jo kuin kuka kun mikä milloin missä mitä mukaan myös oli on ovat se sen sekä"
        " tai että joka jotka hän ole olivat kuinka miksi"
    ),
    "hungarian": (
        "a az egy és hogy hol ki is kik melyik mely mennyi mi mikor milyen miért nem volt van"
        " hány meg csak de el ez azt"
    ),
    "romanian": (
        "a al ale au care ce cine cu cum când câte câți de din este fost în la mai nu o pe"
        " pentru prin sau se sunt și un una unde unui"
    ),
    "turkish": (
        "bir bu da daha de en için ile kaç kim mi ne nerede neden nasıl olan olarak ve veya"
        " hangi gibi çok kadar"
    ),
    "polish": (
        "co czy dla do gdzie ile jak jaki jakie jest kiedy kto która które który lub na nie o"
        " od po przez się są ten to w z za że był była było i a"
    ),
    "indonesian": (
        "ada adalah apa bagaimana berapa dalam dan dari dengan di ini itu kapan ke mana mengapa"
        " oleh pada siapa tidak untuk yang"
    ),
    "russian": (
        "а без бы был была были было в во где для до его ее если есть за и из или их к как"
        " какая какие какой каков каком какую когда кого кем ком кто которые который куда ли на"
        " не но о об он она они от по под почему при с сколько со так то у чего чем что чтобы"
        " это я является"
    ),
    "arabic": (
        "أن إلى إن التي الذي الذين ان الى او أو أي أين بعد بين ثم عن على عند في قد كان كانت كم"
        " كيف لا لم لماذا ما ماذا متى مع من منذ هذا هذه هل هو هي و التى اي اين هم"
    ),
    # No stemmer: words do not change, but the question words are told from the others.
    "vietnamese": (
        "ai bao nhiêu bởi các cái có của cho cùng do gì khi không là làm lúc mà một nào như"
        " nhiều nhưng những nó này ở ra sao tại thế thì theo trong từ và vào về với vì việc"
        " đã đang đâu để đến được điều đó"
    ),
}
_UNSTEMMED = frozenset({"vietnamese"})
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 200
_SCRIPTS = ((re.compile("[\u0400-\u04ff]"), "russian"), (re.compile("[\u0600-\u06ff]"), "arabic"))
_SCRIPT_VOTE = 0.2


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # Snowball's name


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the folded function words of a language by its Snowball name."""
    return frozenset(fold(_FUNCTION_WORDS.get(language, "")).split())


@cache
def _languages_of_word() -> dict[str, tuple[str, ...]]:
    """Map each function word to the languages it belongs to."""
    found: dict[str, tuple[str, ...]] = {}
    for language in _FUNCTION_WORDS:
        for word in function_words(language):
            found[word] = (*found.get(word, ()), language)
    return found


def words_language(words: Iterable[str]) -> str:
    """Tell the language of folded words by its Snowball name: by script, else English.

    Every function word votes for its languages; a word of fewer languages counts more.
    """
    votes: dict[str, float] = {}
    table = _languages_of_word()
    for word in words:
        for language in table.get(word, ()):
            votes[language] = votes.get(language, 0.0) + 1 / len(table[word])
        for script, language in _SCRIPTS:
            if script.match(word):
                votes[language] = votes.get(language, 0.0) + _SCRIPT_VOTE
    return max(votes, key=lambda language: votes[language]) if votes else "english"


def text_language(folded: str) -> str:
    """Tell the language of the words of a folded text by its Snowball name."""
    return words_language(_WORD.findall(folded)[:_ENOUGH_WORDS])


@cache
def _stemmer(language: str) -> tuple[_Stemmer, Lock]:
    """Return the Snowball stemmer of a language and the lock it needs: it keeps its word."""
    from snowballstemmer import stemmer  # 20 ms that Han texts need not pay

    return stemmer(language), Lock()


@lru_cache(maxsize=131072)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; words with digits, and unknown languages, stay."""
    if language in _UNSTEMMED or language not in _FUNCTION_WORDS or not _WORD.fullmatch(word):
        return word
    made, lock = _stemmer(language)
    with lock:
        return made.stemWord(word)
