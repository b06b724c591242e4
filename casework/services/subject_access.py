"""Subject access: everything about one person, in every case, with others masked by a list that somebody reviewed.

It goes in two acts. `gather` finds what there is and proposes a review: whom to mask and as what, and for each item
whether it is given. A person looks at that list, decides, and signs it with their name. `answer` then gives what was
decided, and nothing that has come since: if anything has, it says so (UKGDPR-15, UKGDPR-EX).

Files are given as they are or not at all: nothing inside them is masked, so each has to be looked at by somebody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import describe_date
from casework.records.text import timeline_text
from casework.services import guard
from casework.services.access import note_access
from casework.services.cases_of_person import cases_of, is_employee
from casework.services.directory import Person, find_person, list_people
from casework.services.files import open_bytes
from casework.services.history import history_of
from casework.services.loading import LoadedCase, body_of, people_of
from casework.services.monitoring import recorded
from casework.services.register_reading import read_register
from casework.services.registers import registers_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.records.entry import Entry
    from casework.services.workspace import Workspace

EXEMPTIONS: Final = {
    "third_party": "It is about somebody else (Data Protection Act 2018, schedule 2, paragraph 16).",
    "reference": "It is a confidential reference (schedule 2, paragraph 24).",
    "negotiations": "It would show what the school means to do in negotiations (schedule 2, paragraph 23).",
    "privilege": "It is confidential legal advice (schedule 2, paragraph 19).",
    "crime": "It would get in the way of preventing or prosecuting crime (schedule 2, paragraph 2).",
    "not_their_data": "It is not about the person who asks.",
}
"""Why an item may be left out, and how that is said (UKGDPR-EX)."""

_MONITORED: Final = (
    "What you answered for equality monitoring is kept apart from your case, so that nobody who deals with it can read"
    " it; it is only counted. Ask, and somebody who does not deal with your case sends you a copy."
)

_WIDTH: Final = 100
_SHORTEST: Final = 3
"""Letters that a part of a name needs to be masked by itself."""


class NotReviewed(BadInput):
    """The review is not finished, or what it reviewed is not what there is now."""

    code = "not-reviewed"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is held about the person.

    Args:
        id: stable: the reference and number of an event (`ASH-26-7KQ4/12`), a file (`.../12/file`), an entry of a
            register, `directory` or `personnel/3`.
        what: in a few words, without names.
        text: as it is held; empty for a file.
        file: name and content of a file.
        propose: "yes", "no" or "look": whether it is proposed to be given.
        exemption: proposed for what is not.
    """

    id: str
    what: str
    text: str = field(default="", repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)
    propose: str = "yes"
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything that is held about somebody; `others` are the names to be masked, each with details beside it."""

    person: Person
    cases: tuple[str, ...]
    found: tuple[Found, ...]
    others: Mapping[str, Sequence[str]] = field(repr=False)
    due: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A review: for each item whether it is given, and why not; for each other person what stands for the name."""

    reviewed_by: str
    person: str
    masks: Mapping[str, str]
    give: Mapping[str, bool]
    exemptions: Mapping[str, str]
    reasons: Mapping[str, str]


def gather(workspace: Workspace, school: School, named: str) -> Holding:
    """Find everything that is held about a person; each reading is put on the access log first.

    Raises:
        UnknownPerson. NoAccess: this account has no key to a case. StoreReadOnly: it cannot be noted.
    """
    note_access(workspace, school, "people", purpose="subject access")
    person = find_person(workspace, school, named)
    people = [other for other in list_people(workspace, school) if other.id != person.id]
    others: dict[str, list[str]] = {other.name: _details(other) for other in people}
    found: list[Found] = [Found("directory", "Your entry in the school's list of people", _entry(person))]
    found += _personnel(workspace, person)
    monitored = {item.case for item in recorded(workspace, school)}
    cases, due = [], ""
    for loaded in cases_of(workspace, school, person):
        note_access(workspace, school, "case", loaded.stream, purpose="subject access")
        cases.append(loaded.case.reference)
        due = due or _due(loaded)
        for words in people_of(workspace, loaded).values():
            if words.get("person") != person.id and words.get("name"):
                others.setdefault(str(words["name"]), []).extend(map(str, words.get("address", ())))
        found += _of_case(workspace, school, loaded, person)
        if loaded.stream in monitored and is_employee(workspace, loaded, person):
            found.append(
                Found(
                    f"monitoring/{cases[-1]}",
                    f"Your answers to equality monitoring, {cases[-1]}",
                    fill(_MONITORED, _WIDTH),
                )
            )
    found += _of_registers(workspace, school, person)
    return Holding(person, tuple(cases), tuple(found), others, due)


def _details(person: Person) -> list[str]:
    return [detail for detail in (person.email, person.phone, *person.address) if detail]


def _entry(person: Person) -> str:
    rows = [
        ("Name", person.name),
        ("Job", person.title),
        ("Address", ", ".join(person.address)),
        ("E-mail", person.email),
        ("Telephone", person.phone),
        ("Employment ended", person.left),
        ("Normal pension age", person.pension_age_on),
    ]
    return "\n".join(f"{label}: {value}" for label, value in rows if value)


