from __future__ import annotations

import pytest

from tests.golden.records.generate import RENEW, SCHEMA, made


@pytest.mark.parametrize("name", ["sample.json", "sample.txt", SCHEMA.name])
def test_the_golden_history_is_what_the_sample_case_gives(name: str) -> None:
    path, data = next((path, data) for path, data in made().items() if path.name == name)
    assert path.read_bytes() == data, f"If the new bytes are right, renew them: {RENEW}"
