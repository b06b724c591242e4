"""What is written once is what would have been written twice."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any

import pytest

from casework.rendering import once, pdf
from casework.rendering.pdf import html_to_pdf
from tests.unit.rendering.pages import page_of
from tests.unit.rendering.standards import failures, read

PAGE = page_of("<h1>One</h1><p>Some <b>bold</b> words.</p><ul><li>an item</li></ul>" * 3)


def _objects(made: bytes) -> list[tuple[str, bytes]]:
    """Every object of the PDF, streams unpacked, but for those of the file itself."""
    reader = read(made)
    found = []
    for number in range(1, len(reader.xref_objStm) + len(reader.xref[0]) + 1):
        item: Any = reader.get_object(number)
        kind = item.get("/Type") if hasattr(item, "get") else ""
        if item is None or kind in ("/XRef", "/ObjStm"):
            continue
        stream = item.get_data() if hasattr(item, "get_data") else b""
        shown = (
            repr({key: item.raw_get(key) for key in item if key != "/Length"}) if kind != "" else repr(item)
        )
        found.append((re.sub(r"(IndirectObject\(\d+, \d+), \d+", r"\1", shown), stream))
    return found


def test_the_objects_are_those_that_would_be_written_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = html_to_pdf(PAGE)
    monkeypatch.setattr(pdf, "work_out_once", lambda made: None)
    without = html_to_pdf(PAGE)
    assert len(_objects(with_it)) > 20
    assert _objects(with_it) == _objects(without)
    assert failures(with_it) == failures(without) == []
    assert len(with_it) < 1.1 * len(without)


def test_each_stream_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: Counter[bytes] = Counter()

    def compress(data: bytes, level: int) -> bytes:
        packed[data] += 1
        return zlib.compress(data, level)

    monkeypatch.setattr(once, "zlib", type("Zlib", (), {"compress": staticmethod(compress)}))
    html_to_pdf(PAGE)
    assert len(packed) > 3
    assert set(packed.values()) == {1}
