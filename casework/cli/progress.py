"""A bar for what takes longer than a second, on standard error, where somebody sits to see it."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Final

import click

_PATIENCE: Final = 1.0
"""Seconds before a bar appears."""


class Bar:
    """Shows how much is done, once it has taken longer than a second; nothing where standard error is no terminal.

    Args:
        label: what is being done, in a word or two.
        shown: whether there is somebody to see it; found out from the terminal if None.
    """

    def __init__(self, label: str, *, shown: bool | None = None) -> None:
        self._label = label
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._begun = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Bar:
        """Return itself; nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the line of the bar."""
        if self._bar is not None:
            self._bar.render_finish()

    def tell(self, done: int, of: int) -> None:
        """Say how much is done, of how much; the whole may grow."""
        if not self._shown or time.monotonic() - self._begun < _PATIENCE:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=max(of, 1), label=self._label, file=sys.stderr)
        self._bar.length = max(of, done, 1)
        self._bar.update(done - self._bar.pos)
