"""Which letters a command is about: a folder that was named, the school's own, or those that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casework.cli.session import Session

if TYPE_CHECKING:
    from casework.correspondence.library import Library


def library(session: Session, folder: Path | None = None) -> Library:
    """Return the letters of `folder` before ours; those that the school adopted; ours, where there is no school yet.

    Raises:
        LettersWrong: a file of the folder cannot be read.
    """
    from casework.correspondence.library import Library, shipped

    if folder is not None:
        from casework.correspondence.findings import raise_if_any
        from casework.correspondence.overlay import read_files

        files, wrong = read_files(folder)
        raise_if_any(wrong)
        return Library.adopted(files)
    from casework.services.errors import UnknownSchool
    from casework.services.own_letters import library_of
    from casework.store.errors import NoStore

    try:
        return library_of(session.workspace, session.school)
    except (NoStore, UnknownSchool):
        return shipped()
