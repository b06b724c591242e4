"""Which unlock phrases are taken, and which are plainly refused."""

from __future__ import annotations

import pytest

from casework.keyring.errors import PassphraseTooShort, PassphraseTooWeak
from casework.keyring.phrase import checked_phrase


@pytest.mark.parametrize(
    "phrase",
    ["gorse lantern pebble", "three random words", "twelve chars", "Ölkännchen im Garten", "x7#kPq2!vLm9w"],
)
def test_a_phrase_that_nobody_tries_first_is_taken(phrase: str) -> None:
    assert checked_phrase(phrase, ["Helen Marsh", "helen.marsh"]) == phrase


@pytest.mark.parametrize("phrase", ["", "eleven char"])
def test_a_short_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(PassphraseTooShort):
        checked_phrase(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "password1234",
        "Password Password 1!",
        "aaaaaaaaaaaaaaa",
        "abababababab",
        "qwertyuiop123",
        "123456789012",
        "helen.marsh2026",
        "Marsh Helen 1974",
        "Summer2026 school",
        "abcdefghijkl",
    ],
)
def test_a_phrase_that_somebody_would_try_is_refused(phrase: str) -> None:
    with pytest.raises(PassphraseTooWeak):
        checked_phrase(phrase, ["Helen Marsh", "helen.marsh"])


def test_a_phrase_is_the_same_however_a_keyboard_composes_it() -> None:
    assert checked_phrase("cafe\u0301 lantern gorse") == "caf\u00e9 lantern gorse"
