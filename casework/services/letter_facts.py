"""Finding the facts of a letter: from the steps, people, clocks and settings of a case, and from whoever writes it.

A letter declares where each of its fields comes from (`step.invite_to_hearing.hearing_at`, `party.clerk`,
`clock.appeal_lodging`, `setting.…`, `case.…`, `subject.…`, or `asked`). What is not found stays out, and
the letter then names it as missing. The result is plain data, so that the very input of a letter can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from casework.cases.dated import policy_on
from casework.cases.model import Allegation, StepRecord
from casework.cases.request import Context
from casework.correspondence.catalogue import FieldSpec, Letter
from casework.correspondence.facts import Rewording
from casework.correspondence.language import Language
from casework.services.letter_decided import as_decided
from casework.services.letter_derived import Derived
from casework.services.loading import LoadedCase, body_of, people_of, texts_of
from casework.services.schools import School, details

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

DECISIONS = ("decision", "accepted_without_hearing", "appeal_decision")
"""What a step is in law if it decides about allegations, a sanction or an appeal."""

PANELS = {
    "hearing_panel": ("hearing_chair", "hearing_panel_member"),
    "appeal_panel": ("appeal_chair", "appeal_panel_member"),
}
"""Panels by the roles of their members, the chair first."""


@dataclass
class LetterFacts:
    """The facts of one letter about to be written.

    `sender` and `recipient` are party ids, `day` is the letter's local date, `method` the planned way of service.
    `given` are the fields that whoever writes the letter gives; they go before what the case says. In a letter that
    tells of a decision they cannot: what is on record of it stands there as it is (LX-13). `own_words` are
    paragraphs of the sender's own; `reworded` is what they say in other words than the letter. `language` is
    that of the letters by which it is written.
    """

    workspace: Workspace
    school: School
    loaded: LoadedCase
    letter: Letter
    context: Context
    sender: str
    recipient: str
    day: date
    method: str
    given: Mapping[str, Any]
    language: Language
    authority: str = ""
    own_words: tuple[str, ...] = ()
    reworded: tuple[Rewording, ...] = ()

    def data(self, checkpoint: str) -> dict[str, Any]:
        """Return everything that is known, in the shape of `casework.correspondence.facts.LetterData`."""
        sender, recipient = self._words[self.sender], self._words[self.recipient]
        shown: dict[str, Any] = {
            "letter": {
                "id": self.letter.id,
                "date": self.day.isoformat(),
                "our_reference": self.loaded.case.reference,
                "checkpoint": checkpoint,
            },
            "school": self._school(),
            "recipient": None if self.letter.for_the_file else addressee(recipient),
            "sender": {"name": sender["name"], "title": sender["title"], "authority": self.authority},
            "case": self._case(),
            "allegations": [
                allegation_facts(self.workspace, self.loaded, item, self.language)
                for item in self.loaded.case.standing_allegations
            ],
            "people": {party: person(words) for party, words in self._words.items()},
            "copy_to": self._copies(),
            "delivery": None if self.letter.for_the_file else self.language.delivery.get(self.method, ""),
            "employee": self._employee_name() if "employee" in self.letter.withholds else None,
            "fields": self.fields(),
            **({"own_words": list(self.own_words)} if self.own_words else {}),
        }
        if self.reworded:
            shown["reworded"] = [change.model_dump() for change in self.reworded]
        found: dict[str, Any] = without_nothing(shown)
        return found

    def fields(self) -> dict[str, Any]:
        """Return the letter's own fields as far as they are known.

        Raises:
            NotAsDecided: a field that was given says something else than the decision on record.
        """
        found = {}
        standing = self._details.get("letter_fields", {})
        for name, spec in self.letter.fields.items():
            value, known = self.given.get(name), self._known(spec)
            if value is not None and known is not None and self._decision is not None:
                value = as_decided(spec, value, known, self._decision.n)
            if value is None:
                value = known
            if value is None:
                value = standing.get(name)
            if value is None and spec.type in ("list", "parties", "rows") and spec.minimum == 0:
                value = []
            if value is not None:
                found[name] = value
        for name, spec in self.letter.fields.items():
            if spec.type == "boolean" and name not in found and name.startswith("has_"):
                found[name] = bool(found.get(name.removeprefix("has_")))
        unknown = {name: value for name, value in self.given.items() if name not in self.letter.fields}
        return {**found, **unknown}

    def _known(self, spec: FieldSpec) -> Any:
        """What the case says of a field, or None."""
        return self._find(spec) or self._rows(spec) if spec.type == "rows" else self._find(spec)

    @cached_property
    def _decision(self) -> StepRecord | None:
        """The decision that the letter tells of, if it tells of one."""
        record = self.loaded.case.last_step(*self.letter.steps)
        decides = record is not None and self.loaded.policy.steps[record.step][1].act in DECISIONS
        return record if decides else None

    @cached_property
    def _words(self) -> dict[str, Mapping[str, Any]]:
        return people_of(self.workspace, self.loaded)

    @cached_property
    def _details(self) -> Mapping[str, Any]:
        return details(self.workspace, self.school)

    @cached_property
    def _derived(self) -> Derived:
        return Derived(
            self.workspace, self.loaded, self.context, self.letter.id, self.day, self.method, self.language
        )

    def _copies(self) -> list[str]:
        """Who gets a copy of the letter: those in the case who have one of its roles, and are not its reader."""
        return [
            f"{self._words[party.id]['name']}, {words}"
            for role, words in self.letter.copies.items()
            for party in self.loaded.case.holders(role)
            if party.id != self.recipient
        ]

    def _employee_name(self) -> str | None:
        employee = self.loaded.case.employee
        return str(self._words[employee.id]["name"]) if employee is not None else None

    def _school(self) -> dict[str, Any]:
        return {
            "name": self.school.name,
            "address_lines": _lines(self._details.get("address", ())),
            "phone": self._details.get("phone"),
            "email": self._details.get("email"),
            "logo": self._details.get("logo"),
        }

    def _case(self) -> dict[str, Any]:
        policy, catalogues = self.loaded.policy, self.loaded.catalogues
        return {
            "reference": self.loaded.case.reference,
            "procedure_name": policy.procedure_name,
            "procedure_dated": policy.procedure_date or self._details.get("procedure_date", ""),
            "policy_name": catalogues[0].policy_name if catalogues else policy.procedure_name,
        }

    def _rows(self, spec: FieldSpec) -> list[dict[str, Any]] | None:
        """One row for each allegation, its columns from answers given for each; or one for each checklist question; or
        a single one, if there is an answer for every column.
        """
        if spec.each != "allegation":
            single = {name: self._find(column) for name, column in spec.columns.items()}
            return self._checklist_rows(spec) or ([single] if None not in single.values() else None)
        rows = []
        for item in self.loaded.case.standing_allegations:
            row: dict[str, Any] = {"allegation": item.number}
            for name, column in spec.columns.items():
                answers = self._find(column)
                answer = answers.get(item.id) if isinstance(answers, Mapping) else answers
                row[name] = self._derived.titles(answer) if isinstance(answer, list | tuple) else answer
            rows.append(row)
        return rows

    def _checklist_rows(self, spec: FieldSpec) -> list[dict[str, Any]] | None:
        """Two columns from one checklist: the question, and the reason that was given for its answer."""
        sources = {column.sources for column in spec.columns.values()}
        where = next(iter(sources))[0].split(".") if len(sources) == 1 else []
        record = self.loaded.case.last_step(where[1]) if len(where) == 3 else None
        if record is None or len(spec.columns) != 2:
            return None
        field = self.loaded.policy.steps[record.step][1].fields[where[2]]
        checklist = self.loaded.policy.checklists[field.checklist or ""]
        reasons = texts_of(self.workspace, self.loaded, record).get(where[2], {})
        question, answer = spec.columns
        return [
            {question: checklist.questions[name].text, answer: reason} for name, reason in reasons.items()
        ]

    def _find(self, spec: FieldSpec) -> Any:
        """The value from the first of the field’s sources that has one, newer steps before older ones."""
        found = (self._find_in(source, spec) for source in self._newest_first(spec.sources))
        value = next((value for value in found if value is not None), None)
        if (
            value is None
            and spec.type == "boolean"
            and any(source.startswith("step.") for source in spec.sources)
        ):
            return False  # an optional yes or no that was not given
        return value

    def _newest_first(self, sources: tuple[str, ...]) -> list[str]:
        """The sources of a field in their order, but of the steps that they name the one taken last comes first."""
        steps = [source for source in sources if source.startswith("step.")]

        def taken(source: str) -> int:
            record = self.loaded.case.last_step(source.split(".")[1])
            return -record.n if record is not None else 0

        newest = iter(sorted(steps, key=taken))
        return [next(newest) if source.startswith("step.") else source for source in sources]

    def _find_in(self, source: str, spec: FieldSpec) -> Any:
        where, _, name = source.partition(".")
        if where == "step":
            step, _, field = name.partition(".")
            return self._from_step(step, field, spec)
        if where == "party":
            return self._party(name, spec)
        if where == "clock":
            return self._derived.clock(name)
        if where == "case":
            return self._derived.case(name)
        if where == "setting":
            there = policy_on(self.loaded.policy, self.context.school, self.day)
            setting = there.settings.get(name)
            return setting.value if setting is not None else self._details.get(name)
        if where == "subject":
            return getattr(self.loaded.case.employee, name, None)
        return None

    def _record(self, step: str) -> StepRecord | None:
        """The step as last taken; of a step that names the reader of the letter, as last taken about this reader."""
        _, of, field = (self.letter.addressee or "..").split(".")
        if step != of:
            return self.loaded.case.last_step(step)
        about = [
            r for r in self.loaded.case.steps if r.step == step and r.values.get(field) == self.recipient
        ]
        return about[-1] if about else None

    def _from_step(self, step: str, field: str, spec: FieldSpec) -> Any:
        record = self._record(step)
        if record is None:
            return None
        if field == "occurred":
            return occurred_text(record, spec.type)
        if field == "taken_by":
            return record.taken_by
        if field in record.values:
            value = record.values[field]
            if spec.type == "date" and isinstance(value, str):
                return value[:10]  # the day of a date and time
            known = self.loaded.policy.steps[step][1].fields.get(field)
            if spec.type == "text" and isinstance(value, Mapping) and not (known and known.each):
                return self._conclusion(record, field)
            return list(value) if isinstance(value, tuple) else value
        text = texts_of(self.workspace, self.loaded, record).get(field)
        if spec.type == "list" and isinstance(text, str):
            return [line for line in text.splitlines() if line.strip()]
        return text

    def _conclusion(self, record: StepRecord, field: str) -> str | None:
        """Of the answers to a checklist, the words that a letter gives: the reason for the last one, which concludes.

        None without such a reason: then whoever writes the letter says it.
        """
        known = self.loaded.policy.steps[record.step][1].fields.get(field)
        name = known.checklist if known else None
        if name is None:
            return None
        *_, last = self.loaded.policy.checklists[name].questions
        reason = texts_of(self.workspace, self.loaded, record).get(field, {}).get(last)
        return None if reason is None else str(reason)

    def _party(self, role: str, spec: FieldSpec) -> Any:
        holders = [party.id for name in PANELS.get(role, (role,)) for party in self.loaded.case.holders(name)]
        if spec.type == "parties":
            return holders or None
        return holders[-1] if holders else None


def allegation_facts(
    workspace: Workspace, loaded: LoadedCase, item: Allegation, language: Language
) -> dict[str, Any]:
    """Return an allegation as letters and working papers tell it, with the school's own clauses."""
    return {
        "number": item.number,
        "text": body_of(workspace, loaded, item.n).get("text"),
        "clause": _clauses(loaded, item, language),
        "period": period_words(item, language),
        "gross_misconduct": item.gross_misconduct,
    }


