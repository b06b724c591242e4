"""Writing files that somebody takes away: whole or not at all, readable by their owner only, never over another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from casework.base.errors import BadInput
from casework.keyring.disk import make_folder


def write_file(path: Path, data: bytes, *, force: bool = False) -> Path:
    """Write `data` to `path` and return it.

    Args:
        path: where; a folder that is not there is made, for its owner alone.
        data: what.
        force: replace a file that is there.

    Raises:
        BadInput: something is there already, or it cannot be written.
    """
    with writing(path, force=force) as file:
        file.write(data)
    return path


@contextmanager
def writing(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Hand out a file to write to and read back; it gets its name once everything went well, and is gone otherwise.

    Arguments and errors as for `write_file`.
    """
    draft = ""
    try:
        if os.path.lexists(path) and not force:
            raise _taken(path)
        make_folder(path.parent)
        # A name of its own: a long one that is lengthened would be longer than a disk takes.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".casework-")
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(draft, path, force)
    except OSError as problem:
        raise BadInput(
            f"{path} cannot be written: {problem.strerror or 'unknown reason'}.",
            remedy="Choose a folder that you may write to.",
        ) from None
    finally:
        if draft:
            with suppress(OSError):
                os.unlink(draft)


def _name(draft: str, path: Path, force: bool) -> None:
    """Give a finished file its name; unlike a rename, a link never replaces what came there meanwhile."""
    if force:
        os.replace(draft, path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a disk without links, where looking first is the best that can be done
        os.replace(draft, path)


def _taken(path: Path) -> BadInput:
    return BadInput(f"{path} is there already.", remedy="Choose another name with --out, or use --force.")
