"""Where the shipped policies, letters and papers are: one answer in a checkout and when installed from the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from casework.base.errors import Unavailable

DEFAULT_POLICY: Final = "england-maintained"
"""The policy that a school adopts if it names none, and that is meant where there is no school yet."""

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def workflows_dir() -> Path:
    """Return the folder of the shipped policies and breach catalogues.

    Raises:
        Unavailable: the installation is incomplete.
    """
    return _shipped("workflows")


def letters_dir() -> Path:
    """Return the folder of the shipped letters, their stylesheet and fonts.

    Raises:
        Unavailable: the installation is incomplete.
    """
    return _shipped("letters")


def papers_dir() -> Path:
    """Return the folder of the shipped working papers and their stylesheet.

    Raises:
        Unavailable: the installation is incomplete.
    """
    return _shipped("papers")


def _shipped(name: str) -> Path:
    """Find shipped data: inside the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "_data" / name
    if installed.is_dir():
        return installed
    # Beside an installed package lie other people's packages: only a checkout has our project file there.
    checkout = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    raise Unavailable(f"casework's own {name} are missing.", remedy="Install casework again.")
