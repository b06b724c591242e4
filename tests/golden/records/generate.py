"""Makes the golden history: the sample case as JSON and as text, and the schema of the JSON.

A test makes them again and compares every byte. Look at what differs before renewing them, and say in the
commit message why the new bytes are right:

    python -m tests.golden.records.generate

Members of the JSON are only ever added, never renamed, moved or taken away.
"""

from __future__ import annotations

from pathlib import Path

from casework.records.history import build_history
from casework.records.json import schema, to_json
from casework.records.text import to_text
from tests.unit.records.sample import sample

HERE = Path(__file__).parent
SCHEMA = HERE.parents[2] / "docs" / "reference" / "case-history.schema.json"
RENEW = "python -m tests.golden.records.generate"
WIDTH = 96


def made() -> dict[Path, bytes]:
    """Return each file and the bytes that it should have."""
    history = build_history(sample().given())
    return {
        HERE / "sample.json": to_json(history),
        HERE / "sample.txt": to_text(history, WIDTH).encode(),
        SCHEMA: schema(),
    }


if __name__ == "__main__":
    for path, data in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(path.relative_to(HERE.parents[2]))