def _clauses(loaded: LoadedCase, item: Allegation, language: Language) -> str:
    """The school's own clauses: “clauses 4.1 and 4.3 of the Social Media Policy”."""
    parts = []
    for catalogue in loaded.catalogues:
        known = [catalogue.by_code[code].number for code in item.clauses if code in catalogue.by_code]
        numbers = list(dict.fromkeys(known))
        if numbers:
            parts.append(language.clauses_of(numbers, catalogue.policy_name))
    return "; ".join(parts)


def period_words(item: Allegation, language: Language) -> str:
    """Return when an allegation is said to have happened, in words; empty when it is not known."""
    return "" if item.period is None else language.period(*item.period).replace("\u00a0", " ")


def occurred_text(record: StepRecord, kind: str) -> str | None:
    """Return when a step happened as a letter's date or datetime field holds it; None when it is not known."""
    day, time = record.occurred.date, record.occurred.time
    if day is None or (kind == "datetime" and time is None):
        return None
    exact = time is not None and kind in ("datetime", "moment")
    return f"{day.isoformat()}T{time:%H:%M}" if exact else day.isoformat()


def addressee(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return a party as the recipient of a letter."""
    return {
        "name": words.get("name"),
        "salutation": words.get("salutation") or words.get("name"),
        "job_title": words.get("title"),
        "address_lines": list(words.get("address", ())),
    }


def person(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return a party as a letter names one."""
    return {name: words.get(name) for name in ("name", "title", "phone", "email")}


def without_nothing(value: Any) -> Any:
    """Return plain data without what says nothing, so that it is canonical and that gaps are seen as gaps."""
    if isinstance(value, Mapping):
        cleaned = {key: without_nothing(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item is not None and item != ""}
    if isinstance(value, list | tuple):
        return [without_nothing(item) for item in value]
    return value


def _lines(address: Any) -> list[str]:
    return [address] if isinstance(address, str) else list(address)