def _personnel(workspace: Workspace, person: Person) -> Iterator[Found]:
    with workspace.store.read() as reader:
        streams = [row.stream for row in reader.streams_about(person.id)]
        events = [
            event for stream in streams for event in reader.events_of(stream) if event.facts is not None
        ]
    for event in events:
        facts = json.loads(event.facts or b"{}")
        if facts.get("kind") == "warning_recorded":
            text = f"{facts['level'].replace('_', ' ')}, live from {facts['live_from']} until {facts['live_until']}"
        elif facts.get("kind") == "warning_ended":
            text = f"The warning of entry {facts['warning']} ended on {facts['on']}"
        else:
            continue
        yield Found(f"personnel/{event.n}", "An entry of your personnel file", text)


def _due(loaded: LoadedCase) -> str:
    for clock in loaded.case.running():
        deadline = loaded.policy.deadlines.get(clock.id)
        if deadline is not None and "UKGDPR-15" in deadline.cites:
            return describe_date(clock.due)
    return ""


def _of_case(workspace: Workspace, school: School, loaded: LoadedCase, person: Person) -> Iterator[Found]:
    """What a case holds: all of it where it is about the person, else what names them."""
    about = is_employee(workspace, loaded, person)
    history, reference = history_of(workspace, school, loaded), loaded.case.reference
    for entry in history.entries:
        text = timeline_text((entry,), _WIDTH).rstrip("\n")
        if not about and not _names(person, text):
            continue
        advice = entry.kind == "note_added" and "advice" in entry.title.lower()
        yield Found(
            f"{reference}/{entry.n}",
            f"{entry.title}, {_on(entry)}",
            text,
            None,
            "look" if advice else "yes",
            "privilege" if advice else "",
        )
        file = _file(workspace, loaded, entry.n)
        if file is not None and (about or _names(person, file[0])):
            mine = entry.kind.startswith("letter")
            yield Found(
                f"{reference}/{entry.n}/file", f"A file: {entry.title}, {_on(entry)}", "", file, "look",
                "" if mine else "third_party",
            )  # fmt: skip


def _on(entry: Entry) -> str:
    return entry.occurred.words if entry.occurred is not None else entry.recorded[:10]


def _file(workspace: Workspace, loaded: LoadedCase, n: int) -> tuple[str, bytes] | None:
    """The file that an event brought, opened."""
    facts = loaded.history[n - 1].facts
    file, body = facts.get("file"), body_of(workspace, loaded, n)
    if not isinstance(file, Mapping) or "file_key" not in body:
        return None
    with workspace.store.read() as reader:
        if reader.file(str(file["id"])) is None:
            return None
        data = open_bytes(reader, str(file["id"]), str(body["file_key"]))
    return str(body.get("file_name", "file")), data


def _of_registers(workspace: Workspace, school: School, person: Person) -> Iterator[Found]:
    for name, loaded in registers_of(workspace, school).items():
        if not loaded.book.entries:
            continue
        register, opened = read_register(workspace, school, name)
        for item in opened:
            text = "\n".join(
                f"{register.register.fields[at].label}: {value}" for at, value in item.shown.items()
            )
            if person.id in item.entry.values.values() or _names(person, text):
                what = f"{register.register.entry} {item.entry.number} of the register “{register.register.title}”"
                yield Found(f"{name}/{item.entry.number}", what, text)


def _names(person: Person, text: str) -> bool:
    return bool(_pattern([person.name, person.email, person.phone]).search(text))


def propose(holding: Holding) -> dict[str, Any]:
    """Return the review to be looked at, as plain data: everybody else is masked, files have to be looked at."""
    told = "\n".join(item.text for item in holding.found)
    people = [name for name in holding.others if _pattern(_forms(name, holding.person.name)).search(told)]
    return {
        "person": holding.person.id,
        "people": [
            {"name": name, "shown_as": f"[person {number}]"} for number, name in enumerate(sorted(people), 1)
        ],
        "items": [
            {
                "id": item.id,
                "what": masked(item.what, _masks(holding, {name: "[...]" for name in holding.others})),
                "give": item.propose,
                **({"exemption": item.exemption} if item.exemption else {}),
            }
            for item in holding.found
        ],
    }


