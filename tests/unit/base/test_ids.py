"""Ids, references and dice."""

from __future__ import annotations

import hashlib
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.base.ids import (
    SeededDice,
    SystemDice,
    new_id,
    new_reference,
    parse_id,
    parse_reference,
)


class FixedDice:
    """Dice that give what they were told."""

    def __init__(self, given: bytes) -> None:
        self.given = given

    def bytes(self, n: int) -> bytes:
        """Return all that was given."""
        assert len(self.given) == n
        return self.given


def test_the_seeded_stream_is_the_documented_one() -> None:
    block_0 = hashlib.sha256(b"seed" + bytes(8)).digest()
    block_1 = hashlib.sha256(b"seed" + bytes(7) + b"\x01").digest()
    assert SeededDice(b"seed").bytes(64) == block_0 + block_1
    # Golden files stand on these bytes: they may never change.
    assert SeededDice(b"casework").bytes(8).hex() == "4931ba1a1d97b36e"


@given(st.lists(st.integers(0, 100), max_size=20))
def test_how_the_seeded_stream_is_cut_makes_no_difference(sizes: list[int]) -> None:
    dice = SeededDice(b"x")
    assert b"".join(dice.bytes(n) for n in sizes) == SeededDice(b"x").bytes(sum(sizes))


def test_system_dice_do_not_repeat() -> None:
    dice = SystemDice()
    assert len({dice.bytes(16) for _ in range(100)}) == 100
    assert dice.bytes(0) == b""


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_the_uuid4_of_its_bytes(raw: bytes) -> None:
    made = new_id(FixedDice(raw))
    assert made == str(uuid.UUID(bytes=raw, version=4))
    assert parse_id(made) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7c9e6679-7425-40de-944b-e07fc1f90ae",
        "7C9E6679-7425-40DE-944B-E07FC1F90AE7",
        "7c9e667974254 0de944be07fc1f90ae7",
        "7c9e6679742540de944be07fc1f90ae7",
        "{7c9e6679-7425-40de-944b-e07fc1f90ae7}",
        "7c9e6679-7425-10de-944b-e07fc1f90ae7",
        "7c9e6679-7425-40de-c44b-e07fc1f90ae7",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7\n",
        "\u0667c9e6679-7425-40de-944b-e07fc1f90ae7",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_an_id_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is not an id"):
        parse_id(text)


@given(st.binary(min_size=3, max_size=3), st.integers(2000, 2099))
def test_a_reference_has_its_form_and_is_read_back(raw: bytes, year: int) -> None:
    made = new_reference(FixedDice(raw), "ASH", year)
    assert re.fullmatch(r"ASH-\d\d-[0-9A-HJKMNP-TV-Z]{4}", made)
    assert made[4:6] == f"{year}"[2:]
    assert parse_reference(made) == made


def test_a_reference_uses_all_twenty_bits() -> None:
    assert new_reference(FixedDice(b"\x00\x00\x0f"), "ASH", 2026) == "ASH-26-0000"
    assert new_reference(FixedDice(b"\xff\xff\xf0"), "ASH", 2026) == "ASH-26-ZZZZ"
    assert new_reference(FixedDice(bytes.fromhex("084430")), "OAK2", 2009) == "OAK2-09-1123"


@pytest.mark.parametrize("prefix", ["", "A", "ash", "4SH", "TOOLONG", "A-B", "AS H", "\u00c9CO", "ASH\n"])
def test_a_bad_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(BadInput, match="cannot begin"):
        new_reference(SeededDice(b"x"), prefix, 2026)


@pytest.mark.parametrize("year", [26, 1999, 2100])
def test_a_bad_year_is_refused(year: int) -> None:
    with pytest.raises(BadInput, match="year"):
        new_reference(SeededDice(b"x"), "ASH", year)


@pytest.mark.parametrize("typed", ["ash-26-7kq0", " ASH-26-7KQO ", "Ash-26-7kqo"])
def test_a_reference_is_read_as_it_was_meant(typed: str) -> None:
    assert parse_reference(typed) == "ASH-26-7KQ0"


def test_only_the_random_part_is_read_for_what_it_looks_like() -> None:
    assert parse_reference("oil-26-il01") == "OIL-26-1101"


@pytest.mark.parametrize(
    "typed", ["", "ASH", "ASH-2026-7KQ4", "ASH-26-7KQ", "ASH-26-7KQU", "ASH-26-7KQ45", "ASH/26/7KQ4"]
)
def test_what_is_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a case reference"):
        parse_reference(typed)
