"""The quick start is played: every command in it is typed in an empty folder and prints what the page shows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_quick_start_shows_what_its_commands_print() -> None:
    spec = importlib.util.spec_from_file_location("quickstart", ROOT / "scripts" / "quickstart.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written, played = script.played()
    assert "defect" not in played
    assert played == written, "renew it: python scripts/quickstart.py"
