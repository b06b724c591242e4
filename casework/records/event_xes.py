"""Events as XES (IEEE 1849-2016), which process mining tools read: a trace for each case, with its events.

`concept:name` is what happened, `time:timestamp` when: the local time where it is known to the minute, the beginning of
the day where only the day is, and the time of recording where neither is; `timed_by` says which. `org:resource` is the
number or name of whoever decided, `org:role` in which part. Everything else is a column of the rows under its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import BinaryIO, Final
from xml.sax.saxutils import quoteattr

from casework.base.time import LONDON
from casework.records.event_rows import COLUMNS, Cell, EventRow

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="What happened" keys="concept:name"/>
"""

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xes(file: BinaryIO, school: str, cases: Iterable[Sequence[EventRow]]) -> None:
    """Write the events of cases as one log; `school` is its name."""
    file.write(f"{_HEAD}  {_attribute('concept:name', school)}\n".encode())
    for rows in cases:
        if rows:
            file.write("".join(_trace(rows)).encode())
    file.write(b"</log>\n")


def _trace(rows: Sequence[EventRow]) -> Iterator[str]:
    yield f"  <trace>\n    {_attribute('concept:name', rows[0].reference)}\n"
    for row in rows:
        yield "    <event>\n"
        yield from (f"      {line}\n" for line in _event(row))
        yield "    </event>\n"
    yield "  </trace>\n"


def _event(row: EventRow) -> Iterator[str]:
    at, timed_by = _timestamp(row)
    yield _attribute("concept:name", row.what)
    yield f'<date key="time:timestamp" value="{at}"/>'
    yield _attribute("lifecycle:transition", "complete")
    yield _attribute("timed_by", timed_by)
    if row.decided_by or row.entered_by:
        yield _attribute("org:resource", row.decided_by or row.entered_by)
        yield _attribute("org:role", row.decided_as or row.entered_as)
    yield from (
        _attribute(name, value)
        for name, value in zip(COLUMNS, row.cells(), strict=True)
        if value is not None and value != ""
    )


def _timestamp(row: EventRow) -> tuple[str, str]:
    """When an event happened, as XML Schema writes it, and how exactly that is known."""
    if row.happened is None:
        return row.recorded.replace("Z", "+00:00"), "recorded"
    at = time.fromisoformat(row.time) if row.time else time()
    moment = datetime.combine(date.fromisoformat(row.happened), at, LONDON)
    return moment.isoformat(timespec="milliseconds"), "minute" if row.time else "day"


def _attribute(key: str, value: Cell) -> str:
    if isinstance(value, bool):
        return f'<boolean key="{key}" value="{"true" if value else "false"}"/>'
    if isinstance(value, int):
        return f'<int key="{key}" value="{value}"/>'
    shown = quoteattr(_NOT_IN_XML.sub("\ufffd", value or ""), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    return f'<string key="{key}" value={shown}/>'
