"""Reading the small text files that an auditor brings: checkpoints, public keys, proofs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from casework.base.errors import BadInput

_MOST: Final = 1_000_000


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        BadInput: it cannot be read, is no text, or is far too long for what it should be.
    """
    try:
        if path.stat().st_size > _MOST:
            raise BadInput(
                f"{path} is too long to be a checkpoint, a key or a proof.", remedy="Check the path."
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{path} cannot be read.", remedy="Check the path.") from None


def read_key(path: Path) -> tuple[str, str]:
    """Return the name of a public key, which is the origin of its log, and the key as its one line.

    Raises:
        BadInput: as `read_text`.
    """
    text = read_text(path).strip()
    return text.partition("+")[0], text
