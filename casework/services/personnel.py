"""The personnel file: a person's own stream, where warnings live and are read as live or spent.

A warning enters it with the letter that gives it; an appeal that sets it aside or lowers it ends it there. The stream
holds levels and dates; which case it was is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.cases.assess_steps import sanction_standing
from casework.cases.request import Decision
from casework.cases.warnings import EXTENDED, extension_standing, warning_as_given
from casework.ledger.seal import open_body
from casework.services.letter_derived import warning_dates
from casework.services.loading import LoadedCase, people_of
from casework.services.schools import School
from casework.services.wrapping import enter_key, new_stream_key, readers_of_school

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class PersonnelEntry:
    """One entry about to be made: stream, number of its newest event, decision, and what enters a new stream."""

    stream: str
    n: int
    decisions: tuple[Decision, ...]
    enter: Callable[[Transaction], None]

    @property
    def others(self) -> list[tuple[str, int, Decision]]:
        """What is recorded beside the case's own events: stream, number of its newest event, decision."""
        return [(self.stream, self.n, decision) for decision in self.decisions]


def warning_entry(
    workspace: Workspace, school: School, loaded: LoadedCase, template: str, letter_date: date
) -> PersonnelEntry | None:
    """Return the entry for the warning that this letter gives; None if it gives none."""
    given = warning_dates(loaded, letter_date)
    if given is None or template not in _letters_of_decision(loaded, given[0]):
        return None
    return _warning(workspace, school, loaded, given)


def outside_letter_entry(
    workspace: Workspace, school: School, loaded: LoadedCase, letter_date: date
) -> PersonnelEntry | None:
    """Return the entry for a warning whose letter was written elsewhere, on this local date; None if none stands."""
    given = warning_dates(loaded, letter_date)
    return _warning(workspace, school, loaded, given) if given is not None else None


def _warning(
    workspace: Workspace, school: School, loaded: LoadedCase, given: tuple[str, date, date]
) -> PersonnelEntry:
    sanction, live_from, live_until = given
    facts = {
        "kind": "warning_recorded",
        "level": sanction,
        "live_from": live_from.isoformat(),
        "live_until": live_until.isoformat(),
    }
    given_now = Decision(facts, {"reference": loaded.case.reference})
    # A letter that supersedes another gives the warning anew; the one that it gave before counts no more.
    return _entry(workspace, school, loaded, [*_endings(workspace, loaded, live_from), given_now])


def _letters_of_decision(loaded: LoadedCase, sanction: str) -> tuple[str | None, ...]:
    """The letters that tell of the sanction as it stands: its own or, after an appeal, the appeal's."""
    standing = sanction_standing(loaded.case, loaded.policy)
    step = loaded.policy.steps[standing[1].step][1] if standing else None
    if step is not None and step.appeal_outcome is not None:
        return step.letters
    if extension_standing(loaded.case, loaded.policy) is not None:
        return (loaded.policy.sanctions[sanction].letter, *_letters_of_extension(loaded))
    return (loaded.policy.sanctions[sanction].letter,)


def _letters_of_extension(loaded: LoadedCase) -> tuple[str, ...]:
    return tuple(
        letter for _, step in loaded.policy.steps.values() if step.act == EXTENDED for letter in step.letters
    )


def ending_entry(workspace: Workspace, school: School, loaded: LoadedCase, on: date) -> PersonnelEntry | None:
    """Return the entry that ends this case's own warning; None if it gave none that still stands.

    It ends when an appeal is upheld, wholly or in part, and when the letter that gave it is withdrawn. If the appeal
    was against a longer warning, the warning is entered again as it was before.
    """
    endings = _endings(workspace, loaded, on)
    before = warning_as_given(loaded.case, loaded.policy, on)
    if endings and before is not None and extension_standing(loaded.case, loaded.policy) is not None:
        given = (before.sanction, before.live_from, before.live_until)
        return _warning(workspace, school, loaded, given)
    return _entry(workspace, school, loaded, endings) if endings else None


def withdrawal_entry(
    workspace: Workspace, school: School, loaded: LoadedCase, template: str, on: date
) -> PersonnelEntry | None:
    """Return the entry that ends the warning which a letter of this template gave; None if it gives none."""
    given = warning_dates(loaded, on)
    if given is None or template not in _letters_of_decision(loaded, given[0]):
        return None
    return ending_entry(workspace, school, loaded, on)


def _endings(workspace: Workspace, loaded: LoadedCase, on: date) -> list[Decision]:
    """What ends the warnings on the employee's file that this very case gave; those of other cases stay."""
    with workspace.store.read() as reader:
        streams = reader.streams_about(_employee(workspace, loaded))
        standing = {row.n for row in reader.warnings(streams[0].stream)} if streams else set()
        events = (
            [event for event in reader.events_of(streams[0].stream) if event.n in standing]
            if standing
            else []
        )
    reference = loaded.case.reference
    own = [
        e
        for e in events
        if open_body(e, workspace.key_to(e.stream, e.sealed or b"")).value().get("reference") == reference
    ]
    return [
        Decision(
            {"kind": "warning_ended", "warning": event.n, "on": on.isoformat()}, {"reference": reference}
        )
        for event in own
    ]


def _entry(
    workspace: Workspace, school: School, loaded: LoadedCase, decisions: Sequence[Decision]
) -> PersonnelEntry:
    employee = _employee(workspace, loaded)
    # Whose file it is stands in the list of streams; on record it cannot be moved to somebody else's unnoticed.
    told = tuple(Decision({**item.facts, "person": employee}, item.body) for item in decisions)
    with workspace.store.read() as reader:
        known = reader.streams_about(employee)
        newest = reader.newest_n(known[0].stream) if known else 0
    if known:
        return PersonnelEntry(known[0].stream, newest, told, lambda _: None)
    stream = workspace.new_id()
    key, readers = new_stream_key(workspace, stream), readers_of_school(workspace, school, employee)

    def enter(transaction: Transaction) -> None:
        transaction.add_stream(stream, log=loaded.log.log, kind="person", ref=employee)
        enter_key(transaction, key, readers)

    return PersonnelEntry(stream, 0, told, enter)


def _employee(workspace: Workspace, loaded: LoadedCase) -> str:
    employee = loaded.case.employee
    return str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""
