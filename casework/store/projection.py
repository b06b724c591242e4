"""The read tables as a function of envelopes and facts: no key, no clock, no policy.

`effects` says what one event does to the read tables, whatever was there before; the store applies it in the
transaction that records the event, and again, event by event, when the tables are rebuilt. There is no other
way into a read table, so live and rebuilt are equal.

- A `corrected` or `annulled` event asks for its stream to be projected anew: a correction puts its new facts
  in the place of the old, an annulled event counts as not there. Both stay on record.
- A kind, or a version of the envelope, that this release does not know is kept and otherwise ignored; so is
  an event whose facts were erased.
- "Since", "opened" and the like are local dates of when a thing occurred, not of when it was recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from casework.base.time import local_date, parse_instant
from casework.cases.amendments import AMENDING, Facts, annulled_by, corrected_facts
from casework.ledger.errors import NotAnEnvelope, UnknownVersion
from casework.ledger.event import Envelope, StoredEvent
from casework.store.changes import (
    ADD_PARTY,
    ADD_READER,
    ADD_ROLE,
    ADD_STATE,
    END_LETTER,
    END_WARNING,
    FOLLOW,
    FORGET_READER,
    FORGET_ROLES,
    ISSUE,
    KEEP_ROLE,
    MOVED,
    OPEN,
    PROPOSE,
    SEEN,
    SERVE,
    SERVED_ANEW,
    SET_FLAGS,
    SET_PARTY,
    SET_READER,
    SET_STATE,
    START,
    STOP,
    UNSERVE,
    WARN,
    Change,
    Redo,
)
from casework.store.errors import StoreDamaged
from casework.store.statement import Values

MAIN_STRAND: Final = "procedure"
"""The strand whose state and stage are the case's own."""

FIRST_STAGE: Final = "reported"
"""The stage of a case whose first event names none."""


# The members that are needed here, of any envelope of version 1; reading all of it costs more than the rest.
_ENVELOPE: Final = re.compile(
    rb'\{"body_commit":"[^"]*","command":"([^"]*)",.*,"recorded":"([^"]*)","sealed_sha256":"[^"]*",'
    rb'"stream":"[^"]*","v":1\}'
)
_decode: Final = json.JSONDecoder().decode


class ParsedEvent(NamedTuple):
    """A stored event, read; `known` is False for an unknown version, `facts` is empty once erased."""

    log: str
    stream: str
    n: int
    known: bool
    command: str
    recorded: str
    facts: Facts


class _Context(NamedTuple):
    """What the handlers of one event share: `on` is the local date on which it occurred, or None."""

    stream: str
    log: str
    organisation: str
    n: int
    recorded: str
    on: str | None


def parse(event: StoredEvent, facts: Facts | None = None) -> ParsedEvent:
    """Read an event's envelope and, unless they are given, its facts.

    Raises:
        StoreDamaged: they are not what any release of casework wrote.
    """
    known, command, recorded = True, "", ""
    try:
        match = _ENVELOPE.fullmatch(event.envelope)
        if match:
            command, recorded = match[1].decode("ascii"), match[2].decode("ascii")
        else:
            known = _is_envelope(event.envelope)
        if facts is None or not known:
            facts = {} if event.facts is None or not known else _decode(event.facts.decode())
        if not (isinstance(facts, dict) and isinstance(facts.get("kind", ""), str)):
            raise TypeError("facts are an object with a kind")
    except (AttributeError, NotAnEnvelope, RecursionError, TypeError, ValueError) as problem:
        raise _damaged(event.stream, event.n) from problem
    return ParsedEvent(event.log, event.stream, event.n, known, command, recorded, facts)


def _is_envelope(data: bytes) -> bool:
    """Say whether bytes that do not look like an envelope are one; False for one of another version.

    Raises:
        NotAnEnvelope: they are none.
    """
    try:
        Envelope.from_bytes(data)
    except UnknownVersion:
        return False
    return True


def effects(event: ParsedEvent, organisation: str) -> list[Change] | list[Redo]:
    """Return what an event does to the read tables.

    Raises:
        StoreDamaged: its facts lack what their kind must have.
    """
    if event.facts.get("kind") in AMENDING:
        return [Redo(event.stream, event.n)]
    return _effects(event, event.facts, organisation)


