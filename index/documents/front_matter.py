"""Read the front matter of a document: its title, author, date and what else it says of itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from index.documents.builder import BlockBuilder
from index.documents.links import is_page

# The names of an article's fields, as documents and tables write them.
_FIELDS = {
    "title": "title 标题 題目 题目 標題",
    "subtitle": "subtitle 副标题 副標題",
    "kicker": "kicker 引题",
    "date": "date published pubdate 日期 时间 發布日期 发布日期",
    "author": "author authors byline 作者 记者 記者",
    "source": "source publisher 来源 來源",
    "url": "url link 链接 連結 网址",
    "section": "section category 栏目 欄目 版面",
}
_FIELD_OF = {name: key for key, names in _FIELDS.items() for name in names.split()}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FENCED = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_ENTRY = re.compile(r"([\w-]{1,20})[ \t]*[:：][ \t]*(.*)")
_BARE_HEAD = re.compile(r"\s*(?:title|标题|標題)[ \t]*[:：][ \t]*\S", re.IGNORECASE)
_MOST_BARE = 12
_LONGEST = 20_000
_LONGEST_VALUE = 500
_MOST_LISTED = 30
# What a site's engine reads, and no visitor.
_TECHNICAL = _names(
    "layout template type weight order draft published slug permalink url link id uuid aliases"
    " alias redirect_from redirect_to redirect cssclass cssclasses class theme icon image images"
    " img cover thumbnail banner featured featured_image toc toc_depth nav nav_order navigation"
    " nav_exclude has_children parent grand_parent sidebar sidebar_position sidebar_label"
    " sidebartitle sidebar_class_name hide hide_title hide_table_of_contents pagination_next"
    " pagination_prev search head meta seo robots canonical canonical_url lang language locale"
    " math mathjax katex comments comment share pinned sticky hidden index noindex editable"
    " edit_url edit custom_edit_url output format generator kind menu menus build cascade"
    " outputs markup linktitle title_short mode version_added icontype color colour background"
    " css js scripts styles params hero actions features footer header prev next outline"
    " lastmod_git render_with_liquid og og_image"
)
# Where an entry leads to the page itself, if it holds a whole address.
_ADDRESSES = _names("url permalink canonical canonical_url link")
_DESCRIPTIONS = _names("description summary excerpt abstract lead deck 摘要 描述 简介 簡介")


@dataclass(slots=True)
class FrontMatter:
    """What a document says of itself: the `fields` of an article, and other entries by name."""

    fields: dict[str, str] = field(default_factory=dict)
    others: list[tuple[str, str]] = field(default_factory=list)

    @property
    def byline(self) -> str:
        """Return the author and the source."""
        return credit(self.fields)


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Return the front matter of a text, YAML, TOML or plain lines, and the text after it.

    It stands between lines of `---` or `+++`, or is a block of lines such as `Title: …` alone.
    """
    fenced = _FENCED.match(text[:_LONGEST])
    if fenced:
        entries = _parsed(fenced.group(1), fenced.group(2)) or _known_lines(fenced.group(2))
        rest = text[fenced.end() :]
    elif _BARE_HEAD.match(text[:200]):
        head, _, rest = text.lstrip().partition("\n\n")
        entries = _known_lines(head)
        if not 1 < len(entries) == len(head.splitlines()) <= _MOST_BARE:
            entries = {}
    else:
        entries = {}
    if not entries:
        return FrontMatter(), text
    found = FrontMatter()
    for name, value in entries.items():
        words = _words(value)
        key = field_name(str(name))
        if str(name).lower() in _ADDRESSES:
            key = "url" if is_page(words) else ""
        if key and words:
            found.fields.setdefault(key, words)
        if words and _is_read(str(name), key):
            found.others.append((str(name), words))
    return found, rest


def field_name(name: str) -> str:
    """Return which field an entry, or a column of a table, stands for; "" for none."""
    return _FIELD_OF.get(name.strip().lower(), "")


def credit(fields: Mapping[str, str]) -> str:
    """Return the author and the source as one byline."""
    return " · ".join(fields[key] for key in ("author", "source") if fields.get(key))


def add_front_matter(builder: BlockBuilder, found: FrontMatter) -> None:
    """Add what can be asked for: a subtitle or summary as a paragraph, other entries by name."""
    for name, value in found.others:
        if name.lower() in _DESCRIPTIONS or field_name(name) == "subtitle":
            builder.paragraph(value.replace("`", ""))
        else:
            builder.labelled(name, value, "：" if not name.isascii() else ": ")


def _parsed(fence: str, text: str) -> Mapping[str, Any] | None:
    """Return the entries of YAML or TOML, every value of YAML as it is written; None if broken."""
    import yaml  # 20 ms

    try:
        entries = tomllib.loads(text) if fence == "+++" else yaml.load(text, yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError, AttributeError):
        return None
    return entries if isinstance(entries, dict) and entries else None


def _words(value: object) -> str:
    """Return a value as words: a list with commas between, nothing for what is nested in one.

    An author may be a table with a name.
    """
    parts = value[:_MOST_LISTED] if isinstance(value, list) else [value]
    named = [
        part.get("name", part.get("title")) if isinstance(part, dict) else part for part in parts
    ]
    told = [" ".join(str(part).split()) for part in named if _is_plain(part)]
    return ", ".join(part for part in told if part)[:_LONGEST_VALUE]


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, dict | list | bool)


def _is_read(name: str, key: str) -> bool:
    """Return True if a visitor could ask for an entry."""
    if key in {"title", "url"} or name.startswith("_"):
        return False
    return name.lower().replace("-", "_") not in _TECHNICAL


def _known_lines(block: str) -> dict[str, str]:
    """Return the `key: value` lines of a block that stand for a field, where it is no YAML."""
    lines = (_ENTRY.fullmatch(line.strip()) for line in block.splitlines())
    return {
        line.group(1): line.group(2).strip("\"' ")
        for line in lines
        if line and field_name(line.group(1))
    }
