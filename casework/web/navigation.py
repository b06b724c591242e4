"""Which pages somebody is shown the way to: those for what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.access.rules import ADMINISTRATOR, AUDITOR
from casework.base.errors import CaseworkError
from casework.services.guard import asker

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace

TODAY: Final = ("/", "Today")
FIRST: Final = ("/first-ten-minutes", "The first ten minutes")
CASES: Final = ("/cases", "Cases")
DUE: Final = ("/due", "What is due")
FIGURES: Final = ("/figures", "Figures")
CHECKS: Final = ("/audit", "Checks")
SCHOOL: Final = ("/school", "School")

_ADVISES: Final = "hr_adviser"


def roles_at(workspace: Workspace, school: School) -> frozenset[str]:
    """Return the roles that whoever is signed in has at a school today; none where that is not known."""
    try:
        return asker(workspace, school.id).roles
    except CaseworkError:
        return frozenset()


def only_audits(roles: frozenset[str]) -> bool:
    """Say whether somebody is an auditor and nothing that works on cases."""
    return AUDITOR in roles and not roles - {AUDITOR, ADMINISTRATOR}


def only_administers(roles: frozenset[str]) -> bool:
    """Say whether somebody manages accounts and sees no case."""
    return roles == {ADMINISTRATOR}


def ways(roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the addresses in the head of each page, each with its words."""
    if only_administers(roles):
        return (TODAY, CHECKS)
    if only_audits(roles):
        return (TODAY, CASES, CHECKS, FIGURES)
    if _ADVISES in roles:
        return (TODAY, CASES, DUE, FIGURES, CHECKS, SCHOOL, FIRST)
    return (TODAY, FIRST, CASES)
