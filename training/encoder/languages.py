"""Find the directions in which languages differ for the bundled encoder.

usage: python -m training.encoder.languages

A language's mean is that of paragraphs of `training/community`. Of languages without documents
there, it is worked out from `parallel.tsv`, the same sentences in many languages, a language in a
line: their mean there, moved as the others' means are. The directions are the right singular
vectors of the centred means, the strongest written to `models/multilingual-e5-small/languages.npy`,
(directions, dimensions) in half precision.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from index.encoders.bundled import FOLDER, E5Encoder, weights
from index.encoders.transformer import Matrix

_PARALLEL = Path(__file__).with_name("parallel.tsv")
_COMMUNITY = Path(__file__).resolve().parents[1] / "community"
_DIRECTIONS = 16
# Paragraphs of a document and of a language, their least and their greatest length.
_OF_DOCUMENT, _OF_LANGUAGE, _SHORTEST, _LONGEST = 25, 120, 40, 600
_SEED = 0


def paragraphs() -> dict[str, list[str]]:
    """Return paragraphs by the code of their language, the same at every call."""
    chosen = np.random.default_rng(_SEED)
    found: dict[str, list[str]] = {}
    for path in sorted(_COMMUNITY.glob("*.md")):
        parts = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        long = [part.strip()[:_LONGEST] for part in parts if len(part.strip()) >= _SHORTEST]
        some = chosen.permutation(len(long))[:_OF_DOCUMENT]
        found.setdefault(path.name.partition("-")[0], []).extend(long[place] for place in some)
    return {
        code: [texts[place] for place in chosen.permutation(len(texts))[:_OF_LANGUAGE]]
        for code, texts in found.items()
    }


def language_axes() -> Matrix:
    """Return the directions, strongest first."""
    encoder = E5Encoder(weights())
    lines = [line.split("\t") for line in _PARALLEL.read_text(encoding="utf-8").splitlines()]
    said = {code: encoder.encode_documents(texts).mean(axis=0) for code, *texts in lines}
    written = {
        code: encoder.encode_documents(texts).mean(axis=0) for code, texts in paragraphs().items()
    }
    moved = np.mean([written[code] - said[code] for code in written], axis=0)
    means = np.stack([written.get(code, mean + moved) for code, mean in said.items()])
    _, _, axes = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    return np.asarray(axes[:_DIRECTIONS], dtype=np.float32)


def main() -> None:
    """Write the directions beside the encoder's weights."""
    np.save(FOLDER / "languages.npy", language_axes().astype(np.float16))


if __name__ == "__main__":
    main()
