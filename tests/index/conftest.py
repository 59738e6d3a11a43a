"""What the tests of the write path share."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.intake import Intake


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    (tmp_path / "documents" / "news").mkdir(parents=True)
    return Intake(tmp_path / "documents", tmp_path / "data")
