"""Where the letters' files come from, and that no name leads anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.correspondence.library import Library


@pytest.mark.parametrize("name", ["../outside.html.j2", "shared/../../outside.html.j2", "/etc/hostname"])
def test_no_name_leads_out_of_the_folders(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.html.j2").write_text("secret", "utf-8")
    (tmp_path / "letters" / "shared").mkdir(parents=True)
    assert Library.read((tmp_path / "letters",)).text(name) is None
