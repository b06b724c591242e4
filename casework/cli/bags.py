"""Writing a bundle: to a folder or to one .zip file, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.cli.writing import not_written, writing
from casework.keyring.disk import make_folder
from casework.records.bundle_zip import ZipSink

if TYPE_CHECKING:
    from casework.records.bundle import Sink


class _Folder:
    """Puts files into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)


@contextmanager
def writing_bag(path: Path, name: str, *, force: bool = False) -> Iterator[Sink]:
    """Hand out a sink for the files of a bundle; it gets its name once everything went well, and is gone otherwise.

    Args:
        path: a name that ends in `.zip`, or the folder.
        name: of the one folder in a .zip.
        force: replace a .zip that is there; a folder is never replaced.

    Raises:
        BadInput: something is there already, or it cannot be written. DiskFull: there is no room.
    """
    if path.suffix.lower() == ".zip":
        with writing(path, force=force) as file, zipfile.ZipFile(file, "w") as archive:
            yield ZipSink(archive, name)
        return
    if os.path.lexists(path):
        raise BadInput(f"{path} is there already.", remedy="Choose a new folder with --out, or a .zip file.")
    try:
        make_folder(path.parent)
        draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=".casework-"))
        try:
            yield _Folder(draft)
            draft.rename(path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as problem:
        raise not_written(path, problem) from None
