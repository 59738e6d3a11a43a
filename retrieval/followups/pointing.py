"""Words that only point at another message: do you know this, any idea, 知道吗, 帮忙看看这个."""

from __future__ import annotations

import re

from language.text import simplify

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# What a request is made of that adds nothing to what it points at.
_PLAIN = frozenset(
    """
    a about above ain aren couldn didn doesn don hasn haven isn wasn weren won wouldn
    actually advise again all am an and answer answers any anybody anyone anything are
    as ask asked asking be been but by can check chime clarify comment confirm correct could did do
    does doing either else ever everyone explain find folks for from get give got guess guys had has
    have he hello help her here hey hi him his how i idea ideas if in input into is it its just
    kindly know let like look mean means message might mind more of ok okay on one ones opinion or
    our out over people perhaps please pls point post question questions really reply respond right
    say see she should so solve some somebody someone something sort still take tell thank thanks
    that the their them then there these they thing things think this those thought thoughts to too
    true try up us was we well were what which who why will with would yes you your
    """.split()  # noqa: SIM905 - a column of strings would be longer than the file
)
_PLAIN_HAN = re.compile(
    "麻烦|请问|请|帮忙|帮|劳驾|谢谢|知道|晓得|回答|回复|解答|解释|说明|解决|告诉|看看|看|查查|查|找找"
    "|一下|一|下|上面|上边|上述|楼上|这|那|该|个|条|位|句|问题|消息|帖子|提问|是不是|是|真|对|正确|属实"
    "|怎么样|怎么回事|怎么办|怎么|什么|意思|如何|有没有|有|没|人|谁|哪|能|可以|可|会|不|你|您|我|他|她|它"
    "|们|大家|来|给|说|讲|想|觉得|认为|的|了|吗|呢|吧|啊|呀|么|嘛|哈|嗨|喂|在|答|问|和|也|都|到|过|得|地|儿|里"
)


def points_only(words: str) -> bool:
    """Return True if words ask nothing of their own: the message they point at is the question."""
    plain = simplify(words).casefold()
    left = _PLAIN_HAN.sub("", plain)
    if _HAN.search(left) or any(character.isdigit() for character in left):
        return False
    spoken = (word.replace("’", "'").partition("'")[0] for word in _WORD.findall(left))
    return all(word in _PLAIN for word in spoken)
