"""The directions of languages are those that the command finds."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoders.bundled import weights


def test_paragraphs_are_the_same_at_every_call() -> None:
    languages = pytest.importorskip("training.encoder.languages")
    assert languages.paragraphs() == languages.paragraphs()
    assert {"en", "zh", "th"} <= set(languages.paragraphs())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_file_is_what_the_command_gives() -> None:
    languages = pytest.importorskip("training.encoder.languages")
    found, kept = languages.language_axes(), weights().language_axes
    # Signs and, between alike strengths, the order may differ; the space they span does not.
    assert np.linalg.norm(found @ kept.T) ** 2 >= 0.98 * len(kept)
