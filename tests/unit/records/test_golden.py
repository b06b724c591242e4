from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.records.generate import RENEW, made


@pytest.mark.parametrize("path", made(), ids=lambda path: path.name)
def test_the_golden_history_is_what_the_sample_case_gives(path: Path) -> None:
    assert path.read_bytes() == made()[path], f"If the new bytes are right, renew them: {RENEW}"
