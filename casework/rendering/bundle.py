"""The resources that a page may use: files of our own folders by their names, and nothing else."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casework.base.errors import Unavailable
from casework.rendering.errors import OutsideResource

SCHEME: Final = "bundle:"
"""How a stylesheet names a resource: `bundle:fonts/NotoEmoji-Regular.ttf`."""

_NAME: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]*/)*[A-Za-z0-9][A-Za-z0-9_-]*\.(?:ttf|css|png)")
_PNG: Final = "data:image/png;base64,"
_PNG_STARTS: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Folders of resources; a file in an earlier folder stands in for the same name in a later one.

    Args:
        folders: where to look, first to last.
    """

    folders: tuple[Path, ...]

    def path(self, name: str) -> Path:
        """Return where the resource of this name is.

        Raises:
            OutsideResource: `name` is not the plain name of a font, stylesheet or picture in the bundle.
            Unavailable: there is no such file.
        """
        if not _NAME.fullmatch(name):
            raise OutsideResource(
                f"{name!a} is not the name of a resource.",
                remedy="Use a name such as fonts/NotoEmoji-Regular.ttf.",
            )
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise Unavailable(f"The resource {name} is missing.", remedy="Install casework again.")

    def fetch(self, url: str) -> bytes:
        """Return what `url` stands for: a resource of the bundle, or a PNG that is in the page itself.

        Raises:
            OutsideResource: anything else; nothing was looked up.
            Unavailable: there is no such file in the bundle.
        """
        if url.startswith(SCHEME):
            return self.path(url.removeprefix(SCHEME)).read_bytes()
        if url.startswith(_PNG):
            return _picture(url.removeprefix(_PNG))
        raise OutsideResource(
            f"The page asks for {url[:100]!a}; a page may use only what is shipped with it.",
            remedy="Put the file into the letters' own folder, or leave it out.",
        )


def _picture(encoded: str) -> bytes:
    """Return the bytes of a PNG picture, or refuse what is none."""
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data.startswith(_PNG_STARTS):
        raise OutsideResource("A picture in the page is not a PNG.", remedy="Convert the picture to PNG.")
    return data
