"""The wheel works on its own: built from the source distribution, installed elsewhere, the demo run there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import casework
from casework.base.errors import BadInput

ROOT = Path(__file__).parents[2]

# One worker builds the wheel, for all of these.
pytestmark = pytest.mark.xdist_group("wheel")


def run(
    *command: str | Path, cwd: Path, exit_code: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program away from this checkout and expect its exit code."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CASEWORK"))
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == exit_code, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution: so that is known to be complete too."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (source,) = folder.glob("*.tar.gz")
    # No isolation: hatchling is one of our own development tools, so nothing has to be downloaded.
    pip_wheel = ("pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder)
    run(sys.executable, "-m", *pip_wheel, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an empty virtual environment into which only the wheel was installed.

    Its dependencies are borrowed: a .pth file adds the site-packages of the environment that runs the tests,
    so that no test downloads anything. Python does not follow the .pth files found there, among them the one
    that makes an editable casework importable; so `casework` itself can only come from the wheel, as
    `test_it_is_the_wheel_that_runs` asserts.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(with_pip=False).create(folder)
    bin_ = folder / "bin"
    pip = (sys.executable, "-m", "pip", "--python", bin_ / "python")
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, cwd=folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    return bin_


def files_of(folder: Path) -> set[str]:
    """Paths of all files below `folder`, relative to it, without what Python leaves behind."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".DS_Store"
    }


def test_it_holds_the_whole_package_and_its_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("casework/")}
    expected = {f"casework/{name}" for name in files_of(ROOT / "casework")}
    for data in ("workflows", "letters", "papers"):
        expected |= {f"casework/_data/{data}/{name}" for name in files_of(ROOT / data)}
    assert held == expected


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    program = (
        "import casework, json; from casework.base.resources import letters_dir, workflows_dir;"
        "print(json.dumps([casework.__file__, str(workflows_dir()), str(letters_dir())]))"
    )
    found = json.loads(run(installed / "python", "-c", program, cwd=tmp_path).stdout)
    for path in found:
        assert Path(path).is_relative_to(installed.parent), path
    assert files_of(Path(found[1])) == files_of(ROOT / "workflows")
    assert files_of(Path(found[2])) == files_of(ROOT / "letters")


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert casework.__version__ in run(installed / "casework", "--version", cwd=tmp_path).stdout


def test_the_demo_runs_from_it_and_its_record_verifies(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    here = tmp_path / "here"
    home.mkdir()
    here.mkdir()
    out = here / "demo-out"
    command = installed / "casework"

    run(command, "demo", "--out", out, cwd=here, HOME=str(home))

    assert [path.name for path in here.iterdir()] == ["demo-out"]
    assert {"case-history.pdf", "case-history.json", "workflow.svg", "data"} <= {
        p.name for p in out.iterdir()
    }
    letters = [path for path in out.rglob("*.pdf") if path.name != "case-history.pdf"]
    assert len(letters) >= 7
    for path in [*letters, out / "case-history.pdf"]:
        assert path.read_bytes().startswith(b"%PDF-"), path
    assert "<svg" in (out / "workflow.svg").read_text(encoding="utf-8")
    assert json.loads((out / "case-history.json").read_text(encoding="utf-8"))

    run(command, "--data", out / "data", "audit", "verify", cwd=here, HOME=str(home))
    # Where something stands already, it stays: a second demo says so and stops.
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    run(command, "demo", "--out", out, cwd=here, exit_code=BadInput.exit_code, HOME=str(home))
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
