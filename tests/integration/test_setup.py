"""The set-up script on machines that lack something: it mends what it may, else says exactly what to type.

Each machine is a folder of programs that stands in for PATH. Nothing is installed: the script stops, or the
stand-ins write down how they were called.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class Machine:
    """A checkout in which set-up runs, and the programs that it finds."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.programs = folder / "bin"
        self.calls = folder / "calls"
        shutil.copytree(
            ROOT / "scripts", self.checkout / "scripts", ignore=shutil.ignore_patterns("__pycache__")
        )
        self.programs.mkdir()
        for name in ("sh", "dirname", "sed", "touch", "env"):
            self.add(name, f'exec {shutil.which(name)} "$@"')
        self.add("uname", "echo Linux")
        self.add("id", "echo 1000")

    def add(self, name: str, script: str) -> None:
        """Put a program on this machine's PATH."""
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def add_python(self, *, libraries_missing: str = "", then: str = "", has_venv: bool = True) -> None:
        """Add a Python that lacks libraries until the file `then` exists, and makes no environment."""
        self.add(
            "python3",
            'echo "python3 $*" >>' + str(self.calls) + "\n"
            'case "$*" in\n'
            f'scripts/libraries.py) [ -e "{then or "/nowhere"}" ] || printf "{libraries_missing}" ;;\n'
            f'"-c import ensurepip, venv") exit {0 if has_venv else 1} ;;\n'
            '"-m venv "*) exit 9 ;;\n'
            f'*) exec {sys.executable} "$@" ;;\n'
            "esac",
        )

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run set-up with nothing of the real machine's environment."""
        return subprocess.run(
            [str(self.programs / "sh"), "scripts/setup.sh", "dev", ".venv/.set-up-dev"],
            cwd=self.checkout,
            env={"PATH": str(self.programs), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self, program: str) -> list[str]:
        """How `program` was called, in order."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.startswith(program)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_old_python_is_named_in_one_sentence(machine: Machine) -> None:
    machine.add("python3", '[ "$1" = --version ] && echo "Python 3.9.2" || exit 1')
    done = machine.set_up()
    assert done.returncode == 1
    assert "casework needs Python 3.11 or newer, and python3 here is: Python 3.9.2." in done.stderr


def test_no_python_at_all(machine: Machine) -> None:
    done = machine.set_up()
    assert done.returncode == 1
    assert "casework needs Python 3.11 or newer, and python3 here is: no Python 3." in done.stderr


def test_a_chosen_python_is_the_only_one_tried(machine: Machine) -> None:
    machine.add_python()
    done = machine.set_up(PYTHON="python3.8")
    assert done.returncode == 1
    assert "python3.8 here is" in done.stderr


def test_a_missing_venv_module_names_the_package(machine: Machine) -> None:
    machine.add_python(has_venv=False)
    done = machine.set_up()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.returncode == 1
    assert f"sudo apt-get update && sudo apt-get install -y python{version}-venv" in done.stderr


@pytest.mark.parametrize("with_apt", [True, False])
def test_missing_libraries_without_the_right_to_install_them(machine: Machine, with_apt: bool) -> None:
    machine.add_python(libraries_missing="pango\\nharfbuzz-subset\\n")
    if with_apt:
        machine.add("apt-get", f'echo "apt-get $*" >>{machine.calls}')
        machine.add("sudo", "exit 1")
    done = machine.set_up()
    assert done.returncode == 1
    assert "missing here: pango, harfbuzz-subset." in done.stderr
    assert (f"\n    sudo apt-get update && sudo apt-get install -y {PACKAGES}\n" in done.stderr) is with_apt
    assert machine.called("apt-get") == []
    assert not (machine.checkout / ".venv").exists()


@pytest.mark.parametrize("way", ["root", "sudo"])
def test_missing_libraries_are_installed_where_apt_may_be_used(machine: Machine, way: str) -> None:
    installed = machine.checkout / "installed"
    machine.add_python(libraries_missing="pango\\n", then=str(installed))
    machine.add(
        "apt-get", f'echo "apt-get $*" >>{machine.calls}; case "$*" in *install*) : >{installed} ;; esac'
    )
    if way == "root":
        machine.add("id", "echo 0")
    else:
        machine.add("sudo", '[ "$1" = -n ] || exit 1; shift; exec "$@"')
        machine.add("true", "exit 0")
    done = machine.set_up()
    update, install = machine.called("apt-get")
    assert update.endswith(" update")
    assert install.endswith(f" install -y --no-install-recommends {PACKAGES}")
    # The libraries are there, so it went on to make the environment, where the stand-in stops it.
    assert machine.called("python3")[-1] == "python3 -m venv --clear .venv"
    assert done.returncode == 9


def test_a_failing_apt_says_that_it_was_tried(machine: Machine) -> None:
    machine.add_python(libraries_missing="pango\\n")
    machine.add("id", "echo 0")
    machine.add("apt-get", "echo 'E: no network' >&2; exit 100")
    done = machine.set_up()
    assert done.returncode == 1
    assert "E: no network" in done.stderr
    assert "It was tried just now and did not succeed" in done.stderr
    assert f"    sudo apt-get update && sudo apt-get install -y {PACKAGES}\n" in done.stderr


def test_apt_can_be_declined(machine: Machine) -> None:
    machine.add_python(libraries_missing="pango\\n")
    machine.add("id", "echo 0")
    machine.add("apt-get", f'echo "apt-get $*" >>{machine.calls}')
    done = machine.set_up(CASEWORK_APT="no")
    assert done.returncode == 1
    assert "CASEWORK_APT=no" in done.stderr
    assert machine.called("apt-get") == []


def test_macos_gets_a_homebrew_command(machine: Machine) -> None:
    machine.add_python(libraries_missing="pango\\n")
    machine.add("uname", "echo Darwin")
    done = machine.set_up()
    assert done.returncode == 1
    assert "\n    brew install pango\n" in done.stderr


@pytest.mark.parametrize("may_install", [True, False])
def test_chromium_is_installed_where_that_may_be_and_missed_in_one_sentence_otherwise(
    machine: Machine, may_install: bool
) -> None:
    machine.add_python()
    made = machine.checkout / ".venv" / "bin" / "python"
    made.parent.mkdir(parents=True)
    made.write_text("#!/bin/sh\nexit 0\n")
    made.chmod(0o755)
    if may_install:
        machine.add("id", "echo 0")
        program = machine.programs / "chromium"
        install = f"*install*) : >{program}; {shutil.which('chmod')} +x {program} ;;"
        machine.add("apt-get", f'echo "apt-get $*" >>{machine.calls}; case "$*" in {install} esac')
    done = machine.set_up()
    assert done.returncode == 0, done.stderr
    assert (machine.checkout / ".venv" / ".set-up-dev").exists()
    installed = [call for call in machine.called("apt-get") if call.endswith("chromium")]
    assert len(installed) == may_install
    assert ("There is no Chromium here" in done.stderr) is not may_install
