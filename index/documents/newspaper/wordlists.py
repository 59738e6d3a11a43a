"""The words that tell a reader of pages what a line is: columns, links, compounds."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the blank-separated words of a text."""
    return frozenset(text.split())


# Words after which an English, German, French or Spanish sentence has to go on.
LINKS = words(
    "a an the of to in on at by for from with and or but nor as that which who whose is are was"
    " were be been has have had will would can could may might must shall should not his her its"
    " their our your my this these those into than then if when while because said der die das"
    " den dem des ein eine und oder von zu im am mit für le la les de du et ou el los las un una"
    " y en que con por para"
)
# The first part of compounds that are written with a hyphen wherever they stand.
COMPOUNDING = words(
    "well self half cross high low long short full part first second third two three four five six"
    " seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety year month week"
    " day old new so left right vice brother sister mother father north south east west late early"
    " hard soft open close best better ill all free"
)
# Prefixes that have a hyphen before a word of its own: ex-mayor, but expected.
PREFIXES = words(
    "ex non co anti multi semi mid pre post pro re sub inter over under up off on out by"
)
# What columns and pages of newspapers are called.
_COLUMNS_ZH = words(
    "要闻 时政 民生 社会 国内 国际 综合 财经 经济 体育 文化 副刊 教育 科技 健康 法治 地方 本市"
    " 本地 都市 旅游 美食 读者 特刊 专题 专版 关注 聚焦 焦点 热点 快讯 简讯 短讯 要闻版 周末"
    " 家庭 生活 娱乐 房产 汽车 环保 天气 公告 通知 声明 導讀 要聞 時政 國內 國際 綜合 財經 經濟"
    " 體育 教育 科技 法治 生活 娛樂 社會 論壇 社論 短評 時評 評論 天氣 公告"
)
_OPINION_ZH = words(
    "论坛 时评 评论 短评 社评 社论 快评 锐评 热评 言论 观点 漫谈 杂谈 杂感 笔谈 漫笔 随笔 札记"
    " 絮语 茶座 视点 论语 議論 論壇 時評 評論 短評 社評 社論 快評 銳評 熱評 言論 觀點 漫談 雜談"
    " 隨筆 筆談 札記 視點 专栏 專欄 今日谈 今日談 大家谈 大家談 街谈 夜话 夜話 观察 觀察 编者按"
    " 編者按 有话说 有話說 纵横 縱橫"
)
_COLUMNS_EN = words(
    "sport sports business local world national nation international metro region regional city"
    " arts culture lifestyle living features feature weather community politics economy science"
    " health education technology travel food entertainment obituaries notices classifieds"
    " briefs news front markets money"
)
_OPINION_EN = words(
    "opinion opinions editorial editorials comment commentary letters viewpoint viewpoints"
    " column columnist perspective analysis essay op-ed opinion/editorial debate forum voices"
)
_OPINION_LINKS = words("to the from editor guest of day our and a readers readers' your staff")


def is_column_name(text: str) -> bool:
    """Return True if a short line is a usual name of a newspaper column or page."""
    label = text.strip(' ·•-—|【】[]《》“”"：:').strip()
    if _is_opinion_column(label) or label in _COLUMNS_ZH:
        return True
    before, mark, last = label.rpartition("·")
    if mark and len(before) <= 8 and last.strip() in _COLUMNS_ZH:  # 青河日报 · 要闻
        return True
    folded = label.lower().removesuffix(" news").removeprefix("in ")
    parts = folded.replace("&", " ").replace(" and ", " ").split()
    return bool(parts) and len(parts) <= 3 and all(part in _COLUMNS_EN for part in parts)


def _is_opinion_column(text: str) -> bool:
    """Return True if a short line names a column of opinion."""
    label = text.strip(' ·•-—|【】[]《》“”"：:').strip()
    if len(label) <= 8 and label.endswith(tuple(_OPINION_ZH)):
        return True
    parts = label.lower().replace("&", " ").split()
    known = any(part in _OPINION_EN for part in parts) or parts[-1:] == ["editor"]
    return known and all(part in _OPINION_EN or part in _OPINION_LINKS for part in parts)


def is_label(text: str) -> bool:
    """Return True if a short line that stands alone may name a column: `Harbour Forum`, `南窗`."""
    parts = text.split()
    if any(c > "\u2e80" for c in text):
        return len(text) <= 6
    return len(parts) <= 3 and len(text) <= 28 and all(part[0].isupper() for part in parts)


def names_opinion(text: str) -> bool:
    """Return True if a label ends as columns of opinion do."""
    return _is_opinion_column(text) or text.lower().rsplit(" ", 1)[-1] in _OPINION_EN
