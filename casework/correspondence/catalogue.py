"""The catalogue: what each letter is, needs and must say, from `letters/<id>/letter.yaml`.

Passages and fields that several letters share stand once, in `letters/shared/<name>.yaml`, and a letter
names them under `shares`. A school's own folder of letters goes before ours, file by file; it may add
passages, and it may not drop one of ours (`casework.correspondence.check`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

FieldType = Literal[
    "date",
    "datetime",
    "moment",
    "text",
    "initials",
    "enum",
    "boolean",
    "integer",
    "party",
    "parties",
    "list",
    "rows",
]
"""Types of a letter's field. `moment` is a date, with the time where that is known; `initials` stand for a child, whose
name is not written; `list` is a list of texts; `rows` a list of records with typed columns."""

FILE: Final = "file"
"""The recipient of a note that goes to nobody: it is kept with the case."""

Withheld = Literal["employee", "outcome", "unproved"]
"""What a letter must not say (LX-7, LX-8): who the employee is; what came of it for the employee; allegations that were
not substantiated, and warnings that are spent."""

LISTS: Final = ("parties", "list", "rows")
"""The types of which a letter may get several; `minimum` says how many at least."""

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
PASSAGE: Final = re.compile(r"[a-z][a-z0-9-]*:[0-9a-z][0-9a-z.-]*(?:/[a-z][a-z-]*)?")
_SOURCE: Final = re.compile(r"asked|(?:step\.[a-z_]+|party|clock|setting|case|subject)\.[a-z][a-z0-9_-]*")


class Model(BaseModel):
    """Base of the catalogue: frozen, and unknown properties are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class When(Model):
    """When a passage or field belongs in the letter: an enum or boolean field has one of these values."""

    field: str
    is_: tuple[bool | str, ...] = Field(alias="is", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_value_is_a_list(cls, data: Any) -> Any:
        if isinstance(data, dict) and "is" in data and not isinstance(data["is"], list | tuple):
            return {**data, "is": [data["is"]]}
        return data

    def holds(self, values: Mapping[str, bool | str]) -> bool:
        """Say whether it holds where the fields have these values; not where its field has none."""
        return values.get(self.field) in self.is_ if self.field in values else False


class FieldSpec(Model):
    """A fact that the letter needs.

    Args:
        type: what it is; see `FieldType`.
        label: what to ask for, in plain words.
        sources: where the caller finds it, the first that has it: `step.invite_to_hearing.hearing_at` (a field of a
            step as last taken; also `occurred` and `taken_by`), `party.clerk`, `clock.appeal_lodging` (a date that is
            worked out), `setting.employer_type`, `case.…`, `subject.teacher`, or `asked` of who writes the letter.
            Rows are put together from what their columns name.
        options: of an enum: each value and the words it reads as.
        columns: of rows: the typed parts of each record.
        each: `allegation` if there is one row for each allegation; the row then has the allegation's number.
        minimum: of a list, party list or rows: how many there must be.
        when: the field is needed only then, and may be used only there.
        recorded: true if only the record answers it, and nobody who writes the letter may say otherwise.
    """

    type: FieldType
    label: str = Field(min_length=3)
    sources: tuple[str, ...] = Field(alias="from", default=("asked",), min_length=1)
    options: dict[str, str] = {}
    columns: dict[str, FieldSpec] = {}
    each: Literal["allegation"] | None = None
    minimum: int = Field(default=1, ge=0)
    when: When | None = None
    recorded: bool = False

    @field_validator("sources", mode="before")
    @classmethod
    def _one_source_is_a_list(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("sources")
    @classmethod
    def _known_sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for source in value:
            if not _SOURCE.fullmatch(source):
                raise ValueError(
                    f"{source!r} is not a source: write step.STEP.FIELD, party.ROLE, clock.CLOCK, "
                    "setting.NAME, case.NAME, subject.NAME or asked"
                )
        return value

    @model_validator(mode="after")
    def _parts_fit(self) -> FieldSpec:
        if (self.type == "enum") != bool(self.options):
            raise ValueError("an enum, and nothing else, has options")
        if (self.type == "rows") != bool(self.columns):
            raise ValueError("rows, and nothing else, have columns")
        if self.each and self.type != "rows":
            raise ValueError("only rows are given for each allegation")
        if any(column.type in LISTS or column.columns for column in self.columns.values()):
            raise ValueError("a column is not itself a list")
        if any(column.when for column in self.columns.values()):
            raise ValueError("a column has no `when`: every row has all columns")
        if self.recorded and "asked" in self.sources:
            raise ValueError("what only the record answers is not asked for: say where it comes `from`")
        _require_names([*self.columns])
        return self

    @property
    def decides(self) -> bool:
        """True where a template may make its words depend on this field."""
        return self.type in ("enum", "boolean")

    @property
    def values(self) -> tuple[bool | str, ...]:
        """All values that an enum or boolean field can have."""
        return tuple(self.options) if self.type == "enum" else (True, False)


class Passage(Model):
    """Something that the letter has to say, by law or by the rules for letters.

    Args:
        id: the rule it comes from, `acas:10`; where one rule asks for several things,
            `acas:10/when-and-where`.
        says: what the reader must learn from it, in plain words.
        when: the passage is required only then.
    """

    id: str
    says: str = Field(min_length=8)
    when: When | None = None

    @field_validator("id")
    @classmethod
    def _well_formed(cls, value: str) -> str:
        if not PASSAGE.fullmatch(value):
            raise ValueError(
                f"{value!r} is not the id of a passage: write it like acas:10 or acas:9a/allegations"
            )
        return value

    @property
    def rule(self) -> str:
        """The id of the rule: `acas:9a` of `acas:9a/allegations`."""
        return self.id.partition("/")[0]


class Never(Model):
    """Words that the letter must never say, neither its own nor those that it is given.

    Args:
        id: the rule that forbids them, as of a passage: `ssr:20a/not-dismissed`.
        says: why not, in plain words, to go on after the words themselves.
        words: the words, whatever their case.
        when: they are forbidden only then.
    """

    id: str
    says: str = Field(min_length=8)
    words: tuple[Annotated[str, Field(min_length=3)], ...] = Field(min_length=1)
    when: When | None = None

    def found(self, text: str) -> list[str]:
        """Return those of the words that are in the text."""
        plain = " ".join(text.replace("\u00a0", " ").split()).casefold()
        return [words for words in self.words if words.casefold() in plain]


class Shared(Model):
    """Fields and passages that several letters share, and words that none of them says."""

    title: str
    fields: dict[str, FieldSpec] = {}
    required: tuple[Passage, ...] = ()
    never: tuple[Never, ...] = ()

    @field_validator("fields")
    @classmethod
    def _names(cls, value: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        _require_names([*value])
        return value


class LetterFile(Shared):
    """What `letter.yaml` says.

    Args:
        catalogue: the numbers of the letter in the catalogue of letters; a merged letter has several. A letter that a
            school adds to ours has a number of its own, `S-01`.
        use: what somebody wants who chooses it, in plain words: `Invite the employee to the hearing`; perhaps empty.
        recipients: the roles of those to whom it can go, the usual one first; `file` for a note that goes to nobody.
        recipient_from: where the case says which of those roles it is, `step.ask_for_adjustment.who_for`, if it does.
        addressee: the field of a step that names the reader, as `step.invite_witness.witness`, where each reader has
            a step of their own; without it, whoever has the first of those roles.
        copies: the roles of those who get a copy, if they are in the case, and how the letter speaks of each.
        sent_by: the roles that may sign it.
        by_employer: true if only the employer signs it: the local authority where that employs, else nobody of it.
        before_outcome: true if nothing has been decided when it is sent: then no word in it may say otherwise.
        steps: the policy's steps that it belongs to.
        shares: the shared sets that it takes its common fields and passages from.
        withholds: what it must not say, in its own words or in those that it is given.
        apart: true if it is kept out of the papers of the case: no bundle, pack or copy of the file has it.
    """

    catalogue: tuple[str, ...] = Field(min_length=1)
    use: str = Field(default="", max_length=90)
    recipients: tuple[str, ...] = Field(alias="recipient", min_length=1)
    recipient_from: str | None = Field(default=None, pattern=r"^step\.[a-z_]+\.[a-z_]+$")
    addressee: str | None = Field(None, pattern=r"^step\.[a-z_]+\.[a-z_]+$")
    copies: dict[str, str] = {}
    sent_by: tuple[str, ...] = Field(min_length=1)
    by_employer: bool = False
    before_outcome: bool
    steps: tuple[str, ...] = Field(min_length=1)
    shares: tuple[str, ...] = ()
    withholds: tuple[Withheld, ...] = ()
    apart: bool = False

    @field_validator("recipients", mode="before")
    @classmethod
    def _one_recipient_is_a_list(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("recipients")
    @classmethod
    def _file_alone(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if FILE in value and len(value) > 1:
            raise ValueError("a note for the file goes to nobody else")
        return value

    @field_validator("catalogue")
    @classmethod
    def _catalogue_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for number in value:
            if not re.fullmatch(r"[LS]-\d{2}", number):
                raise ValueError(f"{number!r} is not a number of the catalogue: write it like L-12")
        return value


class Letter(LetterFile):
    """A letter with everything that it shares. `fields`, `required` and `never` are the whole of each."""

    id: str

    @cached_property
    def deciding(self) -> dict[str, FieldSpec]:
        """The fields that the letter's words may depend on."""
        return {name: field for name, field in self.fields.items() if field.decides}

    @property
    def for_the_file(self) -> bool:
        """Whether it is a note for the file, which goes to nobody."""
        return FILE in self.recipients

    @property
    def template(self) -> str:
        """The name of its template."""
        return f"{self.id}/letter.html.j2"

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}/letter.yaml"


def _require_names(names: list[str]) -> None:
    """Refuse a name that a template could not use."""
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name: use small letters, digits and _")
