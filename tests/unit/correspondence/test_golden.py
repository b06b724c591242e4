from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.letters.generate import HERE, RENEW, made

MADE = made()


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.stem)
def test_the_golden_letter_is_what_its_example_gives(path: Path) -> None:
    assert path.read_text("utf-8") == MADE[path], f"If the new words are right, renew them: {RENEW}"


def test_there_is_no_golden_letter_too_many() -> None:
    assert set(HERE.glob("*.txt")) == set(MADE)
