"""The quick start is played: every command in it is typed in an empty folder and prints what the page shows."""

from __future__ import annotations

from tests.support.scripts import script


def test_the_quick_start_shows_what_its_commands_print() -> None:
    written, played = script("quickstart").played()
    assert "defect" not in played
    assert played == written, "renew it: python scripts/quickstart.py"
