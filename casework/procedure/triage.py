"""Triage as policy data: the ordered questions that every report is asked, and what follows from each answer.

Answers drive the band of severity, who deals with it, what is opened beside the procedure, which letters are due and
what is to be done. Nothing is evaluated from a file: an effect is a set of answers, and what those lead to. How answers
are put together is `casework.cases.triage`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from casework.procedure.language import Model

Band = Literal["S0", "S1", "S2", "S3", "S4", "X"]
"""Severity, rising; X is safeguarding or criminal law first. Guidance for triage, never a result."""

BANDS: tuple[Band, ...] = ("S0", "S1", "S2", "S3", "S4", "X")

YES_NO: dict[str, str] = {"no": "No", "yes": "Yes", "unclear": "Not clear", "unknown": "Not known"}
"""The answers of a question that names none of its own."""


class BandSpec(Model):
    """A band in words, and the route that a matter of that band usually takes."""

    title: str
    route: str
    cites: tuple[str, ...] = ()


class Route(Model):
    """A way to deal with a report; `step` is the step of the procedure that takes it, if it is one."""

    title: str
    plain: str = ""
    step: str | None = None


class Task(Model):
    """Something to be done because of an answer: what, by whom, by when in words, and the register that it fills."""

    text: str
    by: str
    within: str
    register_: str | None = Field(default=None, alias="register")
    cites: tuple[str, ...] = ()


Source = Literal["reported", "answered", "reason", "employee"]
"""Where an answer comes from that triage itself gives: when the school was told, when the question was answered, the
reason of the answer, or the employee."""


class Matter(Model):
    """A matter that an answer opens, with that answer.

    `step` is the step that enters its strand, `register` the register in which an entry is begun; `fills` says which of
    their fields are known already, and from where. With neither, only a clock that starts with `triage:NAME` says what
    is to be done, because a person has to decide first.
    """

    title: str
    step: str | None = None
    register_: str | None = Field(default=None, alias="register")
    fills: dict[str, Source] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Matter:
        if self.step is not None and self.register_ is not None:
            raise ValueError("a matter is opened by a step or in a register, not by both")
        if self.fills and self.step is None and self.register_ is None:
            raise ValueError("`fills` says what is known for the `step` or the `register`; there is neither")
        return self


class Effect(Model):
    """What follows from some answers to a question, if what is asked `with` them was answered so, too.

    `with` names other questions, or registers with what they say (`none`, `some`, `pattern`). `band` raises the range
    of severity to at least these two; `at_most` lowers it. `undecided` leaves the band open until the question is
    settled. `stop` ends the questions: somebody has to act first. `opens` names matters beside the procedure.
    """

    if_: tuple[str, ...] = Field(alias="if", min_length=1)
    with_: dict[str, tuple[str, ...]] = Field(default_factory=dict, alias="with")
    band: tuple[Band, Band] | None = None
    at_most: Band | None = None
    undecided: bool = False
    stop: bool = False
    handled_by: str | None = None
    opens: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    says: str = ""
    cites: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("band"), str):
            return {**data, "band": (data["band"], data["band"])}
        return data

    @model_validator(mode="after")
    def _band_rises(self) -> Effect:
        if self.band is not None and BANDS.index(self.band[0]) > BANDS.index(self.band[1]):
            raise ValueError("the lower band stands first")
        return self


class Known(Model):
    """A fact that is on record already and answers a question: something about the employee, an allegation's clause, a
    live warning, or what a register says. "No to the rest" never overrides it.
    """

    subject: Literal["teacher", "union_rep", "head"] | None = None
    clauses: tuple[str, ...] = ()
    live_warning: bool = False
    register_: str | None = Field(default=None, alias="register")
    says: tuple[Literal["none", "some", "pattern"], ...] = ("some", "pattern")
    answer: str

    @model_validator(mode="after")
    def _one_fact(self) -> Known:
        given = [self.subject is not None, bool(self.clauses), self.live_warning, self.register_ is not None]
        if sum(given) != 1:
            raise ValueError("a known fact is one of: subject, clauses, live_warning, register")
        return self


class TriageQuestion(Model):
    """A question in its place. `singly` questions are never answered in one act with others.

    `rest` is its answer when somebody says "no to the rest"; without one it has to be answered by itself. `fills` is
    the field of the step, or the entry of its checklist (`screening.belief`), that takes the answer over; `takes` puts
    answers into that field's own, the others are not taken over. `reason_fills` is the field that takes its reason.
    """

    number: str = Field(pattern=r"^TQ-[0-9]+[a-z]?$")
    text: str
    help: str = ""
    answers: dict[str, str] = Field(default_factory=lambda: dict(YES_NO))
    reasons: tuple[str, ...] = ()
    singly: bool = False
    rest: str | None = None
    known: tuple[Known, ...] = ()
    fills: str | None = None
    takes: dict[str, str] = Field(default_factory=dict)
    reason_fills: str | None = None
    effects: tuple[Effect, ...] = ()
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _answers_fit(self) -> TriageQuestion:
        wanted = [*self.reasons, *(self.takes), *(item.answer for item in self.known)]
        wanted += [answer for effect in self.effects for answer in effect.if_]
        wanted += [self.rest] if self.rest is not None else []
        for answer in wanted:
            if answer not in self.answers:
                raise ValueError(f"{answer!r} is no answer to the question")
        if self.singly and self.rest is not None:
            raise ValueError("a question that is answered singly has no `rest`")
        return self


class Triage(Model):
    """The questions in their order, and the names that their effects use.

    `decision` is the question that decides on the route; its answers are the routes. `handlers` say who may deal with
    the matter, `opens` which matters can be opened beside the procedure, and how.
    """

    decision: str
    bands: dict[Band, BandSpec]
    routes: dict[str, Route]
    handlers: dict[str, str] = Field(default_factory=dict)
    opens: dict[str, Matter] = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)
    tasks: dict[str, Task] = Field(default_factory=dict)
    questions: dict[str, TriageQuestion] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Triage:
        if set(self.bands) != set(BANDS):
            raise ValueError(f"every band needs a line: {', '.join(BANDS)}")
        if self.decision not in self.questions:
            raise ValueError(f"there is no question {self.decision!r}, which is to be the decision")
        if set(self.questions[self.decision].answers) != set(self.routes):
            raise ValueError("the answers of the decision are the routes, all of them")
        return self
