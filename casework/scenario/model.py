"""The scenario language: who, which case, what is done on which day, and what is expected of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from casework.base.errors import BadInput
from casework.base.resources import DEFAULT_POLICY
from casework.procedure.source import read_source

_LINKS = 8
"""Files that may go on from one another."""


class ScenarioInvalid(BadInput):
    """The scenario file does not say what a scenario file says."""

    code = "scenario-invalid"


class Model(BaseModel):
    """Base of the language: frozen, and unknown properties are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ScenarioPerson(Model):
    """Somebody of the scenario; all are invented."""

    name: str
    title: str
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    salutation: str = ""
    teacher: bool = False
    union_rep: bool = False
    head: bool = False


class ScenarioSchool(Model):
    """The school of the scenario and what it sets when it adopts the policy."""

    name: str
    prefix: str
    policy: str = DEFAULT_POLICY
    catalogues: tuple[str, ...] = ("social-media",)
    settings: dict[str, bool | int | str] = {}
    clauses: dict[str, str] = {}
    procedure_date: str = ""
    details: dict[str, Any] = {}


class ScenarioCase(Model):
    """How the case begins: when it was reported, in a sentence, and who is part of it from the start."""

    reported: str
    summary: str
    roles: dict[str, tuple[str, ...]] = {}


class Refusal(Model):
    """What a refusal is expected to name: requirement ids, and perhaps the earliest lawful date and citations."""

    because: tuple[str, ...] = Field(min_length=1)
    earliest: date | None = None
    cites: tuple[str, ...] = ()


class WaiverGiven(Model):
    """A waiver: which requirement, by whom, why, and HR's advice beside it."""

    requirement: str
    by: str
    because: str
    advice: str = ""


class Serve(Model):
    """One service of the letter: by which method, when, and the proof of it. `effective` is what is expected."""

    method: Literal["hand", "email_agreed", "first_class", "signed_for", "second_class"] = "hand"
    on: str = ""
    proof: str = ""
    effective: date | None = None


class Undelivered(Model):
    """How a letter did not arrive, and by which service: the newest if it is not said.

    What is expected: `stands`, whether that service counts all the same, and `effective`, from which day the letter
    counts as received now.
    """

    how: Literal["refused", "returned", "not_found"] = "returned"
    service: int | None = None
    words: str = ""
    stands: bool | None = None
    effective: date | None = None


class Act(Model):
    """One thing done on one day; exactly one of the words that name an act is given.

    `on` is the local date, or date and time, of the act and sets the clock; `say` is what a narrator says of it; `same`
    takes the values of the act before. What is expected to be refused says so in `refused`: a step that is tried by the
    requirements that are not met, any other act by the code of its error.
    """

    on: str
    say: str = ""
    step: str | None = None
    try_: str | None = Field(alias="try", default=None)
    allege: str | None = None
    evidence: str | None = None
    disclose: tuple[int, ...] | None = None
    withhold: tuple[int, ...] | None = None
    link: int | None = None
    new_version: int | None = None
    check: int | None = None
    redact: int | None = None
    document: str | None = None
    pack: Literal["hearing", "appeal"] | None = None
    note: str | None = None
    assign: str | None = None
    letter: str | None = None
    propose: str | None = None
    revise: str | None = None
    approve: str | None = None
    issue: str | None = None
    undelivered: str | None = None
    scan: str | None = None
    served: str | None = None
    withdraw: str | None = None
    delegate: str | None = None
    dated: str | None = None
    drop: int | None = None
    correct: str | int | None = None
    annul: str | int | None = None
    extend: str | None = None
    pause: str | None = None
    resume: str | None = None
    adopt: str | None = None
    move: str | None = None
    to: date | None = None
    by: str = ""
    basis: Literal["own_act", "minute", "email", "signed_form", "scheme", "other"] = "own_act"
    authority: str = ""
    with_: dict[str, Any] = Field(alias="with", default={})
    same: bool = False
    waive: tuple[WaiverGiven, ...] = ()
    irregular: str | None = None
    breached: tuple[str, ...] = ()
    refused: Refusal | None = None
    serve: Serve | None = None
    failed: Undelivered | None = None
    supersedes: str = ""
    because: str = ""

    @model_validator(mode="after")
    def _one_act(self) -> Act:
        if len([name for name in ACTS if getattr(self, name) is not None]) != 1:
            raise ValueError(
                f"each entry says exactly one of: {', '.join(name.rstrip('_') for name in ACTS)}"
            )
        for word, acts in BELONGS.items():
            if getattr(self, word) and self.kind not in acts:
                belongs = " and ".join(name.rstrip("_") for name in acts)
                raise ValueError(f"`{word}` belongs to {belongs}, not to {self.kind.rstrip('_')}")
        if self.breached and self.irregular is None:
            raise ValueError("`breached` belongs to an act that is `irregular`")
        if self.refused and self.kind == "step":
            raise ValueError("a step that is to be refused is tried: `try`")
        return self

    @property
    def kind(self) -> str:
        """Which act it is: `step`, `try_`, `letter`, ..."""
        return next(name for name in ACTS if getattr(self, name) is not None)


