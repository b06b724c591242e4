"""The pages on security name tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
PAGE = DOCS / "security.md"


@pytest.mark.parametrize("page", ["security.md", "threat-model.md"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    said = (DOCS / page).read_text(encoding="utf-8")
    places = re.findall(r"`((?:unit|integration|contract|security)/[\w/.]*)(?:::(test_\w+))?`", said)
    assert len(places) > 20
    for place, name in places:
        assert (TESTS / place).exists(), place
        assert not name or f"def {name}(" in (TESTS / place).read_text(encoding="utf-8"), name


def test_what_the_page_names_alone_is_a_test_of_security() -> None:
    alone = re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8"))
    ours = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("security/*.py"))
    assert alone and not [name for name in alone if f"def {name}(" not in ours]


def test_each_line_of_what_is_protected_names_its_test() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Protected")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert lines and not [
        line for line in lines if not re.search(r"`(unit|integration|contract|security)/", line)
    ]
