"""The facts of a working paper: all that a template can name, every one of them always there, perhaps empty.

A paper is a thing to fill in, so that nothing is required of a case: what is not known yet is an empty text, an empty
list or None, and the template leaves room for it. Dates are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime as DateTime

from casework.correspondence.facts import Facts


class Person(Facts):
    """Somebody with a part in the case; `part` is the part as the policy calls it."""

    name: str
    title: str = ""
    part: str = ""


class ThisPaper(Facts):
    """The paper: its title, and the date on which it is made."""

    title: str
    made: Date


class School(Facts):
    """The school that the paper comes from."""

    name: str


class CaseFacts(Facts):
    """The case and the procedure that it follows."""

    reference: str
    procedure_name: str
    procedure_dated: Date | None = None
    reported: Date | None = None


class Item(Facts):
    """An item of evidence; `about` are the numbers of the allegations that it is about, as texts."""

    number: int
    title: str
    source: str = ""
    about: tuple[str, ...] = ()
    disclosed: bool = False


class Allegation(Facts):
    """One allegation, with the evidence about it."""

    number: int
    text: str
    clause: str = ""
    period: str = ""
    gross_misconduct: bool = False
    evidence: tuple[Item, ...] = ()


class Event(Facts):
    """Something that was done in the case, and when; None if that is not known."""

    on: Date | None
    what: str


class Meeting(Facts):
    """An investigation meeting that was held, with what the employee said; `irregular` if it was not held in order."""

    title: str
    on: Date | None
    account: str
    irregular: bool = False


class Investigation(Facts):
    """The investigation: who carries it out, what it is to find out, by when, and what was done until its report."""

    investigators: tuple[Person, ...] = ()
    terms: str = ""
    events: tuple[Event, ...] = ()
    report_due: Date | None = None


class Hearing(Facts):
    """The hearing that comes next, or the appeal hearing (`appeal`); the chair is the first of the panel.

    `others` are the people with another part on the day: presenting officer, companion, clerk, note-taker.
    """

    appeal: bool = False
    at: DateTime | None = None
    venue: str = ""
    adjustments: str = ""
    worst_outcome: str = ""
    panel: tuple[Person, ...] = ()
    presenting_officer: Person | None = None
    note_takers: tuple[Person, ...] = ()
    others: tuple[Person, ...] = ()


class Question(Facts):
    """A question that the procedure asks when a step is recorded.

    `kind` is `text`, `boolean` or `choice`; `options` are the answers of a choice, `lines` the room to write.
    """

    label: str
    help: str = ""
    kind: str = "text"
    options: tuple[str, ...] = ()
    lines: int = 4


class OneStep(Facts):
    """What one step asks and no other of them does."""

    title: str
    questions: tuple[Question, ...]


class Questions(Facts):
    """What steps of the policy ask: their titles, what is asked once, and what is asked of each allegation (`each`).

    What is asked once is told a second time in parts: `common` to several of the steps, and by steps that ask `alone`.
    """

    titles: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    each: tuple[Question, ...] = ()
    common: tuple[Question, ...] = ()
    alone: tuple[OneStep, ...] = ()


class PaperFacts(Facts):
    """Everything that a working paper's template can name.

    `person` is whom the paper is made for, such as who is interviewed; `interview` is that person and the investigating
    officer, as they sign; `rows` is a list to loop over for empty rows of a table.
    """

    paper: ThisPaper
    school: School
    case: CaseFacts
    employee: Person | None = None
    person: Person | None = None
    interview: tuple[Person, ...] = ()
    people: tuple[Person, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    evidence: tuple[Item, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    investigation: Investigation = Investigation()
    hearing: Hearing = Hearing()
    grounds: tuple[str, ...] = ()
    questions: Mapping[str, Questions] = {}
    rows: tuple[int, ...] = tuple(range(6))