ACTS = (
    "step",
    "try_",
    "allege",
    "evidence",
    "disclose",
    "withhold",
    "link",
    "new_version",
    "check",
    "redact",
    "document",
    "pack",
    "note",
    "assign",
    "letter",
    "propose",
    "revise",
    "approve",
    "issue",
    "undelivered",
    "scan",
    "served",
    "withdraw",
    "delegate",
    "dated",
    "drop",
    "correct",
    "annul",
    "extend",
    "pause",
    "resume",
    "adopt",
    "move",
)
"""The words that name an act.

- A `letter` is written and issued at once; or it is one to `propose`, `revise` and `approve` (`because` says what shows
  it) and then to `issue`; it is `served`, perhaps `undelivered`, and a `scan` is kept with it (`with` its `kind` and
  `service`). `withdraw` takes a letter back.
- An item of `evidence` (`with` its type, what it is `about`, its file as `content` or `picture`, and its provenance)
  is later linked to allegations (`link`), given a `new_version`, answered for (`check`) or redacted.
- A `document` is the school's own; a `pack` is built, `with` what it has to hold and what has to have changed.
- `drop` an allegation; `extend`, `pause` and `resume` a deadline.
- `delegate` a power of the school (`with` its `to`, `from`, `until` and `minute`), and say what a `dated` setting is
  (`with` its `value`, `from` and `reason`); `adopt` the school's policy anew by a minute (`with` other settings), and
  `move` the case to a policy that the school has adopted.
"""

BELONGS = {
    "waive": ("step", "try_"),
    "irregular": ("step", "try_"),
    "authority": ("step", "try_", "letter", "propose"),
    "same": ("step", "try_"),
    "serve": ("letter", "issue", "served"),
    "failed": ("undelivered",),
    "supersedes": ("letter", "issue"),
    "to": ("extend", "pause"),
}
"""Words that belong to some acts only."""


class Then(Model):
    """What must hold at the end: strand states, live warnings, irregular steps in their order, and the clocks.

    `late` are all clocks that were or are late; `due` holds the due date of the newest clock of each name, and
    `warned_until` the last day of each warning that is live.
    """

    states: dict[str, str] = {}
    late: tuple[str, ...] | None = None
    due: dict[str, date] = {}
    warnings: tuple[str, ...] | None = None
    warned_until: dict[str, date] = {}
    irregular: tuple[str, ...] | None = None


class Scenario(Model):
    """A whole case as data."""

    scenario: Literal[1]
    name: str
    seed: str
    recorder: str
    school: ScenarioSchool
    people: dict[str, ScenarioPerson]
    case: ScenarioCase
    do: tuple[Act, ...]
    then: Then = Then()

    @model_validator(mode="before")
    @classmethod
    def _same_values(cls, data: Any) -> Any:
        acts = data.get("do") if isinstance(data, dict) else None
        if not isinstance(acts, list):
            return data
        told: list[Any] = []
        for act in acts:
            again = isinstance(act, dict) and act.get("same") is True and told
            told.append({**act, "with": told[-1].get("with", {})} if again else act)
        return {**data, "do": told}

    @model_validator(mode="after")
    def _people_exist(self) -> Scenario:
        for name in (self.recorder, *self.case.roles):
            if name not in self.people:
                raise ValueError(f"nobody of this scenario is called {name!r}")
        return self


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file, and the file that it goes on from, if it says `after`.

    Raises:
        ScenarioInvalid: it cannot be read, or says something that no scenario says; all errors at once.
    """
    try:
        return Scenario.model_validate(_read(path, ()))
    except ValidationError as problem:
        errors = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors()]
    raise _invalid(path, errors)


def _read(path: Path, before: tuple[Path, ...]) -> dict[str, Any]:
    """A scenario as plain data, told from the beginning: what `after` names comes first, in acts and in everything."""
    source = read_source(path, path.name)
    told = _with_lists(source.value)
    errors = [f"line {error.line}: {error.reason}" for error in source.errors]
    if not errors and not isinstance(told, dict):
        errors = ["it is a mapping"]
    if errors:
        raise _invalid(path, errors)
    first = told.pop("after", None)
    if first is None:
        return dict(told)
    if not isinstance(first, str) or Path(first).is_absolute() or ".." in Path(first).parts:
        raise _invalid(path, ["after: it names a file beside this one or in a folder below"])
    start = path.parent / first
    if start in before or len(before) > _LINKS:
        raise _invalid(path, ["after: it goes on from itself"])
    return _gone_on(_read(start, (*before, path)), told)


def _gone_on(first: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """One scenario after another: acts follow acts, and what is said again takes the place of what was said."""
    merged = {**first, **told, "then": told.get("then", {})}
    for name in ("school", "people", "case"):
        both = first.get(name, {}), told.get(name, {})
        if all(isinstance(part, dict) for part in both):
            merged[name] = {**both[0], **both[1]}
    acts = first.get("do", []), told.get("do", [])
    if all(isinstance(part, list) for part in acts):
        merged["do"] = [*acts[0], *acts[1]]
    return merged


def _invalid(path: Path, errors: list[str]) -> ScenarioInvalid:
    return ScenarioInvalid(f"{path.name} is not a scenario: {'; '.join(errors)}.", errors=errors)


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    return [_with_lists(item) for item in value] if isinstance(value, tuple | list) else value


def moment(text: str) -> datetime:
    """Return a local moment of a scenario: a date alone means five in the afternoon, when the day's work is done."""
    whole = text if "T" in text else f"{text}T17:00"
    return datetime.fromisoformat(whole)
