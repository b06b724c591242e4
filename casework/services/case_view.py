"""Everything that is on a case, with its names and words, as plain data: what every face shows of it.

The case is opened with the reader's key, and that it was read is put on the access log first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.services.access import note_access
from casework.services.loading import body_of, opens, people_of, texts_of

if TYPE_CHECKING:
    from casework.cases.model import Allegation, StepRecord
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace


def opened(workspace: Workspace, school: School, loaded: LoadedCase) -> dict[str, Any]:
    """Open a case and return what is on it; the reading is on the access log before anything is shown.

    Raises:
        NoAccess: the account has no key to the case. StoreReadOnly: the reading cannot be put on record.
    """
    people = people_of(workspace, loaded)
    note_access(workspace, school, "case", loaded.stream)
    case = loaded.case

    def words(n: int) -> Mapping[str, Any]:
        return body_of(workspace, loaded, n)

    return {
        "reference": case.reference,
        "seen": loaded.n,
        "policy": loaded.policy.label,
        "reported": case.opened.isoformat() if case.opened else None,
        "summary": str(words(1).get("summary", "")),
        "people": [
            {
                "name": people[party.id].get("name", ""),
                "title": people[party.id].get("title", ""),
                "roles": list(party.roles),
                "party": party.id,
            }
            for party in case.parties.values()
        ],
        "allegations": [_allegation(loaded, item, words(item.n)) for item in case.allegations.values()],
        "evidence": [
            {
                "number": item.number,
                "title": words(item.n).get("title", ""),
                "type": item.type,
                "points": item.points,
                "status": item.standing,
            }
            for item in case.evidence.values()
        ],
        "letters": [
            {
                "number": number,
                "letter": item.template,
                "to": people.get(item.recipient, {}).get("name", ""),
                "issued_on": item.issued_on.isoformat() if item.issued_on else None,
                "effective": item.earliest_service.effective.isoformat() if item.earliest_service else None,
                "stands": item.stands,
            }
            for number, item in enumerate(case.letters.values(), start=1)
        ],
        "steps": [_step(workspace, loaded, record, people) for record in case.steps],
        "notes": [
            {
                "event": note.n,
                "type": note.type,
                "text": words(note.n).get("text", "") or _withheld(workspace, loaded, note.n),
            }
            for note in case.notes
        ],
        "annulled": sorted(case.annulled),
    }


def _withheld(workspace: Workspace, loaded: LoadedCase, n: int) -> str:
    return "" if opens(workspace, loaded, n) else "(kept apart from you)"


def names_of(view: Mapping[str, Any], role: str) -> list[str]:
    """Return the names of those who hold a role."""
    return [person["name"] for person in view["people"] if role in person["roles"]]


def _allegation(loaded: LoadedCase, item: Allegation, words: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [
        catalogue.by_code[code].number
        for code in item.clauses
        for catalogue in loaded.catalogues
        if code in catalogue.by_code
    ]
    return {
        "number": item.number,
        "event": item.n,
        "text": words.get("text", ""),
        "clauses": list(item.clauses),
        "clause_numbers": list(dict.fromkeys(numbers)),
        "band": item.band,
        "period": [day.isoformat() for day in item.period] if item.period else None,
        "gross_misconduct": item.gross_misconduct,
        "withdrawn": item.withdrawn,
    }


def _step(
    workspace: Workspace, loaded: LoadedCase, record: StepRecord, people: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "event": record.n,
        "step": record.step,
        "title": loaded.policy_then(record.n).steps[record.step][1].title,
        "strand": record.strand,
        "occurred": record.occurred.to_facts(),
        "taken_by": people[record.taken_by].get("name", ""),
        "role": record.role,
        "recorded_by": people[record.recorded_by].get("name", ""),
        "values": dict(record.values),
        "texts": texts_of(workspace, loaded, record),
        "waived": [waiver.requirement for waiver in record.waived],
        "breached": list(record.breached),
        "irregular": record.irregular,
        "corrected_by": list(record.corrected),
    }
