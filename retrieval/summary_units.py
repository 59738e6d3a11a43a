"""Choose what of an article may stand in its summary: prose first, and no boilerplate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.models import Article, Block, BlockKind, Chunk
from language.sentences import sentence_spans

_FEWEST_CHARACTERS = 8
# Prose that says this much, or two statements of it, is a summary; less is filled from the next.
_ENOUGH = 60
_PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.ANSWER))
_LISTED = _PROSE | {BlockKind.LIST_ITEM, BlockKind.QUOTATION}
_LABELLED = _LISTED | {BlockKind.LABELLED_VALUE, BlockKind.CAPTION}
_ROWS = frozenset((BlockKind.TABLE_ROW,))
_EVERYTHING = frozenset(BlockKind)
# What does not end like a statement is a question, or a line of a menu, a footer or a form.
_ENDS = frozenset(".!。！…．｡।॥።។။۔")
_QUOTES = "”\"’'」』）)*_»"
_LEADS_IN = (":", "：")  # a sentence without the list that it leads into
# Scripts that part sentences by a blank, or by nothing, and have no mark for the end of one.
_UNMARKED = re.compile("[\u0e00-\u0eff]")
_FEWEST_UNMARKED = 25
_BOILERPLATE = re.compile(
    r"""copyright|©|\(c\)\s*(?:19|20)\d\d|all\ rights\ reserved|without\ (?:any\ )?warrant
    |licen[sc]ed?\ under|free\ software\ foundation|free\ software[:;]\ you|spdx-|redistribut
    |creative\ commons|\bcc[ -]by\b|terms\ of\ (?:the|this)\ licen[sc]e|\bcookies?\b.{0,40}accept
    |accept.{0,40}\bcookies\b|subscribe\ to\ our|javascript\ (?:is|must\ be)\ |sent\ from\ my
    |click\ here|edit\ (?:this|on)\ (?:page|github)|last\ (?:updated|modified|edited)
    |back\ to\ (?:top|the\ top)|table\ of\ contents|(?:next|previous)\ page
    |版权所有|版權所有|著作權|保留所有权利|保留所有權利|知识共享|創用\s?cc|许可协议|授權條款
    |返回顶部|回到頂端|回頁首|上一页|下一页|上一頁|下一頁|点击这里|點擊這裡|最后更新|最後更新
    |alle\ rechte\ vorbehalten|tous\ droits\ réservés|todos\ los\ derechos|tutti\ i\ diritti
    |все\ права\ защищены|無断転載|모든\ 권리\ 보유""",
    re.IGNORECASE | re.VERBOSE,
)
_ASIDE_SECTION = re.compile(
    r"(?:references?|see also|further reading|external links|links|licen[sc]e(?: and .*)?|copyright"
    r"|licensing|imprint|impressum|legal(?: notice)?|acknowledge?ments?|credits|footnotes|notes"
    r"|changelog|参考(?:资料|文献|链接|資料|文獻)?.{0,8}|外部链接|外部連結|延伸阅读|延伸閱讀|相关链接"
    r"|相關連結|版权(?:声明)?|版權(?:聲明)?|许可证?|授權|致谢|致謝|脚注|腳註|注释|註釋"
    r"|einzelnachweise|weblinks|siehe auch|références|voir aussi|liens externes|referencias"
    r"|véase también|примечания|см\. также|ссылки|参照|関連項目|脚注|각주|같이 보기)",
    re.IGNORECASE,
)
# The foot of a table: "* only with a permit".
_FOOTNOTE = re.compile(r"[*†‡]|[⁰¹²³⁴-⁹]+\s")
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+?>?[.．。]?")

_Blocks = Sequence[tuple[Chunk, Block]]


class Quotable(NamedTuple):
    """A stretch that may be quoted: its span, its block and passage; rows as they are `shown`."""

    start: int
    end: int
    block: Block
    chunk_id: str
    shown: str = ""

    @property
    def section(self) -> str:
        """Return the main section that it is of."""
        return self.block.path[0] if self.block.path else ""

    @property
    def is_row(self) -> bool:
        """Return True for a row of a table."""
        return self.block.kind is BlockKind.TABLE_ROW


def quotable_units(article: Article, chunks: Sequence[Chunk]) -> list[Quotable]:
    """Return the sentences of an article's prose; where it says little, its items too.

    Labels, captions and table rows are taken only where there is nothing else, code and column
    names last. Boilerplate, footnotes, and sections of references are left out, unless the
    article is nothing else.
    """
    every = [(chunk, block) for chunk in chunks for block in chunk.blocks]
    useful = [(chunk, block) for chunk, block in every if _is_useful(article, block)]
    return (
        _prose(article, useful, whole=False)
        or [_row(article, chunk, block) for chunk, block in useful if block.kind in _ROWS]
        or _prose(article, every, whole=True)
        or list(_sentences(article, every, _EVERYTHING, closed=False, whole=True))
    )


def _prose(article: Article, blocks: _Blocks, *, whole: bool) -> list[Quotable]:
    """Return the sentences of the first kinds of blocks that say enough, else of the most."""
    best: list[Quotable] = []
    for kinds, closed in ((_PROSE, True), (_LISTED, True), (_LISTED, False), (_LABELLED, False)):
        found = list(_sentences(article, blocks, kinds, closed=closed, whole=whole))
        best = found if _length(found) > _length(best) else best
        if len(best) > 1 or _length(best) >= _ENOUGH:
            break
    return best


def _length(found: Sequence[Quotable]) -> int:
    return sum(one.end - one.start for one in found)


def _is_useful(article: Article, block: Block) -> bool:
    """Return True unless a block stands among references, or is a footnote or an address."""
    if any(_ASIDE_SECTION.fullmatch(heading.strip(" :：")) for heading in block.path):
        return False
    text = article.text[block.start : block.end]
    return not (_FOOTNOTE.match(text) or _ADDRESS.fullmatch(text))


def _sentences(
    article: Article, blocks: _Blocks, kinds: frozenset[BlockKind], *, closed: bool, whole: bool
) -> Iterator[Quotable]:
    """Yield the sentences of blocks of some kinds.

    `closed` leaves out what ends in no mark; boilerplate, and what only leads into a list, is
    taken only with `whole`.
    """
    for chunk, block in blocks:
        if block.kind not in kinds:
            continue
        for first, last in sentence_spans(article.text[block.start : block.end]):
            start, end = block.start + first, block.start + last
            text = article.text[start:end]
            if len(text) < _FEWEST_CHARACTERS or (closed and not is_statement(text)):
                continue
            left_out = text.endswith(_LEADS_IN) or _BOILERPLATE.search(text)
            if whole or not (left_out or _ADDRESS.fullmatch(text)):
                yield Quotable(start, end, block, chunk.id)


def is_statement(text: str) -> bool:
    """Return True if a sentence ends like one."""
    if text.rstrip(_QUOTES)[-1:] in _ENDS:
        return True
    return len(text) >= _FEWEST_UNMARKED and bool(_UNMARKED.search(text))


def _row(article: Article, chunk: Chunk, block: Block) -> Quotable:
    """Return a table row, shown with its column names."""
    named: dict[int, tuple[str, str]] = {}
    for name, (start, end) in zip(block.columns, block.cells, strict=True):
        # A cell that spans columns is shown once, under the first.
        named.setdefault(start, (name.rstrip(" :："), article.text[start:end]))
    shown = " · ".join(f"{name}: {cell}" if name else cell for name, cell in named.values() if cell)
    return Quotable(block.start, block.end, block, chunk.id, shown if any(block.columns) else "")
