"""Working papers of a case: prepared from its record, taken away as PDF or Word, and taken back filled in, as evidence.

A paper is no record: making one is put on the access log, and nothing else. What comes back is evidence like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.cases.model import Party, StepRecord
from casework.correspondence import paper_facts as facts
from casework.correspondence.library import shipped
from casework.correspondence.papers import Paper, Papers, shipped_papers
from casework.services.access import note_access
from casework.services.cases import party_if_named
from casework.services.evidence import IncomingFile, add_evidence
from casework.services.letter_facts import allegation_facts
from casework.services.loading import LoadedCase, body_of, people_of, texts_of
from casework.services.own_letters import library_of
from casework.services.schools import School, details

if TYPE_CHECKING:
    from casework.procedure.model import Policy, Step, StepField
    from casework.services.recorder import Receipt
    from casework.services.workspace import Workspace

_BY_ACT: Final = "act:"
_PANELS: Final = {
    False: ("hearing_chair", "hearing_panel_member"),
    True: ("appeal_chair", "appeal_panel_member"),
}
_BESIDE_THE_PANEL: Final = ("presenting_officer", "companion", "clerk", "note_taker")
_NOTE_TAKERS: Final = ("clerk", "note_taker")


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A working paper that can be made: its id, title, use, and who of the case fills it in (names, perhaps none)."""

    id: str
    title: str
    use: str
    readers: tuple[str, ...]


def papers_of(workspace: Workspace, school: School, own: Path | None = None) -> Papers:
    """Return the working papers of a school: those of a folder of its own before ours, in the language of its letters.

    Raises:
        LettersWrong: a file of its own cannot be read. NoAccess: this account has no key to its letters.
    """
    language = library_of(workspace, school).language
    if own is None and language is shipped().language:
        return shipped_papers()
    return Papers.load([own] if own else (), language)


def listing(
    workspace: Workspace, school: School, loaded: LoadedCase, own: Path | None = None
) -> list[PaperRow]:
    """Return the working papers, each with the names of those in the case who fill it in; the reading is logged.

    Args:
        own: a folder with forms of the school's own, which stand in for ours.

    Raises:
        NoAccess: this account has no key to the case. StoreReadOnly: the reading cannot be noted.
    """
    note_access(workspace, school, "case", loaded.stream)
    people = people_of(workspace, loaded)
    return [
        PaperRow(
            paper.id,
            paper.title,
            paper.use,
            tuple(
                dict.fromkeys(
                    str(people[party.id]["name"])
                    for role in paper.readers
                    for party in loaded.case.holders(role)
                )
            ),
        )
        for paper in papers_of(workspace, school, own).papers.values()
    ]


def make(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    paper_id: str,
    form: str,
    *,
    person: str = "",
    own: Path | None = None,
) -> bytes:
    """Return a working paper of a case as a file; that it was taken away is put on the access log first.

    Args:
        paper_id: which paper; `listing` names them.
        form: `pdf` or `docx`.
        person: whom it is made for, such as who is interviewed: somebody in the case, or any name.
        own: as for `listing`.

    Raises:
        UnknownPaper: there is no such paper. BadInput: it is made for nobody. UnknownPerson: several people fit.
        NoAccess: this account has no key to the case. NoGlyph, EngineMissing: for a PDF.
    """
    papers = papers_of(workspace, school, own)
    paper = papers.paper(paper_id)
    if person and not paper.person:
        raise BadInput(f"“{paper.title}” is not made for one person.", remedy="Leave out --with.")
    found = facts_of(workspace, school, loaded, paper, person=person)
    html = papers.compose(paper_id, found)
    note_access(workspace, school, "case", loaded.stream, exported=True, purpose=paper.title)
    if form == "pdf":
        return papers.to_pdf(html)
    from casework.rendering.docx import html_to_docx  # slow to import, and only for Word

    return html_to_docx(html)


def take_back(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    paper_id: str,
    file: IncomingFile,
    *,
    filled_in_by: str,
    about: Iterable[int] = (),
    own: Path | None = None,
    command: str = "",
) -> Receipt:
    """Add a working paper that was filled in to the evidence of the case, as the kind of evidence that it is.

    Args:
        paper_id: which paper it is.
        file: from `read_file` (a path) or `incoming` (a name and bytes); it is sealed as it is.
        filled_in_by: who did.
        about: numbers of the allegations that it is about; none means all.
        own: as for `listing`.

    Raises:
        UnknownPaper, UnknownItem, FieldInvalid.
    """
    paper = papers_of(workspace, school, own).paper(paper_id)
    return add_evidence(
        workspace,
        school,
        loaded,
        title=paper.title,
        type_=paper.comes_back_as,
        points="neutral",
        supports=about,
        source=filled_in_by,
        method=f"Working paper “{paper.title}”, filled in",
        file=file,
        command=command,
    )


