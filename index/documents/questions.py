"""Recognise questions and answers by their marks, in the languages in which FAQs are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.documents.newspaper.wordlists import words
from index.models import Block, BlockKind

_ASKING = words(
    "Q Ｑ Question Frage Pregunta Pergunta Domanda Vraag Pytanie Soru Pertanyaan Вопрос Питання"
    " 问题 問題 问 問 質問 設問 질문 سؤال السؤال Hỏi คำถาม ถาม प्रश्न שאלה Ερώτηση"
)
_ANSWERING = words(
    "A Answer Antwort Réponse Respuesta Resposta Risposta Antwoord Odpowiedź Cevap Jawaban Ответ"
    " Відповідь 答案 答 回答 解答 답변 대답 جواب الجواب إجابة Đáp คำตอบ ตอบ उत्तर תשובה Απάντηση Ａ"
)
# Letters that stand for those words, and for much else: F: Darf ich …?, В: …? О: …
_ASKING_LETTERS = "[FPDVSHВП문س]"
_ANSWERING_LETTERS = "[ROCОВ답جĐ]"
_NUMBER = r"[ ]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[ ]?[.:：、][ ]*(?=\S)"
# In Japanese, Korean and Chinese a last word can ask without a mark.
_QUESTION_END = re.compile(
    r"(?:[?？؟;՞]|(?:です|ます|ました|ません|でしょう)か。?|(?:나|가|까|니)요\.?|니까\.?|吗。?|嗎。?)"
    r"[\s\"'”’」』）)]*$"
)
_SENTENCE = re.compile(r"[。！!]|[^\W\d][.]\s")
_LONGEST = 300
_LONGEST_BARE = 160
_FEWEST_PAIRS = 2
_MARKED = r"(?:№|No\.?|Nr\.?)?"


def _pattern(marks: frozenset[str]) -> re.Pattern[str]:
    longest_first = "|".join(sorted(map(re.escape, marks), key=len, reverse=True))
    return re.compile(f"(?:{longest_first})[ ]?{_MARKED}{_NUMBER}", re.IGNORECASE)


_ASKS = _pattern(_ASKING)
_ANSWERS = _pattern(_ANSWERING)
_ASKS_BY_LETTER = re.compile(_ASKING_LETTERS + _NUMBER)
_ANSWERS_BY_LETTER = re.compile(_ANSWERING_LETTERS + _NUMBER)


def is_question(text: str) -> bool:
    """Return True if a line asks: it ends with a question mark and is short enough for one."""
    return len(text) <= _LONGEST and bool(_QUESTION_END.search(text[-8:]))


def question_start(text: str) -> int:
    """Return where a question begins after its mark, as in `Q:`; 0 if there is no such mark."""
    found = _ASKS.match(text) or (is_question(text) and _ASKS_BY_LETTER.match(text))
    return found.end() if found else 0


def answer_start(text: str, *, waits: bool = False) -> int:
    """Return where an answer begins after its mark, as in `A:`; 0 if there is no such mark.

    Some letters mark an answer only where a question `waits` for one.
    """
    found = _ANSWERS.match(text) or (waits and _ANSWERS_BY_LETTER.match(text))
    return found.end() if found else 0


def pair_questions(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks in which bare questions and what follows each are questions and answers.

    A document is taken for a list of questions if at least two of its lines do nothing but ask,
    and most of its paragraphs are these and the paragraphs right after them.
    """
    asking = [
        place
        for place in range(len(blocks) - 1)
        if _only_asks(text, blocks[place])
        and blocks[place + 1].kind is BlockKind.PARAGRAPH
        and blocks[place + 1].path == blocks[place].path
        and not _only_asks(text, blocks[place + 1])
    ]
    paragraphs = sum(block.kind is BlockKind.PARAGRAPH for block in blocks)
    if len(asking) < _FEWEST_PAIRS or 4 * len(asking) < paragraphs:
        return tuple(blocks)
    told = list(blocks)
    for place in asking:
        told[place] = replace(told[place], kind=BlockKind.QUESTION, level=0, group=0, lead=-1)
        told[place + 1] = replace(told[place + 1], kind=BlockKind.ANSWER)
    return tuple(told)


def _only_asks(text: str, block: Block) -> bool:
    """Return True if a paragraph or a list item is one question and nothing else."""
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}:
        return False
    shown = text[block.start : block.end]
    return len(shown) <= _LONGEST_BARE and is_question(shown) and not _SENTENCE.search(shown)
