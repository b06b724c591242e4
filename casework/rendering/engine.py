"""The layout engine, WeasyPrint: loaded on first use, quickly, and without the fonts of this machine.

WeasyPrint costs a third of a second to import, so nothing imports it but `load_engine`. It needs Pango, which
no wheel brings along: where that is missing, the error says what to type.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import functools
import importlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from casework.rendering.errors import EngineMissing

PACKAGES: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
"""What Debian and Ubuntu call the libraries. Without the last, letters take three times as long."""

_SELDOM: Final = ("fontTools.subset", "fontTools.varLib.instancer")
"""What WeasyPrint imports for fonts that change their shape, and for machines without harfbuzz's own subsetter."""

_REMEDY: Final = (
    f"On Debian or Ubuntu, type: sudo apt-get install {' '.join(PACKAGES)}   (on macOS: brew install pango)"
)


@functools.cache
def load_engine(fontconfig_file: Path) -> ModuleType:
    """Return the `weasyprint` module.

    Args:
        fontconfig_file: the list of font folders to go by instead of this machine's; see `only_fonts_of`.

    Raises:
        EngineMissing: a system library is not installed; the remedy names the command.
    """
    try:
        with only_fonts_of(fontconfig_file), _quietly(), _on_first_use(_SELDOM):
            if sys.platform == "linux":
                with contextlib.suppress(OSError), _without_library_search():
                    return importlib.import_module("weasyprint")
            return importlib.import_module("weasyprint")
    except OSError as missing:
        raise EngineMissing(
            "Letters cannot be made: the system library that lays out text (Pango) is not installed.",
            remedy=_REMEDY,
            packages=PACKAGES,
        ) from missing


@contextlib.contextmanager
def only_fonts_of(fontconfig_file: Path) -> Iterator[None]:
    """While this lasts, a new font configuration reads `fontconfig_file` and not the machine's own.

    A letter must not change its looks with what happens to be installed. fontconfig takes the name of its
    file from the environment only, and reads it when a configuration is made.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(fontconfig_file)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Hold back what the import prints: advice that we give ourselves, and that no system font was found."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


class _StandIn(ModuleType):
    """Stands for a module that is imported when one of its functions or classes is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **named: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*args, **named)

        return call


@contextlib.contextmanager
def _on_first_use(names: Iterable[str]) -> Iterator[None]:
    """While this lasts, who imports one of these modules gets a stand-in: a tenth of the time of a first letter."""
    standing = {name: _StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(standing)
    try:
        yield
    finally:
        for name in standing:
            del sys.modules[name]


@contextlib.contextmanager
def _without_library_search() -> Iterator[None]:
    """While this lasts, libraries are opened by their exact names only.

    WeasyPrint tries several spellings for each library, and each that fails is searched for by starting
    programs: 86 in all, a third of the time of the import. On Linux the exact name is among the spellings.
    Where this finds nothing, the caller imports again with the search.
    """
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search
