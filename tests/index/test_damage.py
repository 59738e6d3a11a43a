"""Damaged stores and full disks: noticed by the probe, told in one sentence, built anew."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import StoreUnusable
from index.library import Library
from index.pipeline import reindex
from tests.engines import content_of
from tests.fakes import HashEmbedder, write_articles

STORES = ["docent.db", "catalog.db", "lexicon/*.store", "lexicon/meta.json", "data_level0.bin"]
STORES += ["chroma.sqlite3", "index_metadata.pickle", *(f"lexicon/*.{s}" for s in ("term", "pos"))]
# Any run makes the terms and the graph over the vectors again from the catalog; without the graph
# all vectors are compared.
MADE_AGAIN = {store for store in STORES if not store.endswith(".db")}
GRAPH = {store for store in MADE_AGAIN if not store.startswith("lexicon")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and their index, to be copied and damaged."""
    place = tmp_path_factory.mktemp("built")
    articles = {
        f"a{n}.md": (f"Town {n}", f"Town {n} has {n * 7} lamps. 第{n}镇。" * 30) for n in range(40)
    }
    write_articles(place / "documents", articles)
    library = Library.open(place / "data", HashEmbedder())
    reindex(library, place / "documents")
    (place / "digest").write_text(content_of(library))
    (place / "nearest").write_text(" ".join(nearest(library)))
    library.close()
    return place


def nearest(library: Library) -> list[str]:
    """Return the passages nearest to a question."""
    hits = library.nearest(HashEmbedder().encode_queries(["Town 3"])[0], 5)
    return [hit.chunk_id for hit in hits]


def ask(library: Library) -> int:
    """Ask by both legs and read what was found; return how much that is."""
    hits = library.matching([("terms", "lamps", 1.0)], 5)
    return len(library.chunks([*nearest(library), *(hit.chunk_id for hit in hits)]))


# Without a ledger there is no index, which is no damage: the next run builds one.
HARMS = [
    pytest.param(store, harm, marks=[pytest.mark.slow] if harm == "nothing" else [])
    for store in STORES
    for harm in ("half", "nothing", "gone")
    if store != "docent.db" or harm == "half"
]


