"""What goes into a pack: which letters and items, in which order, what is late, what is left out, what was found.

A pack holds what the employee may see: letters to them that stand, and every item of evidence that is not withheld from
them. Of an item that was redacted it holds the redacted copy and never the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from casework.base.time import Occurred, describe_date, parse_occurred
from casework.cases.replay import facts_of
from casework.records.entry import Item
from casework.records.pack import Held, Posted
from casework.records.telling_evidence import evidence_kind
from casework.records.told import numbered
from casework.records.words import METHODS, readable
from casework.services.evidence_listing import item_told
from casework.services.loading import LoadedCase, body_of, context_of, texts_of
from casework.services.school_documents import TYPES, SchoolDocument, documents_of, in_force

if TYPE_CHECKING:
    from casework.cases.model import Evidence, Letter, StepRecord
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Step
    from casework.services.evidence_listing import ItemTold
    from casework.services.schools import School
    from casework.services.workspace import Workspace

TITLES: Final = {"hearing": "Hearing pack", "appeal": "Appeal pack"}
"""What a pack is called."""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a pack is for: the field that says when it is, the act that holds it, the letter that invites to it.

    `notice` is what its cover says of findings.
    """

    when: str
    act: str
    invitation: str
    notice: str


_OCCASIONS: Final = {
    "hearing": _Occasion(
        "hearing_at",
        "hearing",
        "hearing-invitation",
        "Nothing in this pack is a finding until those who hear the matter have made one.",
    ),
    "appeal": _Occasion(
        "appeal_at",
        "appeal_hearing",
        "appeal-hearing",
        "The findings in the index are those of the first hearing. What becomes of them is for the appeal.",
    ),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A paper of a pack before its file was opened.

    Args:
        id: of the letter or item.
        key: of its chapter.
        label: `Letter 1`, `Evidence 3`.
        title: what it is.
        kind: which kind of paper, in words.
        section: key of the section in which it stands.
        event: the event whose file it is; None if it has none.
        more: events with copies that the person signed or corrected.
        dated: its date.
        late: a sentence if it is late.
        given: whether the employee has it, in words; `about`: the allegations that it is about.
        told: what is known of an item of evidence; `description` what it shows.
        document: for one of the school's own documents.
    """

    id: str
    key: str
    label: str
    title: str
    kind: str
    section: str
    event: int | None
    more: tuple[int, ...] = ()
    dated: date | None = None
    late: str = ""
    given: str = ""
    about: str = ""
    told: ItemTold | None = field(default=None, repr=False)
    description: str = ""
    document: SchoolDocument | None = field(default=None, repr=False)


SECTIONS: Final = {
    "letters": "Letters",
    "report": "The investigation report",
    "spoken": "Statements and notes of interviews",
    "other": "Documents, pictures and other evidence",
    "employee": "The employee’s papers",
    "school": "The school’s own documents",
}
"""The parts of a pack, in order."""


@dataclass
class Contents:
    """Everything that a pack for `purpose` holds and says, from the case as it stands.

    Args:
        with_documents: false leaves the school's own documents out, as where everybody has them already.

    Raises:
        NoAccess: this account has no key to the case. NotOpened: something was altered.
    """

    workspace: Workspace
    school: School
    loaded: LoadedCase
    purpose: str
    with_documents: bool = True

    @property
    def _occasion(self) -> _Occasion:
        return _OCCASIONS[self.purpose]

    @property
    def title(self) -> str:
        """What the pack is called."""
        return TITLES[self.purpose]

    @property
    def notice(self) -> str:
        """What the cover says of findings."""
        return self._occasion.notice

    @cached_property
    def _calendar(self) -> Calendar:
        calendar = context_of(self.workspace, self.school).calendar
        return calendar.counting(self.loaded.policy.policy_day)

    @cached_property
    def _today(self) -> date:
        return context_of(self.workspace, self.school).today

    @cached_property
    def closed_by(self) -> int:
        """The event that held the hearing, if it was held: what came later is in no pack for it."""
        held = [record.n for record in self.loaded.case.steps if self._act(record) == self._occasion.act]
        return held[-1] if held else self.loaded.n + 1

    def step(self, record: StepRecord) -> Step | None:
        """The step as the policy has it; None if it has none of that name, since the case moved to it later."""
        found = self.loaded.policy.steps.get(record.step)
        return found[1] if found else None

    def _act(self, record: StepRecord) -> str | None:
        step = self.step(record)
        return step.act if step is not None else None

    @cached_property
    def _arranged(self) -> StepRecord | None:
        steps = self.loaded.case.steps
        return next((record for record in reversed(steps) if self._occasion.when in record.values), None)

    @cached_property
    def _at(self) -> Occurred | None:
        if self._arranged is None:
            return None
        return parse_occurred(str(self._arranged.values[self._occasion.when])[:16])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every paper, in the order of the pack."""
        found = [*self.papers_of_the_case, *(self._documents() if self.with_documents else ())]
        return tuple(sorted(found, key=lambda source: list(SECTIONS).index(source.section)))

    @cached_property
    def papers_of_the_case(self) -> tuple[Source, ...]:
        """The letters and items of evidence, without what is the school's own."""
        return (*self._letters(), *self._evidence())

    @cached_property
    def _in_force(self) -> tuple[SchoolDocument, ...]:
        """The school's documents that were in force from the day of what is alleged on."""
        case = self.loaded.case
        days = [item.period[0] for item in case.standing_allegations if item.period is not None]
        first = min([*days, case.opened or self._today])
        held = [record.occurred.date for record in case.steps if record.n == self.closed_by]
        last = next((day for day in held if day is not None), self._today)
        return in_force(documents_of(self.workspace, self.school), first, last)

    @property
    def apart(self) -> tuple[SchoolDocument, ...]:
        """The school's documents that were asked to be left out."""
        return () if self.with_documents else self._in_force

    def _documents(self) -> Iterator[Source]:
        for item in self._in_force:
            yield Source(
                id=item.id,
                key=f"document-{item.number}",
                label=f"Document {item.number}",
                title=item.title,
                kind=f"{TYPES[item.type]} of the school",
                section="school",
                event=None,
                dated=item.since,
                document=item,
            )

    @cached_property
    def withheld(self) -> tuple[Evidence, ...]:
        """Items that the employee is not shown, so that nobody who decides is shown them either."""
        return tuple(item for item in self.items() if item.withheld is not None)

    @property
    def undecided(self) -> tuple[Evidence, ...]:
        """Items in the pack of which nobody has recorded that the employee was given them."""
        return tuple(item for item in self.items() if item.open)

    def items(self) -> Iterator[Evidence]:
        """What came before the hearing was held."""
        return (item for item in self.loaded.case.evidence.values() if item.n < self.closed_by)

    def _letters(self) -> Iterator[Source]:
        case = self.loaded.case
        employee = case.employee
        for number, letter in enumerate(case.letters.values(), start=1):
            to_them = employee is not None and letter.recipient == employee.id
            if to_them and letter.stands and letter.issued is not None and letter.issued < self.closed_by:
                title = str(body_of(self.workspace, self.loaded, letter.proposed).get("title", ""))
                yield Source(
                    id=letter.id,
                    key=f"letter-{number}",
                    label=f"Letter {number}",
                    title=title or readable(letter.template),
                    kind="Letter to the employee",
                    section="letters",
                    event=letter.issued,
                    dated=letter.issued_on,
                )

    def _evidence(self) -> Iterator[Source]:
        for item in self.items():
            if item.withheld is not None:
                continue
            words = body_of(self.workspace, self.loaded, item.n)
            copies = () if item.redacted else tuple(n for n in item.checks if self._has_file(n))
            yield Source(
                id=item.id,
                key=f"evidence-{item.number}",
                label=f"Evidence {item.number}",
                title=str(words.get("title", "")),
                kind=evidence_kind(item.type),
                section=_section(item),
                event=item.redacted or item.newest,
                more=copies,
                dated=item.received,
                late=self._late(item),
                given=_given(item),
                about=self._about(item),
                told=item_told(self.workspace, self.loaded, item),
                description=str(words.get("description", "")),
            )

    def _about(self, item: Evidence) -> str:
        """The allegations that an item is about, as far as they stand: `allegation 1`, `allegations 1 and 2`."""
        standing = {one.id: one.number for one in self.loaded.case.standing_allegations}
        numbers = tuple(sorted(standing[id_] for id_ in item.supports if id_ in standing))
        return numbered("allegation", "allegations", numbers) if numbers else ""

    def _has_file(self, event: int) -> bool:
        return "file" in self.loaded.history[event - 1].facts

    def _late(self, item: Evidence) -> str:
        """A sentence if an item came after its day: the employee's own, or the school's after its invitation."""
        if item.supplied == "employee":
            due = self.papers_due
            if due is None or item.received is None or item.received <= due:
                return ""
            return (
                f"The employee’s papers were due by {describe_date(due)}. This came on {describe_date(item.received)}."
                " It is shown all the same; those who hear the matter decide whether more time is needed."
            )
        sent = self._invited_on
        shown = item.disclosed_on or self._today
        if sent is None or shown <= sent:
            return ""
        when = (
            f"was given this on {describe_date(shown)}"
            if item.disclosed_on
            else "has not been given this yet"
        )
        return (
            f"The school’s papers go with the invitation, which counts as received on {describe_date(sent)}."
            f" The employee {when}."
        )

    @cached_property
    def papers_due(self) -> date | None:
        """The last day for the employee's papers; None while no hearing is arranged (ACAS-12c)."""
        if self._at is None or self._at.date is None:
            return None
        days = self.loaded.policy.days("employee_papers_days")
        return self._calendar.working_days_before(self._at.date, days).result

    @cached_property
    def _invited_on(self) -> date | None:
        """The day on which the invitation, with the school's papers, counts as received (ACAS-9b)."""
        letters = self.loaded.case.letters_of(self._occasion.invitation)
        service = letters[-1].earliest_service if letters else None
        return service.effective if service else None

    @property
    def hearing(self) -> tuple[Item, ...]:
        """When and where it is, and for an appeal when and why it was lodged; as far as that is on record."""
        found: list[tuple[str, str]] = []
        if self._arranged is not None and self._at is not None:
            found.append(("When", self._at.describe()))
            venue = texts_of(self.workspace, self.loaded, self._arranged).get("venue", "")
            found.append(("Where", str(venue)))
        found.extend(self._lodged() if self.purpose == "appeal" else ())
        return tuple(Item(label, value, None) for label, value in found if value)

    def _lodged(self) -> Iterator[tuple[str, str]]:
        steps = reversed(self.loaded.case.steps)
        lodged = next((record for record in steps if self._act(record) == "appeal_lodged"), None)
        if lodged is not None:
            yield "Appeal received", lodged.occurred.describe()
            yield "Grounds", str(texts_of(self.workspace, self.loaded, lodged).get("grounds", ""))

    @property
    def employee(self) -> str:
        """Whom the pack is about: name and post."""
        party = self.loaded.case.employee
        words = body_of(self.workspace, self.loaded, party.words) if party is not None else {}
        return ", ".join(str(words[name]) for name in ("name", "title") if words.get(name))

    def left_out(self) -> tuple[Held, ...]:
        """Return what is on the school's file and not here: withheld items, each with its reason, and documents."""
        held = [
            Held(
                f"Evidence {item.number}",
                str(body_of(self.workspace, self.loaded, item.n).get("title", "")),
                str(body_of(self.workspace, self.loaded, item.withheld or 0).get("reason", "")),
            )
            for item in self.withheld
        ]
        said = "It is one of the school’s own documents and given apart. Ask the school for a copy."
        return (*held, *(Held(f"Document {item.number}", item.title, said) for item in self.apart))

    def posted(self) -> tuple[Posted, ...]:
        """Return each service of the letters in the pack."""
        letters = self.loaded.case.letters
        return tuple(
            self._posted(source, letters[source.id], index)
            for source in self.sources
            if source.id in letters
            for index in range(len(letters[source.id].services))
        )

    def _posted(self, source: Source, letter: Letter, index: int) -> Posted:
        service = letter.services[index]
        sent = Occurred.from_facts(dict(facts_of(self.loaded.history, service.n)["occurred"]))
        return Posted(
            source.key,
            source.label,
            source.title,
            METHODS.get(service.method, readable(service.method)),
            sent.describe(),
            describe_date(service.effective),
            str(body_of(self.workspace, self.loaded, service.n).get("proof", "")),
        )


def _section(item: Evidence) -> str:
    if item.supplied == "employee":
        return "employee"
    if item.type == "report":
        return "report"
    return "spoken" if item.type in ("statement", "interview_notes") else "other"


def _given(item: Evidence) -> str:
    if item.supplied == "employee":
        return "supplied it"
    if item.disclosed_on is not None:
        return f"was given it on {describe_date(item.disclosed_on)}"
    return "is given it with this pack"
