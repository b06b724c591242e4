"""Writing files that somebody takes away: whole or not at all, readable by their owner only, never over another."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from casework.base.errors import BadInput


def write_file(path: Path, data: bytes, *, force: bool = False) -> Path:
    """Write `data` to `path` and return it.

    Args:
        path: where; a folder that is not there is made.
        data: what.
        force: replace a file that is there.

    Raises:
        BadInput: something is there already, or it cannot be written.
    """
    draft = ""
    try:
        if os.path.lexists(path) and not force:
            raise BadInput(
                f"{path} is there already.", remedy="Choose another name with --out, or use --force."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError as problem:
        raise BadInput(f"{path} cannot be written: {problem.strerror or 'unknown reason'}.") from None
    finally:
        if draft:
            with suppress(OSError):
                os.unlink(draft)
    return path
