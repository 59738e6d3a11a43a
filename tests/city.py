"""A small city's news in two languages and two scripts, and an index of it."""

from __future__ import annotations

import json
from pathlib import Path

from index.embedder import Embedder
from index.library import Library
from index.pipeline import reindex
from tests.fakes import HashEmbedder

ARTICLES = [
    (
        "bridge",
        "青石大桥修缮完工",
        "青石大桥的修缮工程上周完工，桥面换上了1,280块花岗岩石板。\n"
        "施工期间共有三支队伍轮班，夜间施工时间不超过两小时。",
    ),
    (
        "school",
        "林涛走访乡村小学",
        "教育局长林涛走访了溪口镇的四所乡村小学，要求冬季前装好暖气。\n"
        "孟桥小学的校长说，学生每天要走三公里山路。",
    ),
    (
        "lamps",
        "老城路灯改造",
        "老城区的路灯改造采用PPL-2207型号灯头，电压220伏，2023年4月19日起分三批安装。",
    ),
    (
        "library",
        "市圖書館延長開放時間",
        "市圖書館自下月起延長開放時間，週末開放到晚上九點，閱覽室增加兩百個座位。",
    ),
    (
        "architect",
        "建筑师谈老城",
        "建筑师格鲁诺夫在讲座上说，他设计步行桥时先看水位，再看人流。",
    ),
    (
        "tram",
        "Night trams on the harbour line",
        "The harbour line will run night trams every twenty minutes from the first of May. "
        "Conductor Qiao Yun said that eleven of the old cars had been repaired.",
    ),
    (
        "market",
        "Fish market moves indoors",
        "The fish market on Salt Street moves into the old customs hall before winter. "
        "Ninety stalls have been let, and the rent stays as it was.",
    ),
    (
        "market-again",
        "Fish market moves indoors (update)",
        "The fish market on Salt Street moves into the old customs hall before winter. "
        "Ninety stalls have been let, and the rent stays as it was!",
    ),
]


def build(
    folder: Path, articles: list[tuple[str, str, str]], embedder: Embedder | None = None
) -> Library:
    """Index articles of (name, title, text) below `folder`."""
    documents = folder / "documents"
    documents.mkdir(parents=True)
    rows = [{"id": name, "title": title, "text": text} for name, title, text in articles]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (documents / "city.jsonl").write_text(lines, encoding="utf-8")
    library = Library.open(folder / "data", embedder or HashEmbedder())
    reindex(library, documents)
    return library
