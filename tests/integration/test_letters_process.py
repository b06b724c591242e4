"""Letters in processes of their own: what is imported when, what is left behind, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKE = """
import hashlib
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example
names = ["hearing-invitation", "suspension"]
made = {name: to_pdf(compose(name, example(name))) for name in names}
print(hashlib.sha256(made["hearing-invitation"]).hexdigest())
"""


def run(code: str, **environment: str) -> str:
    """Run Python code in a new process and return what it prints; nothing may be said on standard error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_same_letter_has_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "none.conf").write_text("<fontconfig></fontconfig>")
    digests = {
        run(MAKE, PYTHONHASHSEED="1"),
        run(
            MAKE.replace('"hearing-invitation", "suspension"', '"suspension", "hearing-invitation"'),
            PYTHONHASHSEED="2",
        ),
        run(
            MAKE,
            TZ="Pacific/Auckland",
            LC_ALL="C",
            FONTCONFIG_FILE=str(tmp_path / "none.conf"),
            HOME=str(tmp_path),
        ),
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == hashlib.sha256().digest_size * 2


def test_no_temporary_file_is_left_behind(tmp_path: Path) -> None:
    run(MAKE, TMPDIR=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_nothing_heavy_is_imported_before_a_letter_is_printed() -> None:
    code = """
import sys
from casework.correspondence.compose import compose, needs
from casework.correspondence.examples import example
needs("suspension"); compose("suspension", example("suspension"))
print([name for name in ("weasyprint", "fontTools", "PIL", "cffi") if name in sys.modules])
"""
    assert run(code) == "[]\n"
