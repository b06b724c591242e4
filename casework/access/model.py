"""The words of access: actions, relations to a case, compartments, and the verdict.

Sources: UKGDPR-5f (role-based access, a log of every read of a case file), ACAS-6 and ACAS-27 (different people),
PAN-6 and PAN-7 (who sits on a panel, who clerks it), KCSIE-4.21 (safeguarding records kept apart and secure).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Action = Literal[
    "list",
    "open",
    "read_facts",
    "read_words",
    "read_deliberations",
    "read_safeguarding",
    "step",
    "letter",
    "evidence",
    "pack",
    "export",
    "assign",
    "let_in",
    "let_out",
    "read_access_log",
    "open_case",
    "break_glass",
    "verify",
    "manage_users",
]
"""What somebody does. `open` is to find a case by its reference; `read_words` is to read names and what was written."""

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

OF_THE_SCHOOL: Final[frozenset[Action]] = frozenset(("open_case", "break_glass", "verify", "manage_users"))
"""Actions that concern no case in particular, so that it does not matter how somebody stands to one."""

Relation = Literal["named", "assigned", "granted", "subject", "witness", "reporter", "companion", "none"]
"""How somebody stands to a case: let in by name, let in for a part in it, an auditor with a grant, a party, or not."""

RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)

Compartment = Literal["main", "safeguarding", "deliberations"]
"""A part of a case with keys of its own: all but what follows, safeguarding, and what a panel said among itself."""

COMPARTMENTS: Final[tuple[Compartment, ...]] = get_args(Compartment)

Reason = Literal[
    "allowed", "party", "not_let_in", "not_yet", "ended", "role", "administrator", "no_grant", "compartment"
]
"""Why a verdict is as it is."""

SAYS: Final[dict[Reason, str]] = {
    "allowed": "This is allowed.",
    "party": "Whoever is part of a case as its subject, witness, reporter or companion does not see it.",
    "not_let_in": "Only those who were let in see a case.",
    "not_yet": "Their time to see the case has not begun.",
    "ended": "Their time to see the case is over.",
    "role": "Their role does not include this.",
    "administrator": "An administrator manages users and sees no case.",
    "no_grant": "An auditor reads words only under a recorded grant with an end date.",
    "compartment": "This part of the case is kept apart from them.",
}
"""Each reason in a sentence, for those who may know of the case."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands to one case.

    Args:
        parts: its person's roles as a party of the case.
        let_in: why it was let in (`casework.cases.readers.BASES`); None if it was not, or was let out.
        compartments: what it was let in to.
        since: the first local day of that; None: from when it was recorded.
        until: the last local day of that, included; None: until it is let out.
        shut_out: that the record says that it is kept out because its person is a party.
    """

    parts: frozenset[str] = frozenset()
    let_in: str | None = None
    compartments: frozenset[str] = frozenset(("main",))
    since: date | None = None
    until: date | None = None
    shut_out: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is allowed, and why."""

    allowed: bool
    reason: Reason

    @property
    def says(self) -> str:
        """The reason in a sentence."""
        return SAYS[self.reason]


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an account has in an organisation from one local day to another, both included; None: no end."""

    role: str
    since: date
    until: date | None = None

    def valid(self, on: date) -> bool:
        """True on each day from `since` to `until`, both included."""
        return self.since <= on and (self.until is None or on <= self.until)


def roles_on(held: Iterable[Held], on: date) -> frozenset[str]:
    """Return the roles that are valid on a local day."""
    return frozenset(item.role for item in held if item.valid(on))
