from __future__ import annotations

import pytest

from casework.correspondence.library import shipped
from tests.golden.letters.generate import HERE, RENEW, text_of


@pytest.mark.parametrize("letter", shipped().letters)
def test_the_golden_letter_is_what_its_example_gives(letter: str) -> None:
    kept = (HERE / f"{letter}.txt").read_text("utf-8")
    assert kept == text_of(letter), f"If the new words are right, renew them: {RENEW}"


def test_there_is_no_golden_letter_too_many() -> None:
    assert {path.stem for path in HERE.glob("*.txt")} == set(shipped().letters)
