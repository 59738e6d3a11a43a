"""Build the tokenizer: fold, cut into runs, then greedy longest match."""

from __future__ import annotations

from charsmap import compile_charsmap, fold_table
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from vocabulary import HAN, UNKNOWN, WORD_START

from index.text import simplify

# Runs are cut at a length no word reaches, since greedy matching takes the square of it.
_RUNS = (
    f"[{HAN}]{{1,40}}|{WORD_START}[a-z]{{1,40}}|[0-9]{{1,12}}|[\u0370-\u03ff]{{1,40}}"
    "|[\u0400-\u045f]{1,40}|[\u05d0-\u05ea]{1,40}|[\u0620-\u064a]{1,40}|[\u3041-\u30fa]{1,40}"
    "|[\u0e01-\u0e2e]{1,40}|[\u0904-\u0939]{1,40}|[\uac00-\ud7a3]{1,40}"
)


def folding() -> normalizers.Normalizer:
    """Return the normalizer: width, case, accents, simplified Han, and a mark before each word."""
    charsmap = compile_charsmap(fold_table(simplify))
    return normalizers.Sequence(
        [
            normalizers.Precompiled(charsmap),
            normalizers.Replace(Regex("(?<=[a-z])['’](s(?![a-z]))?"), ""),
            normalizers.Replace(Regex("(?<![a-z])(?=[a-z])"), WORD_START),
        ]
    )


def build_tokenizer(tokens: list[str], normalizer: normalizers.Normalizer) -> Tokenizer:
    """Return a tokenizer whose token ids are the positions in `tokens`.

    WordPiece with an empty continuing prefix is greedy longest match, and loads four times
    faster than a Unigram model of the same size.
    """
    model = models.WordPiece(
        {token: number for number, token in enumerate(tokens)},
        unk_token=UNKNOWN,
        continuing_subword_prefix="",
        max_input_chars_per_word=100,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_RUNS), "removed", invert=True)
    return tokenizer