def facts_of(
    workspace: Workspace, school: School, loaded: LoadedCase, paper: Paper, *, person: str = ""
) -> facts.PaperFacts:
    """Return what a working paper can tell of a case today. Raises as `make`."""
    return _Facts(workspace, school, loaded).whole(paper, person)


@dataclass
class _Facts:
    """Puts together the facts of a paper from one case."""

    workspace: Workspace
    school: School
    loaded: LoadedCase

    def __post_init__(self) -> None:
        self.case, self.policy = self.loaded.case, self.loaded.policy
        self.words = people_of(self.workspace, self.loaded)
        self.items = [self._item(number) for number in range(len(self.case.evidence))]

    def whole(self, paper: Paper, named: str) -> facts.PaperFacts:
        known = details(self.workspace, self.school)
        dated = self.policy.procedure_date or known.get("procedure_date", "")
        person = self._named(named)
        investigators = self._people("investigating_officer")
        employee = self.case.employee
        return facts.PaperFacts(
            paper=facts.ThisPaper(title=paper.title, made=local_date(self.workspace.clock.now())),
            school=facts.School(name=self.school.name),
            case=facts.CaseFacts(
                reference=self.case.reference,
                procedure_name=self.policy.procedure_name,
                procedure_dated=date.fromisoformat(dated) if dated else None,
                reported=self.case.opened,
            ),
            employee=self._person(employee) if employee else None,
            person=person,
            interview=tuple(item for item in (person, *investigators) if item),
            people=tuple(self._person(party) for party in self.case.parties.values()),
            allegations=self._allegations(),
            evidence=tuple(self.items),
            meetings=self._meetings(),
            investigation=facts.Investigation(
                investigators=investigators,
                terms=self._text("terms_of_reference"),
                events=self._events(),
                report_due=_day(self.case.answer("report_due")),
            ),
            hearing=self._hearing(),
            grounds=tuple(line.strip() for line in self._text("grounds").splitlines() if line.strip()),
            questions={name: asked(self.policy, steps) for name, steps in paper.questions.items()},
        )

    def _allegations(self) -> tuple[facts.Allegation, ...]:
        found = []
        language = library_of(self.workspace, self.school).language
        for item in self.case.standing_allegations:
            told = allegation_facts(self.workspace, self.loaded, item, language)
            about = tuple(piece for piece in self.items if str(item.number) in piece.about)
            found.append(facts.Allegation.model_validate({**told, "evidence": about}))
        return tuple(found)

    def _item(self, position: int) -> facts.Item:
        item = [*self.case.evidence.values()][position]
        words = body_of(self.workspace, self.loaded, item.n)
        return facts.Item(
            number=item.number,
            title=str(words.get("title", "")),
            source=str(words.get("source", "")),
            about=tuple(str(self.case.allegations[name].number) for name in item.supports),
            disclosed=item.disclosed is not None,
        )

    def _events(self) -> tuple[facts.Event, ...]:
        """The steps until the report: what came after it is not the investigator's (CASE-8)."""
        steps = [record for record in self.case.steps if record.strand == self.policy.main_strand]
        done = [record.n for record in steps if self._step(record).act == "investigation"]
        until = max(done, default=self.case.n)
        return tuple(
            facts.Event(on=record.occurred.date, what=self._step(record).title)
            for record in steps
            if record.n <= until
        )

    def _meetings(self) -> tuple[facts.Meeting, ...]:
        return tuple(
            facts.Meeting(
                title=self._step(record).title,
                on=record.occurred.date,
                account=account,
                irregular=record.irregular,
            )
            for record in self.case.steps
            if (account := texts_of(self.workspace, self.loaded, record).get("account"))
        )

    def _hearing(self) -> facts.Hearing:
        appeal = self.case.answer("appeal_at") is not None
        chairs = [self._people(role) for role in _PANELS[appeal]]
        presenting = self._people("presenting_officer")
        worst, at = (
            self.case.answer("worst_outcome"),
            self.case.answer("appeal_at" if appeal else "hearing_at"),
        )
        return facts.Hearing(
            appeal=appeal,
            at=datetime.fromisoformat(at) if isinstance(at, str) else None,
            venue=self._text("venue"),
            adjustments=self._text("adjustments"),
            worst_outcome=_option(self.policy, "worst_outcome", worst) if isinstance(worst, str) else "",
            panel=tuple(person for members in chairs for person in members),
            presenting_officer=presenting[-1] if presenting else None,
            note_takers=tuple(person for role in _NOTE_TAKERS for person in self._people(role)),
            others=tuple(person for role in _BESIDE_THE_PANEL for person in self._people(role)[-1:]),
        )

    def _text(self, name: str) -> str:
        """The words that the newest step gave to a field; empty if none has."""
        for record in reversed(self.case.steps):
            text = texts_of(self.workspace, self.loaded, record).get(name)
            if isinstance(text, str) and text:
                return text
        return ""

    def _step(self, record: StepRecord) -> Step:
        return self.loaded.policy_then(record.n).steps[record.step][1]

    def _people(self, role: str) -> tuple[facts.Person, ...]:
        return tuple(self._person(party, role) for party in self.case.holders(role))

    def _person(self, party: Party, role: str = "") -> facts.Person:
        words = self.words[party.id]
        part = self.policy.roles.get(role or next(iter(party.roles), ""))
        return facts.Person(
            name=str(words["name"]), title=str(words.get("title") or ""), part=part.title if part else ""
        )

    def _named(self, named: str) -> facts.Person | None:
        if not named:
            return None
        party = party_if_named(self.workspace, self.loaded, named)
        return self._person(self.case.parties[party]) if party else facts.Person(name=named)


