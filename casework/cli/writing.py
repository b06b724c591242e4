"""Writing files that somebody takes away: whole or not at all, readable by their owner only, never over another."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from casework.base.errors import BadInput, Unavailable
from casework.keyring.disk import make_folder

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a disk says that has no room, or that takes no file of this length."""


class DiskFull(Unavailable):
    """A disk has no room for a file."""

    code = "disk-full"


def write_file(path: Path, data: bytes, *, force: bool = False) -> Path:
    """Write `data` to `path` and return it.

    Args:
        path: where; a folder that is not there is made, for its owner alone.
        data: what.
        force: replace a file that is there.

    Raises:
        BadInput: something is there already, or it cannot be written. DiskFull: there is no room.
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
        raise not_written(path, problem) from None
    finally:
        if draft:
            with suppress(OSError):
                os.unlink(draft)


def take_over(draft: Path, path: Path, *, force: bool = False) -> Path:
    """Give a file that was made in another folder of the same disk its place, and return that.

    Arguments and errors as for `write_file`.
    """
    try:
        make_folder(path.parent)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o600)
        _name(os.fspath(draft), path, force)
    except OSError as problem:
        raise not_written(path, problem) from None
    return path


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


def not_written(path: Path, problem: OSError) -> BadInput | DiskFull:
    """Return what to raise for a file or folder that could not be written."""
    if problem.errno in _FULL:
        return DiskFull(
            f"{path} cannot be written: the disk has no room for it. Nothing was left behind.",
            remedy="Free some space, or choose another disk.",
        )
    return BadInput(
        f"{path} cannot be written: {problem.strerror or 'unknown reason'}.",
        remedy="Choose a folder that you may write to.",
    )
