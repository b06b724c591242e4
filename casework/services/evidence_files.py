"""Files of evidence as they come in: a name that is safe, a kind that is told from the content, a first look inside.

The first look is taken by a process of little power (`casework.rendering.untrusted`). A file that cannot be opened is
kept all the same, sealed as it came: it may be the very evidence. It is only never printed, and the record says why.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.rendering.untrusted.clean import REMARKS, WHY, Cleaned, Cleaner
from casework.rendering.untrusted.kinds import Kind, kind_of
from casework.services.files import SealedFile, seal_bytes

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

FILE_LIMIT: Final = 50 * 1024 * 1024
"""Bytes that one file of evidence may have."""

_LONGEST_NAME: Final = 120
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file of evidence as it was received: a safe name, its bytes, what it is, and what a first look inside found."""

    name: str
    data: bytes = field(repr=False)
    kind: Kind
    found: Cleaned | None = None

    def words(self) -> dict[str, Any]:
        """Return what the record says of the file beside its fingerprint; goes into the sealed body."""
        found = self.found or Cleaned()
        said: dict[str, Any] = {"content": self.kind.id}
        said.update({"pages": found.pages} if found.pages else {})
        said.update({"unprinted": found.why} if found.why else {})
        said.update({"remarks": list(found.remarks)} if found.remarks else {})
        return said

    def remarks(self) -> list[str]:
        """Return sentences on what somebody who adds the file should know; none for an ordinary one."""
        named = mimetypes.guess_type(self.name)[0]
        known = named is not None and self.kind.id != "unknown"
        other = known and _family(str(named)) != _family(self.kind.media_type)
        ending = PurePath(self.name).suffix
        return [
            *([f"Its name ends in {ending}, but it is: {self.kind.title}."] if other else []),
            *file_remarks(self.words()),
        ]


def file_remarks(words: Mapping[str, Any]) -> list[str]:
    """Return what the body of an event says of its file, in sentences: why it is not printed, or what to know of it."""
    why = WHY.get(words.get("unprinted", ""))
    if why is not None:
        return [f"The file is kept sealed as it came, and does not appear in a pack. {why}"]
    return [REMARKS[code] for code in words.get("remarks", ()) if code in REMARKS]


def _family(media_type: str) -> str:
    """What an ending and a content have in common when they fit: pictures are as good as each other, and so on."""
    first = media_type.partition("/")[0]
    return first if first in ("image", "text", "audio", "video", "message") else media_type


def examined(file: IncomingFile, cleaner: Cleaner | None = None) -> IncomingFile:
    """Return the file with what a first look inside found; a plain text needs none."""
    if file.found is not None or file.kind.form == "text":
        return file
    if cleaner is not None:
        return replace(file, found=cleaner.clean(file.data, file.kind, BytesIO()))
    with Cleaner() as made:
        return replace(file, found=made.clean(file.data, file.kind, BytesIO()))


def sealed_file(workspace: Workspace, file: IncomingFile) -> tuple[dict[str, Any], SealedFile]:
    """Return what the record says of a file, with its fingerprint, and the file sealed under a key of its own."""
    seen = examined(file)
    sealed = seal_bytes(workspace, seen.data, seen.name, seen.kind.media_type)
    return {**sealed.words, **seen.words()}, sealed


def read_file(path: Path) -> IncomingFile:
    """Read a file of evidence; its name is made safe to show.

    Raises:
        BadInput: it cannot be read, is no file, is empty or too large.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise BadInput(f"{path} is no file.", remedy="Name one file, such as page.png.")
        if size > FILE_LIMIT:
            raise BadInput(
                f"{path} has {size / 1024 / 1024:.0f} MiB; at most {FILE_LIMIT // 1024 // 1024} are taken.",
                remedy="Add the part that matters, or a smaller copy, and keep the original where it is.",
            )
        data = path.read_bytes()
    except OSError as problem:
        raise BadInput(
            f"{path} cannot be read: {problem.strerror or 'unknown reason'}.",
            remedy="Check its name and folder, and that you may read it.",
        ) from None
    except ValueError:  # a null byte in the name
        raise BadInput("This is no name of a file.") from None
    if not data:
        raise BadInput(
            f"{path} is empty.", remedy="Name the file that holds the evidence, or leave --file out."
        )
    return incoming(path.name, data)


def incoming(name: str, data: bytes) -> IncomingFile:
    """Return a file of evidence under a name that is safe to show and to store on any system."""
    return IncomingFile(safe_name(name), data, kind_of(data))


def safe_name(name: str) -> str:
    """Return a name that stays in its folder, shows as it is, and that every system takes; `file` for nothing."""
    whole = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    shown = "".join(char if char.isprintable() and char not in '/\\:*?"<>|' else "_" for char in whole)
    shown = shown.lstrip(". ").rstrip(". ")
    if len(shown) > _LONGEST_NAME:
        ending = PurePath(shown).suffix[:10]
        shown = shown[: _LONGEST_NAME - len(ending)] + ending
    return f"_{shown}" if _RESERVED.fullmatch(shown) else shown or "file"
