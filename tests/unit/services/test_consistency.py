"""Proofs of consistency as text: whatever is given is read, or refused in a sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.services.checkpoints import Consistency, generation_of

MADE = Consistency(5, (bytes(range(32)), bytes(32)), "school.example/id/cases/1\n9\nAAAA\n\n\u2014 x y\n")


def test_what_was_written_is_read() -> None:
    assert Consistency.from_text(MADE.to_text()) == MADE


@given(st.integers(0, 200), st.text(max_size=4), st.integers(0, 4))
def test_no_change_of_a_proof_stops_the_reader(place: int, put: str, taken: int) -> None:
    text = MADE.to_text()
    at = place % len(text)
    with suppress(BadInput):
        Consistency.from_text(text[:at] + put + text[at + taken :])


@given(st.text(max_size=60))
def test_no_text_stops_the_reader(text: str) -> None:
    for given_text in (text, f"old {text}", f"old 1\n{text}\n\n{text}"):
        with suppress(BadInput):
            Consistency.from_text(given_text)


@pytest.mark.parametrize(
    ("origin", "newer", "generation"),
    [
        ("a/b/cases/1", "a/b/cases/1", 1),
        ("a/b/cases/1", "a/b/cases/3", 1),
        ("a/b/cases/3", "a/b/cases/1", None),
        ("a/b/access/1", "a/b/cases/1", None),
        ("a/b/cases/x", "a/b/cases/1", None),
        ("a/b/cases/\u0661", "a/b/cases/1", None),
        ("", "", None),
    ],
)
def test_a_generation_is_told_by_the_origin(origin: str, newer: str, generation: int | None) -> None:
    assert generation_of(origin, newer) == generation
