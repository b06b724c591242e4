"""The scan that every change passes finds what it is there to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scripts import script

PLANTED = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a password in a setting": "database_pass" + 'word = "hunter2-and-more"',
    "a password in an address": "postgresql://adviser" + ":" + "s3cretly@db.example/casework",
    "a token": "gh" + "p_" + "0123456789abcdefghijABCDEFGHIJ012345",
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_that_somebody_typed_is_named_with_its_line(what: str, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(
        f'"""Settings."""\n\nVALUE = 1\n{PLANTED[what]}\n', encoding="utf-8"
    )
    found = script("secret_scan").scan(tmp_path, ["settings.py"])
    assert [(name, line) for name, line, _ in found][:1] == [("settings.py", 4)]
