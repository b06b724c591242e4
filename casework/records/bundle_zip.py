"""A bundle as one .zip file: the same record gives the same bytes."""

from __future__ import annotations

import zipfile
from typing import Final

_SAME_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""When each file in a .zip was made, as it says: the same record gives the same bytes."""

_PACKED_ALREADY: Final = (".pdf", ".png", ".jpg", ".jpeg", ".zip", ".docx", ".xlsx", ".mp4", ".mp3")


class ZipSink:
    """Puts files into a .zip, all under one folder (RFC 8493, section 4.1)."""

    def __init__(self, file: zipfile.ZipFile, folder: str) -> None:
        self._file, self._folder = file, folder

    def put(self, name: str, data: bytes) -> None:
        """Put a file in."""
        entry = zipfile.ZipInfo(f"{self._folder}/{name}", _SAME_TIME)
        packed = name.endswith(_PACKED_ALREADY)
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        self._file.writestr(entry, data)
