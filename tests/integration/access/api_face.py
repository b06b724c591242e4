"""The JSON API as a face of the access matrix: its operations, asked by somebody of every role.

People have no tokens; what is tried is what an operation does with the account behind one. That a token comes with an
account of its own, and narrows it, is tested beside the API.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal, Protocol
from uuid import uuid4

from fastapi import Response

from casework.access.model import Action
from casework.base.errors import CaseworkError
from casework.keyring.token import Scope
from casework.services.tokens import ACTIONS, Allowed
from casework.services.workspace import Workspace
from casework.web.api import about, acts, asks, cases, evidence, letters
from casework.web.api.callers import Caller
from casework.web.api.problems import status_of

COMMAND: Final = "5b1f0c66-94f3-4c6d-8f0e-3f4f0f6f7a11"
EXPORT: Final = asks.Export(purpose="A test", recipient="A", format="txt")
NOTE: Final = asks.Note(command=COMMAND, text="Something")
PEOPLE: Final = asks.Assign(command=COMMAND, name="Spare Person", roles=["note_taker"])
LETTER: Final = asks.WriteLetter(letter="allegation-received")

ASKED: Final[dict[Action, Callable[[Caller, str, Response], Any]]] = {
    "list": lambda me, ref, _: about.cases(caller=me, size=200),
    "open": lambda me, ref, _: cases.case_steps(caller=me, reference=ref),
    "read_facts": lambda me, ref, _: cases.case_due(caller=me, reference=ref),
    "read_words": lambda me, ref, _: cases.case(caller=me, reference=ref),
    "read_deliberations": lambda me, ref, _: cases.case(caller=me, reference=ref),
    "read_safeguarding": lambda me, ref, _: cases.case(caller=me, reference=ref),
    "step": lambda me, ref, out: acts.note(caller=me, reference=ref, asked=NOTE, response=out),
    "letter": lambda me, ref, _: letters.preview(caller=me, reference=ref, asked=LETTER),
    "evidence": lambda me, ref, out: evidence.add(
        caller=me, reference=ref, response=out, command=COMMAND, title="A page", type="screenshot"
    ),
    "export": lambda me, ref, _: cases.take_away(caller=me, reference=ref, asked=EXPORT),
    "assign": lambda me, ref, out: acts.people(caller=me, reference=ref, asked=PEOPLE, response=out),
    "open_case": lambda me, _, out: cases.open_(caller=me, school="ASH", asked=_opening(), response=out),
}
"""What is asked for each action; the others it does not offer."""


def _opening() -> asks.OpenCase:
    """A case that is opened for once: what comes back is read from it."""
    about_whom = [asks.Named(name="Jordan Blake", roles=["employee"])]
    return asks.OpenCase(
        command=str(uuid4()), reported="2026-02-23", summary="It happened", people=about_whom
    )


class People(Protocol):
    """An office in which somebody works."""

    def as_(self, name: str) -> Workspace:
        """The folder, opened by somebody."""


class Api:
    """The operations of the JSON API, each as a request runs it."""

    actions = frozenset(ASKED)
    omits: frozenset[Action] = frozenset()

    def attempt(
        self, office: People, name: str, action: Action, reference: str
    ) -> Literal["yes", "no", "unknown"] | None:
        """Try to do something as somebody, and say what came of it; None if the API does not offer it."""
        if action not in ASKED:
            return None
        workspace = office.as_(name)
        me = Caller(workspace, Allowed(workspace.keys, Scope(ACTIONS, date.max)), 0.0)
        workspace.rehearsal = action in ("step", "evidence", "assign")
        try:
            answer = ASKED[action](me, reference, Response())
        except CaseworkError as problem:
            return {404: "unknown", 403: "no"}.get(status_of(problem), "yes")  # type: ignore[return-value]
        finally:
            workspace.rehearsal = False
        if action == "list":
            return "yes" if reference in [one.reference for one in answer.cases] else "unknown"
        if action in ("read_deliberations", "read_safeguarding"):
            words = {"read_deliberations": "What the panel said", "read_safeguarding": "What the lead knows"}
            return "yes" if words[action] in [one.text for one in answer.notes] else "no"
        return "yes"