def fold(history: Sequence[ParsedEvent], organisation: str) -> list[Change]:
    """Return what a stream's events, from the first on, do to read tables that hold nothing of the stream.

    Raises:
        StoreDamaged: an event's facts lack what their kind must have.
    """
    try:
        told, annulled = corrected_facts(history), annulled_by(history)
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        raise _damaged(history[-1].stream, history[-1].n) from problem
    found: list[Change] = []
    for event in history:
        facts = {} if event.n in annulled else told.get(event.n, event.facts)
        found += _effects(event, facts, organisation)
    return _counted_once(found, history)


def _counted_once(changes: list[Change], history: Sequence[ParsedEvent]) -> list[Change]:
    """Count the events of a whole stream once in the end, not one by one: nearly each of them does nothing else."""
    latest = max((change.values[2] for change in changes if change.statement is SEEN), default=None)
    last = next((event for event in reversed(history) if event.known), None)
    if latest is None or last is None:
        return changes
    seen = Change(SEEN, (last.n, last.recorded, latest, last.stream))
    return [*(change for change in changes if change.statement is not SEEN), seen]


def _effects(event: ParsedEvent, facts: Facts, organisation: str) -> list[Change]:
    if not event.known:
        return []
    kind = facts.get("kind")
    known = kind in _HANDLERS
    try:
        on = facts.get("occurred", {}).get("date") if known else None
        context = _Context(event.stream, event.log, organisation, event.n, event.recorded, on)
        found = [] if kind in _MOVING else [Change(SEEN, _seen(context))]
        if known:
            found += _HANDLERS[kind](context, facts)
            found += _clocks(context, facts)
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise _damaged(event.stream, event.n) from problem
    return found


def _seen(context: _Context) -> Values:
    return (context.n, context.recorded, context.on or "", context.stream)


def _opened(context: _Context, facts: Facts) -> Iterator[Change]:
    states = facts["states"]
    opened = context.on or local_date(parse_instant(context.recorded)).isoformat()
    yield Change(
        OPEN,
        (
            *(context.stream, context.log, context.organisation, facts["reference"], facts["policy"], opened),
            *(states[MAIN_STRAND], facts.get("stage", FIRST_STAGE), False),
            *(context.n, context.recorded, context.on),
        ),
    )
    for strand, state in states.items():
        yield _stands(context, strand, state)
    for item in facts.get("readers", ()):
        yield _reader(context, item)
    for account in facts.get("shut_out", ()):
        yield _reader(context, {"account": account}, shut_out=True)


def _reader(context: _Context, facts: Facts, *, shut_out: bool = False) -> Change:
    values = (shut_out, facts.get("from"), facts.get("until"), context.n, context.stream, facts["account"])
    return Change(SET_READER, values, ADD_READER)


def _let_in(context: _Context, facts: Facts) -> Iterator[Change]:
    yield _reader(context, facts)


def _let_out(context: _Context, facts: Facts) -> Iterator[Change]:
    if facts["basis"] == "party":
        yield _reader(context, {"account": facts["account"]}, shut_out=True)
    else:
        yield Change(FORGET_READER, (context.stream, facts["account"]))


