"""Letters, each with its life: proposed, issued, served, superseded or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.base.errors import CaseworkError
from casework.base.time import Occurred
from casework.cases.model import Letter, Service
from casework.procedure.service import deemed_served, rules_of
from casework.records.model import Posted, Served
from casework.records.parts import document
from casework.records.record import Record
from casework.records.words import METHODS, UNKNOWN, readable, when


def letters_of(record: Record) -> tuple[Posted, ...]:
    """Return each letter that was proposed, with all that became of it."""
    return tuple(_posted(record, item) for item in record.case.letters.values())


def _posted(record: Record, item: Letter) -> Posted:
    words, issued = record.words, record.facts(item.issued)
    replaces = issued.get("supersedes", "")
    replaced_by = record.facts(item.superseded).get("letter", "")
    return Posted(
        words.letter_number(item.id),
        item.template,
        words.letter_title(item.id, item.template),
        words.who(item.recipient),
        _status(item),
        item.proposed,
        item.issued,
        item.issued_on.isoformat() if item.issued_on else None,
        words.who(issued["sender"]["party"]).full if "party" in issued.get("sender", {}) else "",
        issued.get("checkpoint_size"),
        document(issued.get("file"), record.body(item.issued)),
        tuple(_served(record, service, service is item.earliest_service) for service in item.services),
        words.letter_number(replaces) or None,
        words.letter_number(replaced_by) or None,
        item.withdrawn,
        str(record.body(item.withdrawn).get("reason", "")),
    )


def _status(letter: Letter) -> str:
    if letter.withdrawn:
        return "Withdrawn"
    if letter.superseded:
        return "Superseded"
    if letter.earliest_service:
        return "Served"
    return "Issued" if letter.issued else "Proposed"


def _served(record: Record, service: Service, counts: bool) -> Served:
    facts = record.facts(service.n)
    return Served(
        service.n,
        METHODS.get(service.method, readable(service.method)),
        when(facts.get("occurred")) or UNKNOWN,
        service.effective.isoformat(),
        _working(record, facts, service),
        str(record.body(service.n).get("proof", "")),
        counts,
    )


def _working(record: Record, facts: Mapping[str, Any], service: Service) -> str:
    """How the day of service was counted; empty where the calendar is missing or says otherwise."""
    calendar = record.calendars.get(facts.get("calendar", ""))
    if calendar is None:
        return ""
    try:
        at = Occurred.from_facts(dict(facts["occurred"])).time
        rules = rules_of(record.words.policy)
        effective, working = deemed_served(service.method, service.sent, at, calendar, rules)
    except CaseworkError:
        return ""
    return working.sentence() if effective == service.effective else ""
