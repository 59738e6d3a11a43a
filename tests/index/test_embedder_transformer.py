"""Models other than the bundled one: the static one, a tiny transformer, and ones not there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.embedder import STATIC_MODEL, StaticEmbedder, TransformerEmbedder, load_embedder
from index.encoders.bundled import FOLDER
from index.errors import ModelUnusable

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS += ["the", "river", "rose", "query", "passage", ":"]


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a transformer of two tiny layers with prompts of its own, and return its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        # Large enough for the words to matter in a model that never learned.
        initializer_range=1.0,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab=vocabulary).save_pretrained(folder / "bert")
    word = Transformer(str(folder / "bert"))
    pooling = Pooling(word.get_embedding_dimension())
    model = SentenceTransformer(
        modules=[word, pooling], prompts={"query": "query: ", "passage": "passage: "}, device="cpu"
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.mark.slow
def test_a_transformer_reads_questions_and_documents_with_its_own_prompts(
    transformer: Path,
) -> None:
    from sentence_transformers import SentenceTransformer

    embedder = load_embedder(str(transformer))
    assert isinstance(embedder, TransformerEmbedder)
    plain = SentenceTransformer(str(transformer), device="cpu")
    wanted = plain.encode(["query: the river rose", "passage: the river rose"], prompt="")
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert np.allclose(embedder.encode_queries(["the river rose"])[0], wanted[0], atol=1e-5)
    assert np.allclose(embedder.encode_documents(["the river rose"])[0], wanted[1], atol=1e-5)
    assert not np.allclose(wanted[0], wanted[1], atol=1e-3)


@pytest.mark.slow
def test_a_transformer_gives_unit_rows_of_its_size(transformer: Path) -> None:
    embedder = load_embedder(str(transformer))
    rows = embedder.encode_documents(["the river", "rose", ""])
    assert rows.shape == (3, embedder.dimensions) == (3, 16)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert embedder.encode_documents([]).shape == (0, 16)
    assert embedder.encode_queries([]).shape == (0, 16)


@pytest.mark.slow
def test_the_name_of_a_transformer_follows_its_prompts(transformer: Path, tmp_path: Path) -> None:
    import shutil

    before = load_embedder(str(transformer)).name
    assert load_embedder(str(transformer)).name == before
    copy = tmp_path / "model"
    shutil.copytree(transformer, copy)
    settings = copy / "config_sentence_transformers.json"
    changed = json.loads(settings.read_text(encoding="utf-8"))
    changed["prompts"]["query"] = "ask: "
    settings.write_text(json.dumps(changed), encoding="utf-8")
    assert load_embedder(str(copy)).name.rpartition("@")[2] != before.rpartition("@")[2]


@pytest.mark.slow
def test_both_libraries_read_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    texts = [
        "how many repair vehicles are on standby",
        "水廠昨晚检修了三台水泵，PPR-9087 is back in service.",
        "The river rose. 河水上涨。" * 300,
    ]
    ours = load_embedder("static").encode_documents(texts)
    theirs = SentenceTransformer(str(STATIC_MODEL), device="cpu").encode(texts)
    assert np.allclose(ours, theirs.astype(np.float32), atol=2e-3)


@pytest.mark.slow
def test_a_static_folder_of_sentence_transformers_runs_on_model2vec(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(STATIC_MODEL / "tokenizer.json"))
    static = StaticEmbedding(tokenizer, embedding_dim=4)
    model = SentenceTransformer(modules=[static], device="cpu")
    model.save(str(tmp_path / "static"))
    embedder = load_embedder(str(tmp_path / "static"))
    assert isinstance(embedder, StaticEmbedder)
    wanted = model.encode(["the river rose"], normalize_embeddings=True)
    assert np.allclose(embedder.encode_queries(["the river rose"]), wanted, atol=1e-5)


@pytest.mark.slow
def test_a_folder_that_holds_no_model_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a model", encoding="utf-8")
    with pytest.raises(ModelUnusable) as caught:
        load_embedder(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.slow
def test_the_bundled_model_is_a_model_of_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["how many repair vehicles are on standby", "水廠昨晚检修了三台水泵。", "", "a " * 700]
    model = SentenceTransformer(str(FOLDER), device="cpu", trust_remote_code=True)
    ours = load_embedder("bundled")
    asked = model.encode(texts, prompt_name="query")
    told = model.encode(texts, prompt_name="document")
    assert model.get_embedding_dimension() == ours.dimensions
    assert np.allclose(asked, ours.encode_queries(texts), atol=2e-3)
    assert np.allclose(told, ours.encode_documents(texts), atol=2e-3)
    model.save(str(tmp_path / "saved"))
    again = load_embedder(str(tmp_path / "saved"))
    assert not isinstance(again, TransformerEmbedder), "it needs no torch"
    assert np.allclose(again.encode_queries(texts), asked, atol=2e-3)
