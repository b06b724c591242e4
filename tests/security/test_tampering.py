"""A sample of the changes at random that `python -m tests.support.tampering` makes by the thousand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.tampering import attempt
from tests.support.victim import EXPECTED, UNNOTICED, Victim


@pytest.fixture(scope="module")
def attacked(attacked_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Victim:
    folder = tmp_path_factory.mktemp("tampering") / "data"
    shutil.copytree(attacked_once[0], folder)
    return Victim(folder)


@pytest.mark.parametrize("batch", range(5))
def test_what_is_changed_at_random_is_named_rightly(batch: int, attacked: Victim) -> None:
    outcomes = [attempt(attacked, f"suite/{batch}/{number}") for number in range(12)]
    wrong = [
        f"{one.change.name}: {one.named}, not {sorted(one.change.classes)}"
        for one in outcomes
        if not one.right
    ]
    assert wrong == []


def test_every_column_is_expected_to_be_noticed_or_known_not_to_be() -> None:
    from casework.store.schema import metadata

    columns = {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns}
    assert columns == set(EXPECTED) | UNNOTICED
    assert not set(EXPECTED) & UNNOTICED
