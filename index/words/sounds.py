"""Foreign names by their consonants: Kibaki and 齐贝吉 are both `KPK`.

A name that no dictionary has is written in Chinese by its sound, with a few hundred characters
that are kept for it. Both spellings are reduced to classes of consonants, which survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.words.pinyin import readings

# The characters of the usual transliteration tables; a run of them is likely a name.
_CHARACTERS = frozenset(
    "阿埃艾安昂奥澳巴白班邦保堡鲍贝本比彼毕别宾波玻博伯勃卜布采蔡察查柴达大戴丹德登邓迪蒂丁顿杜"
    "多厄恩尔耳法凡范梵方菲费芬丰佛弗夫福富盖甘冈高戈哥格葛根古瓜圭哈海罕汉豪赫黑亨洪侯胡华怀惠霍"
    "基吉加嘉贾杰金津居卡开凯坎康考柯科克肯孔库夸奎昆拉腊莱赖兰朗劳老勒雷累黎里利立"
    "莉丽连廉林琳龙隆娄卢鲁路伦罗洛吕马玛麦迈满曼芒毛茂梅门蒙孟米密敏明谬摩莫墨默姆木穆拿娜纳乃奈"
    "南瑙内尼年涅宁牛纽农努女诺欧帕派潘庞培佩彭蓬皮匹平泼珀蒲普齐奇契恰钱乔切钦琴青琼丘屈让热"
    "仁荣儒茹瑞若撒萨塞赛桑瑟森沙莎山珊尚绍舍申生圣施什石史士斯思丝松苏孙索塔泰坦汤唐陶特腾滕提"
    "廷汀通图土托陀瓦万王旺威韦维魏温文翁沃渥乌武伍西锡希悉席夏显香肖萧谢欣辛兴匈雄休许逊雅亚扬尧耶"
    "伊衣以因英尤于约赞泽曾扎札詹哲珍真芝朱茱卓兹子宗祖佐牙牟缪"
)
_RUN = re.compile(f"[{''.join(sorted(_CHARACTERS))}]{{2,}}")
_LONGEST_RUN = 8
_SHORTEST = 3
_LONGEST = 6
# No name is as long: these are words that run together, or laughter.
_LONGEST_WORD = 30
_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]|")
_CLASS = {
    **dict.fromkeys(("b", "p"), "P"),
    **dict.fromkeys(("d", "t"), "T"),
    **dict.fromkeys(("g", "k", "h"), "K"),
    **dict.fromkeys(("f", "w"), "F"),
    **dict.fromkeys(("l", "r"), "L"),
    **dict.fromkeys(("s", "sh", "x", "z", "c"), "S"),
    **dict.fromkeys(("zh", "ch", "j", "q"), "J"),
    "m": "M",
    "n": "N",
}
# Latin letters by class, longest spelling first; several classes where sounds differ.
_LATIN = (
    ("tsch", "J"), ("sch", "S"), ("tch", "J"), ("ch", "JK"), ("sh", "S"), ("ph", "F"),
    ("th", "TS"), ("ck", "K"), ("qu", "K"), ("gh", "K"), ("kh", "K"), ("zh", "J"), ("cz", "J"),
    ("dg", "J"), ("wr", "L"), ("kn", "N"), ("ng", "NG"), ("ce", "S"), ("ci", "S"), ("cy", "S"),
    ("ge", "JK"), ("gi", "JK"), ("ki", "KJ"), ("ke", "K"), ("j", "J"), ("b", "P"), ("p", "P"),
    ("d", "T"), ("t", "T"), ("g", "K"), ("k", "K"), ("c", "K"), ("q", "K"), ("f", "F"),
    ("v", "F"), ("w", "F"), ("l", "L"), ("r", "L-"), ("m", "M"), ("n", "N"), ("s", "S"),
    ("z", "S"), ("x", "S"), ("h", "K-"),
)  # fmt: skip
_SPELLINGS = dict(_LATIN)
_LETTERS = re.compile("|".join(spelling for spelling, _ in _LATIN) + "|.")
_MOST_WAYS = 12
# `-` is a letter that may be silent, `G` an ng of which both are heard.
_SILENT = {"-": "", "G": "NK"}


@lru_cache(maxsize=4096)
def _of_character(character: str) -> tuple[str, ...]:
    """Return the classes a character may stand for: its initial, and a nasal end."""
    ways: dict[str, None] = {}
    for reading in readings(character)[:1]:
        if reading == "er":
            return ("L",)
        initial = _INITIAL.match(reading)
        start = initial.group() if initial else ""
        end = "N" if reading.endswith(("n", "ng")) else ""
        ways[_CLASS.get(start, "") + end] = None
        if start in ("j", "q") and reading[1] == "i":
            # 吉 and 基 stand for ji and for ki and gi.
            ways["K" + end] = None
    return tuple(ways)


def han_sounds(text: str) -> list[str]:
    """Return the consonants of what may be names in a text's Han, each once."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text):
        for start in range(len(run)):
            for end in range(start + 2, min(len(run), start + _LONGEST_RUN) + 1):
                found.update(dict.fromkeys(_spoken(run[start:end])))
    return list(found)


def name_sounds(name: str) -> list[str]:
    """Return the ways in which a Han word is heard as a foreign name, each once.

    Its first or last character may belong to the sentence around it.
    """
    found: dict[str, None] = {}
    for run in _RUN.findall(name):
        for part in (run, run[1:], run[:-1]):
            found.update(dict.fromkeys(_spoken(part[:_LONGEST_RUN])))
    return list(found)


@lru_cache(maxsize=32768)
def _spoken(name: str) -> tuple[str, ...]:
    return tuple(_skeletons(_of_character(character) for character in name))


@lru_cache(maxsize=8192)
def latin_sounds(word: str) -> tuple[str, ...]:
    """Return the ways in which the consonants of a folded Latin word may be heard."""
    if len(word) > _LONGEST_WORD:
        return ()
    parts = [_SPELLINGS.get(part, "") for part in _LETTERS.findall(word)]
    options = [[_SILENT.get(c, c) for c in part] for part in parts if part]
    return tuple(_skeletons(options))[:_MOST_WAYS]


def _skeletons(options: Iterable[Sequence[str]]) -> list[str]:
    """Return the distinct skeletons of a useful length; double consonants count once.

    What is too long is cut as soon as it is: all ways together would be a power of the length.
    """
    begun = [""]
    for choices in options:
        single = [re.sub(r"(.)\1+", r"\1", choice) for choice in choices]
        longer = dict.fromkeys(_joined(start, choice) for start in begun for choice in single)
        begun = [skeleton for skeleton in longer if len(skeleton) <= _LONGEST]
    return [skeleton for skeleton in begun if len(skeleton) >= _SHORTEST]


def _joined(start: str, more: str) -> str:
    return start + (more[1:] if start and start[-1:] == more[:1] else more)
