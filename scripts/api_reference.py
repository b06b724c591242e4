"""Writes docs/reference/openapi.json: the document of the JSON API, for programs that make clients of it.

`python scripts/api_reference.py` renews the file; a test compares it with what the API says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from casework.web.api.app import described

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def document() -> str:
    """Return the document as it is kept."""
    return json.dumps(described().openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
