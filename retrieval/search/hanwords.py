"""Cut a run of characters into what asks and what is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from language.text import STACKED_CHARACTER, fold, is_stacked_mark

# Words that ask, and the grammar around them: they say nothing of the subject.
_ASKING = """
什么 甚么 什么样 什么时候 什么地方 为什么 为何 因何 何 何时 何地 何处 何人 何种 何年 何月 何日
如何 哪 哪个 哪些 哪里 哪儿 哪位 哪年 哪天 哪种 哪座 哪家 哪几 哪一 哪一个 哪一年 哪一天 谁 谁的
多少 多少个 几 几个 几年 几时 多久 多长 多大 多高 多远 怎么 怎样 怎么样 怎么办 是否 是不是 有没有
能否 可否 吗 呢 吧 请问 请 问 咋 啥 何者 叫什么 是什么 有哪些 有什么 是谁 在哪 在哪里 什么叫
"""
_GRAMMAR = """
的 了 着 过 是 在 有 被 把 和 与 及 以 于 对 从 到 由 向 将 会 能 可以 其 这 那 该 此 个 也 都 就 又
还 很 而 或 但 并 为 之 所 让 使 给 跟 比 我 你 他 她 它 我们 你们 他们 她们 它们 这个 那个 这些
那些 一共 总共 关于 之间 以及 或者 还是 但是 因为 所以 如果 虽然 啊 嘛 呀 哦 么 不 没 没有
位 次 种 些 里 中 上 下 时 后 前 年 月 日 叫 做
"""
# The same of Thai, Lao, Khmer and Burmese, longest first: what stands between them is content.
_STACKED_ASKING = """
เมื่อไหร่ เมื่อไร เท่าไหร่ เท่าไร อย่างไร ยังไง ที่ไหน ตรงไหน วันไหน เวลาไหน ทำไม อะไร ไหน ใคร กี่ หรือไม่ หรือเปล่า
คือ เป็น ได้ไหม ไหม จะ ของ และ ที่ นี้ นั้น ได้ มี ครับ ค่ะ คะ บ้าง
ເມື່ອໃດ ເທົ່າໃດ ຢູ່ໃສ ແນວໃດ ຫຍັງ ໃຜ ໃສ ຈັກ ແມ່ນ ຂອງ ແລະ
ពេលណា ប៉ុន្មាន ហេតុអ្វី យ៉ាងណា នៅឯណា អ្វី នរណា ណា គឺ របស់ និង
ဘယ်တော့ ဘယ်လောက် ဘယ်သူ ဘယ်မှာ ဘာကြောင့် ဘယ်လို ဘာ လဲ သလား
"""
_QUESTION_WORDS = frozenset(_ASKING.split())
_FUNCTION_WORDS = frozenset(_GRAMMAR.split())
_LONGEST = 4
_STACKED_WORD = re.compile(
    "|".join(sorted(map(fold, _STACKED_ASKING.split()), key=len, reverse=True))
)


@dataclass(frozen=True, slots=True)
class HanWord:
    """A word of a run; `content` is false for question words and grammar."""

    text: str
    content: bool


def han_words(run: str) -> list[HanWord]:
    """Cut a folded run at question words and grammar; the stretches between are its words."""
    if STACKED_CHARACTER.match(run):
        return list(_stacked_words(run))
    # best[i]: the cheapest cut of run[:i], as (cost, start of its last word).
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - _LONGEST), end)
        costs = ((best[at][0] + _cost(run[at:end]), at) for at in starts)
        best.append(min(costs, key=lambda item: item[0]))
    words: list[str] = []
    end = len(run)
    while end:
        words.append(run[best[end][1] : end])
        end = best[end][1]
    return _joined([HanWord(word, not _is_grammar(word)) for word in reversed(words)])


def _stacked_words(run: str) -> Iterator[HanWord]:
    """Yield the stretches of a run between question words and grammar, and those."""
    start = 0
    for found in _STACKED_WORD.finditer(run):
        if found.end() < len(run) and is_stacked_mark(run[found.end()]):
            continue
        if found.start() > start:
            yield HanWord(run[start : found.start()], True)
        yield HanWord(found.group(), False)
        start = found.end()
    if start < len(run):
        yield HanWord(run[start:], True)


def _is_grammar(word: str) -> bool:
    return word in _QUESTION_WORDS or word in _FUNCTION_WORDS


def _cost(word: str) -> float:
    """Return what cutting this word costs: few long known words win."""
    if word in _QUESTION_WORDS:
        return 0.8
    if word in _FUNCTION_WORDS:
        return 1.0
    if len(word) == 1:
        return 1.3
    return 9.0


def _joined(words: list[HanWord]) -> list[HanWord]:
    """Join neighbouring content words: what stands between grammar is one word."""
    joined: list[HanWord] = []
    for word in words:
        if joined and joined[-1].content and word.content:
            joined[-1] = HanWord(joined[-1].text + word.text, True)
        else:
            joined.append(word)
    return joined