def read_review(data: Any) -> Decided:
    """Return a review that somebody finished.

    Raises:
        NotReviewed: it is not of that form, nobody signed it, or something in it is not decided.
    """
    problems: list[str] = []
    try:
        signed = str(data.get("reviewed_by", "")).strip()
        masks = {str(row["name"]): str(row["shown_as"]) for row in data["people"]}
        items = [{str(key): str(value) for key, value in row.items()} for row in data["items"]]
        ids, person = [row["id"] for row in items], str(data["person"])
    except (AttributeError, KeyError, TypeError):
        raise NotReviewed(
            "This is not a review that casework made.", remedy="Make a new one, without --reviewed."
        ) from None
    if not signed:
        problems.append("nobody signed it: write reviewed_by with a name")
    for row in items:
        give = row.get("give", "")
        if give not in ("yes", "no"):
            problems.append(f"{row['id']}: give is {give or 'empty'}, and has to be yes or no")
        elif give == "no" and (row.get("exemption") not in EXEMPTIONS or not row.get("reason", "").strip()):
            problems.append(
                f"{row['id']}: what is left out has an exemption ({', '.join(EXEMPTIONS)}) and a reason"
            )
    if len(set(ids)) != len(ids):
        problems.append("an item stands there twice")
    if problems:
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise NotReviewed(
            f"The review is not finished: {'; '.join(problems[:5])}{more}.",
            remedy="Mend the file, then try again.",
        )
    return Decided(
        signed,
        person,
        masks,
        {row["id"]: row["give"] == "yes" for row in items},
        {row["id"]: row["exemption"] for row in items if row["give"] == "no"},
        {row["id"]: row["reason"] for row in items if row["give"] == "no"},
    )


def answer(workspace: Workspace, school: School, holding: Holding, decided: Decided) -> dict[str, bytes]:
    """Return what is given, as files by name; each case that something is given of is on the access log first.

    Raises:
        NotReviewed: the review is of somebody else, or of other items than there are now.
    """
    if decided.person != holding.person.id:
        raise NotReviewed("The review is of another person.", remedy="Check which file it is.")
    there = {item.id for item in holding.found}
    new, gone = sorted(there - decided.give.keys()), sorted(decided.give.keys() - there)
    if new or gone:
        raise NotReviewed(
            f"The review is of other items than there are now: {', '.join([*new, *gone][:5])}.",
            remedy="Make a new review; something was recorded, or destroyed, since.",
        )
    streams = {row.reference: row.stream for row in guard.cases_of(workspace, school.id)}
    for reference in holding.cases:
        note_access(workspace, school, "export", streams[reference], exported=True, purpose="subject access")
    masks = _masks(holding, decided.masks)
    given = [item for item in holding.found if decided.give[item.id]]
    files = {
        f"files/{number:02d} {_safe(item.file[0])}": item.file[1]
        for number, item in enumerate((item for item in given if item.file is not None), 1)
        if item.file is not None
    }
    texts = [item for item in given if item.file is None]
    return {
        "your-data.txt": _text(texts, masks).encode("utf-8"),
        "left-out.txt": _left_out(holding, decided, masks).encode("utf-8"),
        **files,
    }


def _text(items: Sequence[Found], masks: Mapping[str, str]) -> str:
    blocks = [f"{masked(item.what, masks)}\n{'-' * 40}\n{masked(item.text, masks)}" for item in items]
    return "\n\n\n".join(blocks) + "\n"


def _left_out(holding: Holding, decided: Decided, masks: Mapping[str, str]) -> str:
    lines = ["What is left out, and why", ""]
    for item in holding.found:
        if not decided.give[item.id]:
            lines.append(f"- {masked(item.what, masks)}")
            lines.append(f"  {EXEMPTIONS[decided.exemptions[item.id]]}")
            lines.append(f"  {masked(decided.reasons[item.id], masks)}")
    if decided.masks:
        lines.append("- The names and addresses of other people, in whose place something else stands")
        lines.append(f"  {EXEMPTIONS['third_party']}")
    return "\n".join(lines if len(lines) > 2 else [*lines, "Nothing is left out."]) + "\n"


def _masks(holding: Holding, shown: Mapping[str, str]) -> dict[str, str]:
    """What stands for each form of a name or detail of somebody else."""
    own = {part.casefold() for part in _forms(holding.person.name, "")} | {
        detail.casefold() for detail in _details(holding.person)
    }
    found: dict[str, str] = {}
    for name, instead in shown.items():
        for form in (*_forms(name, holding.person.name), *holding.others.get(name, ())):
            if form.casefold() not in own:
                found.setdefault(form, instead)
    return found


def _forms(name: str, own: str) -> list[str]:
    """A name and its parts that may stand alone; a part that the person's own name has too is left."""
    shared = {part.casefold() for part in own.split()}
    parts = [part.strip(".,") for part in name.split()]
    return [name, *(part for part in parts if len(part) >= _SHORTEST and part.casefold() not in shared)]


def masked(text: str, masks: Mapping[str, str]) -> str:
    """Return a text with each form of a name or detail replaced: whole words, longest first, in any case of letters."""
    if not masks:
        return text
    instead = {" ".join(form.split()).casefold(): by for form, by in masks.items()}
    return _pattern(masks).sub(lambda found: instead[" ".join(found[0].split()).casefold()], text)


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Finds any of some forms; a line may be broken between two words."""
    longest = sorted({form for form in forms if form.strip()}, key=len, reverse=True)
    told = [r"\s+".join(map(re.escape, form.split())) for form in longest]
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)" if told else r"(?!)", re.IGNORECASE)


def _safe(name: str) -> str:
    return re.sub(r"[^\w. -]", "_", name).lstrip(".") or "file"