@pytest.mark.parametrize(("store", "harm"), HARMS)
def test_damage_is_told_and_a_run_mends_it(
    built: Path, tmp_path: Path, store: str, harm: str
) -> None:
    data = shutil.copytree(built / "data", tmp_path / "data")
    (path,) = data.rglob(store)
    if harm == "gone":
        path.unlink()
    else:
        os.truncate(path, path.stat().st_size // 2 if harm == "half" else 0)
    library = Library.open(data, HashEmbedder())
    with pytest.raises(StoreUnusable) as caught:
        library.probe()
    for language in ("en", "zh"):
        told = caught.value.localize(language)
        command = "docent index" if store in MADE_AGAIN else "docent index --full"
        assert f"`{command}`" in told
        assert "\n" not in told
    if store in GRAPH:
        assert ask(library) > 5 and nearest(library) == (built / "nearest").read_text().split()
    else:
        with pytest.raises(StoreUnusable):
            ask(library)
            reindex(library, built / "documents")
            ask(library)
            raise AssertionError("nobody noticed")
    report = reindex(library, built / "documents", full=store not in MADE_AGAIN)
    assert report.articles == 40 and (report.embedded == 0) is (store in MADE_AGAIN)
    library.probe()
    assert ask(library) > 5
    assert content_of(library) == (built / "digest").read_text()
    library.close()


def test_lost_ledger_is_an_index_to_be_built(built: Path, tmp_path: Path) -> None:
    data = shutil.copytree(built / "data", tmp_path / "data")
    (data / "docent.db").unlink()
    (data / "generations" / "7").mkdir()
    library = Library.open(data, HashEmbedder())
    assert library.generation == 0
    assert reindex(library, built / "documents").added == 40
    assert content_of(library) == (built / "digest").read_text()
    assert [path.name for path in (data / "generations").iterdir()] == ["1"]


def test_open_reader_finds_the_index_that_took_the_place_of_another(
    built: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(built / "data", tmp_path / "data")
    reader = Library.open(data, HashEmbedder())
    assert ask(reader) > 5
    shutil.rmtree(data)
    assert reader.generation == 0
    writer = Library.open(data, HashEmbedder())
    reindex(writer, built / "documents")
    assert ask(reader) > 5
    assert content_of(reader) == content_of(writer)


def test_terms_that_lost_passages_are_noticed_and_made_again(built: Path, tmp_path: Path) -> None:
    data = shutil.copytree(built / "data", tmp_path / "data")
    library = Library.open(data, HashEmbedder())
    with library.snapshot() as catalog:
        key = next(catalog.keys())
    (folder,) = data.rglob("lexicon")
    from index.store.full_text import FullTextIndex

    writer = FullTextIndex(folder).writer()
    writer.delete([key])
    writer.commit()
    writer.close()
    with pytest.raises(StoreUnusable) as caught:
        library.probe()
    assert "39 of 40 terms" in str(caught.value)
    assert reindex(library, built / "documents").embedded == 0
    library.probe()
    assert content_of(library) == (built / "digest").read_text()


def test_terms_made_again_rank_as_before_and_a_bot_that_is_open_reads_them(
    built: Path, tmp_path: Path
) -> None:
    documents = shutil.copytree(built / "documents", tmp_path / "documents")
    data = shutil.copytree(built / "data", tmp_path / "data")
    wanted = [("terms", "lamps", 1.0), ("terms", "7", 2.0)]
    bot = Library.open(data, HashEmbedder())
    before = bot.matching(wanted, 40)
    assert len(before) > 5
    (lexicon,) = data.rglob("lexicon")
    # What a run leaves that is killed while it makes them again.
    (lexicon.parent / "lexicon-new").mkdir()
    (lexicon / "meta.json").write_text("{")
    with pytest.raises(StoreUnusable):
        bot.matching(wanted, 40)
    write_articles(documents, {"new.md": ("Harbour", "The harbour has a crane.")})
    (documents / "a39.md").unlink()
    report = reindex(Library.open(data, HashEmbedder()), documents)
    assert (report.added, report.removed, report.embedded) == (1, 1, 1)
    assert [path.name for path in lexicon.parent.glob("lexicon*")] == ["lexicon"]
    assert len(bot.matching([("terms", "harbour", 1.0)], 5)) == 1
    bot.probe()
    clean = Library.open(tmp_path / "clean", HashEmbedder())
    reindex(clean, documents)
    assert content_of(bot) == content_of(clean)
    # What was there comes in the same order as in an index that one run builds.
    ranked = [hit.chunk_id for hit in bot.matching(wanted, 40)]
    assert ranked == [hit.chunk_id for hit in clean.matching(wanted, 40)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(mount).returncode != 0:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_full_disk_is_one_sentence_and_the_old_index_answers(
    built: Path, small_disk: Path, tmp_path: Path
) -> None:
    documents = shutil.copytree(built / "documents", tmp_path / "documents")
    data = shutil.copytree(built / "data", small_disk / "data")
    library = Library.open(data, HashEmbedder())
    more = {f"b{n}.md": (f"City {n}", f"City {n} has {n} trams. " * 200) for n in range(300)}
    write_articles(documents, more)
    for full in (False, True):
        with pytest.raises(StoreUnusable) as caught:
            reindex(library, documents, full=full)
        assert caught.value.key == "errors.store_unwritable", str(caught.value)
        assert "DATA_DIR" in str(caught.value)
        assert content_of(library) == (built / "digest").read_text()
        assert ask(library) > 5
    for name in more:
        (documents / name).unlink()
    assert reindex(library, documents).unchanged == 40
    assert content_of(library) == (built / "digest").read_text()
    library.close()


def test_probe_finds_a_disk_without_room(small_disk: Path) -> None:
    with pytest.raises(OSError):
        (small_disk / "filler").write_bytes(b"\0" * 4_000_000)
    with pytest.raises(StoreUnusable) as caught:
        Library.open(small_disk / "data", HashEmbedder()).probe()
    assert caught.value.key == "errors.store_unwritable"


_LIMITED = """
import sys
from pathlib import Path
from index.errors import StoreUnusable
from index.library import Library
from index.pipeline import reindex
from tests.fakes import HashEmbedder
library = Library.open(Path(sys.argv[1]), HashEmbedder())
try:
    reindex(library, Path(sys.argv[2]))
except StoreUnusable as error:
    print(error.key)
"""


def test_quota_on_files_is_one_sentence(built: Path, tmp_path: Path, root: Path) -> None:
    def limit() -> None:
        # A write beyond the limit is then an error instead of the end of the process.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "data"), str(built / "documents")],
        cwd=root,
        preexec_fn=limit,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["errors.store_unwritable"], done.stdout + done.stderr
    library = Library.open(tmp_path / "data", HashEmbedder())
    assert reindex(library, built / "documents").added == 40
