"""Allegations and evidence, each with its whole life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from casework.cases.model import Evidence
from casework.records.answers import in_words
from casework.records.input import RecordedEvent
from casework.records.model import Alleged, Document, Exhibit, Finding, Wording
from casework.records.record import Record
from casework.records.telling_evidence import evidence_kind
from casework.records.words import BANDS, POINTS, period, when


def allegations_of(record: Record) -> tuple[Alleged, ...]:
    """Return each allegation with all its wordings, what was found, and whether it was withdrawn."""
    return tuple(_alleged(record, item.id, item.number) for item in record.case.allegations.values())


def _alleged(record: Record, allegation: str, number: int) -> Alleged:
    put = record.standing("allegation", allegation, "allegation_added", "allegation_amended")
    withdrawn = record.standing("allegation", allegation, "allegation_withdrawn")
    last = withdrawn[-1].n if withdrawn else None
    return Alleged(
        number,
        tuple(_wording(record, event) for event in put),
        tuple(_findings(record, allegation)),
        last,
        str(record.body(last).get("reason", "")),
    )


def _wording(record: Record, event: RecordedEvent) -> Wording:
    facts = record.facts(event.n)
    return Wording(
        event.n,
        str(record.body(event.n).get("text", "")),
        event.body is None,
        tuple(record.words.clause(code) for code in facts["clauses"]),
        BANDS.get(facts["band"], facts["band"]),
        period(facts.get("period")),
        facts["gross_misconduct"],
    )


def _findings(record: Record, allegation: str) -> Iterator[Finding]:
    """What steps that stand decided about an allegation."""
    for taken in record.case.steps:
        step = record.words.step(taken.step)
        for name, field in step.fields.items() if step else ():
            value = taken.values.get(name)
            if field.each == "allegation" and isinstance(value, Mapping) and allegation in value:
                yield Finding(taken.n, field.label, in_words(record.words, field, value[allegation]))


def evidence_of(record: Record) -> tuple[Exhibit, ...]:
    """Return each item of evidence, and whether the employee has had it."""
    return tuple(_exhibit(record, item) for item in record.case.evidence.values())


def _exhibit(record: Record, item: Evidence) -> Exhibit:
    body = record.body(item.n)
    by = item.disclosed or item.withheld
    told = when(record.facts(by).get("occurred"))
    return Exhibit(
        item.number,
        item.n,
        str(body.get("title", "")),
        evidence_kind(item.type),
        POINTS.get(item.points, item.points),
        record.words.allegation_numbers(item.supports),
        str(body.get("source", "")),
        str(body.get("method", "")),
        str(body.get("description", "")),
        document(record.facts(item.n).get("file"), body),
        _status(record, item),
        by,
        told.date if told else None,
        str(record.body(by).get("reason", "")),
    )


def _status(
    record: Record, item: Evidence
) -> Literal["disclosed", "withheld", "supplied", "open", "not_shown"]:
    if item.open and not record.whole:
        return "not_shown"
    return item.standing


def document(file: Mapping[str, Any] | None, body: Mapping[str, Any]) -> Document | None:
    """Return the fingerprints of a file; its key, which lies beside them in the body, is never shown."""
    if file is None:
        return None
    size = body.get("file_size")
    return Document(
        str(body.get("file_name", "")),
        size if isinstance(size, int) else None,
        str(body.get("file_sha256", "")),
        str(file.get("sealed_sha256", "")),
    )
