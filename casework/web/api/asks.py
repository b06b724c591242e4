"""What acts over the JSON API carry, beside `command` and `seen`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from casework.web.api.values import (
    Act,
    Answers,
    Asked,
    Command,
    Day,
    Line,
    Lines,
    Name,
    Number,
    Said,
    Text,
    When,
)

Basis = Literal["own_act", "minute", "email", "signed_form", "scheme", "other"]


class Named(Asked):
    """Somebody of the directory, by name, and their parts in the case."""

    name: Name
    roles: Annotated[list[Name], Field(min_length=1, max_length=20)]


class OpenCase(Asked):
    """A case to be opened. Whom it is about comes with the role `employee`."""

    command: Command
    reported: When = Field(description="When the school was told.")
    summary: Said
    people: list[Named] = Field(max_length=50)


class Waiver(Asked):
    """A requirement that whoever may do so waives, by name and with a reason."""

    requirement: Name
    by: Name
    reason: Said
    advice: Text = ""


class TakeStep(Act):
    """A step. `values` are its fields, as `GET .../steps/{step}` lists them; people are given by name.

    `irregular` says why a fact is put on record that broke a rule.
    """

    taken_by: Name = Field(
        description="Who decided: a person by name. A program records, and decides nothing."
    )
    occurred: When | None = Field(None, description="When it happened; today if not given.")
    values: Answers = Field(default_factory=dict)
    basis: Basis = Field("other", description="What shows that the person with authority took it.")
    authority: Text = Field("", description="Which minute, message or form that is.")
    waivers: list[Waiver] = Field(default_factory=list, max_length=50)
    irregular: Said | None = None
    compared: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="For a step that imposes a sanction: the `digest` of the comparable decisions that were shown.",
    )
    dry_run: bool = Field(False, description="Decide everything, and record nothing.")


class Allege(Act):
    """An allegation; `amends` is the number of the one that it takes the place of."""

    text: Said
    clauses: Lines
    band: Name
    period: tuple[Day, Day] | None = None
    gross_misconduct: bool = False
    amends: Number | None = None


class Withdraw(Act):
    """Why an allegation is withdrawn."""

    reason: Said


class Assign(Act):
    """Somebody of the directory or the case, who gets exactly these parts in it."""

    name: Name
    roles: Annotated[list[Name], Field(max_length=20)]
    reason: Text = ""


class Note(Act):
    """A note, advice or minutes."""

    text: Said
    type: Literal["note", "advice", "minutes", "deliberation", "safeguarding"] = "note"
    occurred: When | None = None


class WriteLetter(Asked):
    """A letter by its template; `fields` are what the case does not know."""

    letter: Name
    fields: Answers = Field(default_factory=dict)
    sender: Line = ""
    recipient: Line = ""
    delivery: Line = ""
    own_words: Annotated[list[Text], Field(max_length=50)] | None = None


class IssueLetter(Act, WriteLetter):
    """A letter to be issued."""


class Serve(Act):
    """How and when a letter was delivered."""

    method: Literal["hand", "email_agreed", "first_class", "second_class", "signed_for"]
    occurred: When
    proof: Text = ""


class Export(Asked):
    """For what a history is taken away, who gets it, and in which form."""

    purpose: Said
    recipient: Said
    format: Literal["pdf", "json", "txt", "csv", "xlsx", "xes"] = "json"
