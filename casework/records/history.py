"""Building the history of a case: one model that every format prints.

Rules that stand here:

- It is read from the record alone: the same input gives the same history, with no clock and no key.
- Nothing is left out. Annulled events stay in their place, old values stand beside new ones, and what is
  withheld or destroyed is said to be so; its fingerprint stays.
- Requirements are assessed again with the rules that decided the steps (`casework.cases`), on the case as it
  stood then. What does not follow from the policy is named as a doubt.
- That the events are unaltered is not shown here but by `casework.ledger.verify`, for which the fingerprints
  and the checkpoint are given.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.canonical import sha256_hex
from casework.base.errors import BadInput
from casework.base.time import local_date, parse_instant
from casework.ledger.checkpoint import Checkpoint
from casework.ledger.merkle import leaf_hash
from casework.procedure.model import Policy
from casework.records.entries import Timeline
from casework.records.figures import deadlines_of, figures_of, stages_of, suspensions_of
from casework.records.input import HistoryInput, RecordedEvent
from casework.records.letters import letters_of
from casework.records.model import Fingerprint, Header, History, Signed, Standing
from casework.records.parts import allegations_of, evidence_of
from casework.records.people import People, people_of
from casework.records.reading import Folded, as_history, fold
from casework.records.record import Record
from casework.records.review import Judge, reviewed
from casework.records.words import Words, day


def record_of(given: HistoryInput) -> Record:
    """Return a case as it is read, for who needs figures only and assesses no step again.

    Raises:
        BadInput: the events are not numbered from 1 without a gap, or `exported` is no instant.
    """
    folded = fold(as_history(given.events))
    words = Words(given, People(given.events), folded.case)
    today = local_date(parse_instant(given.exported))
    return Record(given.events, folded.case, words, given.calendars, today, not folded.left_out)


def build_history(given: HistoryInput) -> History:
    """Return the history of a case.

    Raises:
        BadInput: the events are not numbered from 1 without a gap, `exported` is no instant, or the
            checkpoint is of another log.
        NoteRefused: `note` is not a signed checkpoint.
    """
    history = as_history(given.events)
    folded = fold(history)
    people = People(given.events)
    words = Words(given, people, folded.case)
    judge = Judge(history, words.policies, given.calendars)
    timeline = Timeline(given.events, history, words, judge)
    today = local_date(parse_instant(given.exported))
    record = Record(given.events, folded.case, words, given.calendars, today, not folded.left_out)
    entries = timeline.entries()
    letters, evidence, deadlines = letters_of(record), evidence_of(record), deadlines_of(record)
    suspensions = suspensions_of(record)
    return History(
        format="casework/case-history/v1",
        header=_header(given, folded, words),
        figures=figures_of(record, entries, letters, evidence, deadlines, suspensions),
        stages=stages_of(record),
        suspensions=suspensions,
        people=people_of(people, given.events, given.policy),
        allegations=allegations_of(record),
        entries=entries,
        letters=letters,
        evidence=evidence,
        deadlines=deadlines,
        reviews=tuple(
            reviewed(timeline.words_of(item.event), item.event, item.step, item.corrected_by, item.assessed)
            for item in timeline.assessments
        ),
        doubts=judge.doubts(),
        fingerprints=_fingerprints(given.events),
    )


def _header(given: HistoryInput, folded: Folded, words: Words) -> Header:
    policy, case = given.policy, folded.case
    named = (str((event.facts or {}).get("calendar", "")) for event in given.events)
    return Header(
        school=given.school,
        reference=given.reference,
        opened=case.opened.isoformat() if case.opened else None,
        procedure=_procedure(policy),
        policy_title=policy.title,
        policy_label=policy.label,
        policy_digest=words.policy_digest,
        calendars=tuple(dict.fromkeys(calendar for calendar in named if calendar)),
        exported=given.exported,
        exported_by=given.exported_by,
        purpose=given.purpose,
        checkpoint=_signed(given),
        standing=tuple(_standing(words, strand, state) for strand, state in case.states.items()),
        unreadable=folded.left_out,
        withheld=tuple(event.n for event in given.events if event.body is None),
    )


def _procedure(policy: Policy) -> str:
    """The name of the school's procedure and its date, without the day of the week."""
    if not policy.procedure_date:
        return policy.procedure_name
    words = day(policy.procedure_date)
    dated = words.partition(" ")[2] if words != policy.procedure_date else words
    return f"{policy.procedure_name} ({dated})"


def _signed(given: HistoryInput) -> Signed:
    """Read the checkpoint. Its signature is for `verify` to check; here it is handed on."""
    text = given.note.partition("\n\n")[0]
    checkpoint = Checkpoint.from_text(f"{text}\n")
    if checkpoint.origin != given.origin:
        raise BadInput("The checkpoint is of another log than the case.", origin=checkpoint.origin)
    return Signed(given.origin, checkpoint.size, text.split("\n")[2], given.note, given.verifier)


def _standing(words: Words, strand: str, state: str) -> Standing:
    found = words.policy.strands.get(strand)
    known = found.states.get(state) if found else None
    return Standing(
        words.strand(strand),
        words.state(strand, state),
        known.plain if known else "",
        known.final if known else False,
    )


def _fingerprints(events: Sequence[RecordedEvent]) -> tuple[Fingerprint, ...]:
    return tuple(
        Fingerprint(
            event.n,
            event.pos,
            event.recorded,
            sha256_hex(event.envelope),
            leaf_hash(event.envelope).hex(),
        )
        for event in events
    )