def _moved(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(FOLLOW, (facts["to"], facts.get("stage"), facts["final"], *_seen(context)))
    for strand, state in facts["states"].items():
        yield _stands(context, strand, state)


def _step(context: _Context, facts: Facts) -> Iterator[Change]:
    if facts["strand"] == MAIN_STRAND:
        yield Change(MOVED, (facts["to"], facts.get("stage"), facts["final"], *_seen(context)))
    else:
        yield Change(SEEN, _seen(context))
    if facts.get("from") != facts["to"]:  # who stays where they were has been there since they came
        yield _stands(context, facts["strand"], facts["to"])
    for party, roles in facts.get("assigned", {}).items():
        for place, role in enumerate(roles):
            # Somebody who has the role already keeps it from when it was first given.
            yield Change(KEEP_ROLE, (context.stream, party, role, context.n, place), ADD_ROLE)


def _stands(context: _Context, strand: str, state: str) -> Change:
    return Change(SET_STATE, (state, context.on, context.n, context.stream, strand), ADD_STATE)


def _clocks(context: _Context, facts: Facts) -> Iterator[Change]:
    for clock in facts.get("stopped", ()):
        yield Change(STOP, (context.n, context.on, context.stream, clock))
    for item in facts.get("clocks", ()):
        yield Change(START, (context.stream, item["clock"], context.n, item["from"], item["due"], None, None))


def _party(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(SET_PARTY, (_flags(facts), context.n, context.stream, facts["party"]), ADD_PARTY)
    yield from _roles(context, facts)


def _details(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(SET_FLAGS, (_flags(facts), context.stream, facts["party"]))


def _flags(facts: Facts) -> str:
    return json.dumps(sorted(name for name, is_set in facts.get("flags", {}).items() if is_set))


def _roles(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(FORGET_ROLES, (context.stream, facts["party"]))
    for place, role in enumerate(facts["roles"]):
        yield Change(ADD_ROLE, (context.stream, facts["party"], role, context.n, place))


def _proposed(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(
        PROPOSE,
        (
            *(context.stream, facts["letter"], facts["template"], facts["recipient"]),
            *("proposed", None, None, context.n),
        ),
    )


def _issued(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(ISSUE, (context.on, context.stream, facts["letter"]))
    if "supersedes" in facts:
        yield Change(END_LETTER, ("superseded", context.stream, facts["supersedes"]))


def _served(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(SERVE, (facts["effective"], context.stream, facts["letter"]))


def _undelivered(context: _Context, facts: Facts) -> Iterator[Change]:
    if "effective" in facts:
        yield Change(SERVED_ANEW, (facts["effective"], context.stream, facts["letter"]))
    else:
        yield Change(UNSERVE, (context.stream, facts["letter"]))


def _superseded(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(END_LETTER, ("superseded", context.stream, facts["letter"]))


def _withdrawn(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(END_LETTER, ("withdrawn", context.stream, facts["letter"]))


def _warning(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(WARN, (context.stream, context.n, facts["level"], facts["live_from"], facts["live_until"]))


def _warning_ended(context: _Context, facts: Facts) -> Iterator[Change]:
    yield Change(END_WARNING, (context.stream, facts["warning"]))


def _nothing(context: _Context, facts: Facts) -> Iterator[Change]:
    """Known, dated, and in no read table."""
    return iter(())


def _damaged(stream: str, n: int) -> StoreDamaged:
    return StoreDamaged(
        f"Event {n} of stream {stream} cannot be read.",
        remedy="Verify the log (casework audit verify) to see what was changed, and restore a backup.",
        stream=stream,
        n=n,
    )


_MOVING: Final = frozenset(("case_opened", "policy_moved", "step_irregular", "step_taken"))
"""Kinds whose handlers bring the case's own row up to date themselves."""

_HANDLERS: Final[Mapping[Any, Callable[[_Context, Facts], Iterator[Change]]]] = {
    "case_opened": _opened,
    "policy_moved": _moved,
    "party_added": _party,
    "party_roles_changed": _roles,
    "party_details_changed": _details,
    "allegation_added": _nothing,
    "allegation_amended": _nothing,
    "allegation_withdrawn": _nothing,
    "evidence_added": _nothing,
    "evidence_disclosed": _nothing,
    "evidence_withheld": _nothing,
    "evidence_revised": _nothing,
    "evidence_checked": _nothing,
    "evidence_redacted": _nothing,
    "evidence_linked": _nothing,
    "pack_built": _nothing,
    "step_taken": _step,
    "step_irregular": _step,
    "step_on_paper": _nothing,
    "letter_proposed": _proposed,
    "letter_issued": _issued,
    "letter_revised": _nothing,
    "letter_approved": _nothing,
    "letter_served": _served,
    "letter_undelivered": _undelivered,
    "letter_file_added": _nothing,
    "letter_superseded": _superseded,
    "letter_withdrawn": _withdrawn,
    "note_added": _nothing,
    "triage_answered": _nothing,
    "deadline_extended": _nothing,
    "deadline_paused": _nothing,
    "deadline_resumed": _nothing,
    "let_in": _let_in,
    "let_out": _let_out,
    "link_made": _nothing,
    "link_revoked": _nothing,
    "warning_recorded": _warning,
    "warning_ended": _warning_ended,
}