def asked(policy: Policy, steps: Iterable[str]) -> facts.Questions:
    """Return what these steps of a policy ask; `act:decision` stands for all steps that are one in law.

    What a policy does not have is left out: a paper serves every policy.
    """
    chosen = [step for name in steps for step in _steps(policy, name)]
    fields: dict[str, StepField] = {}
    askers: dict[str, list[str]] = {}
    for step in chosen:
        for field in filter(_is_asked, step.fields.values()):
            fields.setdefault(field.label, field)
            askers.setdefault(field.label, []).append(step.title)
    each = [field for field in fields.values() if field.each is not None]
    once = [field for field in fields.values() if field.each is None]
    alone = [
        (step.title, [field for field in once if askers[field.label] == [step.title]]) for step in chosen
    ]
    return facts.Questions(
        titles=tuple(step.title for step in chosen),
        questions=tuple(map(_question, once)),
        each=tuple(map(_question, each)),
        common=tuple(_question(field) for field in once if len(askers[field.label]) > 1),
        alone=tuple(
            facts.OneStep(title=title, questions=tuple(map(_question, own))) for title, own in alone if own
        ),
    )


def _is_asked(field: StepField) -> bool:
    """Who takes part and when it was is known, or stands at the head of the paper."""
    return field.type not in ("party", "parties") and not field.occurrence


def _steps(policy: Policy, name: str) -> list[Step]:
    steps: Mapping[str, tuple[str, Step]] = policy.steps
    if name.startswith(_BY_ACT):
        return [step for _, step in steps.values() if step.act == name.removeprefix(_BY_ACT)]
    return [steps[name][1]] if name in steps else []


def _question(field: StepField) -> facts.Question:
    kind = "choice" if field.options else "boolean" if field.type == "boolean" else "text"
    lines = {"date": 1, "datetime": 1, "integer": 1, "text": 6 if field.each else 3}
    return facts.Question(
        label=field.label,
        help=_for_paper(field.help),
        kind=kind,
        options=tuple(field.options.values()),
        lines=lines.get(field.type, 2),
    )


def _for_paper(text: str) -> str:
    """Help without the sentences that name a command: nobody types on paper."""
    return " ".join(sentence for sentence in re.split(r"(?<=[.?!]) ", text) if "`" not in sentence)


def _option(policy: Policy, name: str, value: str) -> str:
    """How a value of a field reads, whichever step asks for it."""
    fields = [step.fields[name] for _, step in policy.steps.values() if name in step.fields]
    return next((field.options[value] for field in fields if value in field.options), value)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else None
