"""The fairness review of a live case and of a paper case; neither needs a key, and a paper case not even a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.time import local_date
from casework.cases.chronology import Chronology
from casework.cases.paper import read_paper_case
from casework.cases.review import Finding, Told, review
from casework.cases.review_case import review_case
from casework.cases.review_rules import RULES
from casework.services.loading import calendars_of

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace


def review_live(workspace: Workspace, loaded: LoadedCase, *, overdue: bool = True) -> list[Finding]:
    """Return the fairness review of a live case as it stands today; facts only, so nobody's name is opened.

    Args:
        overdue: whether what is due and not done counts too; a screen that lists it anyway leaves it out.
    """
    today = local_date(workspace.clock.now()) if overdue else None
    return review_case(loaded.history, loaded.policies, calendars_of(workspace, loaded), today)


def review_paper(path: Path) -> tuple[Chronology, list[Finding]]:
    """Return the paper case in a file and its fairness review; needs no data folder.

    Raises:
        PaperCaseInvalid: the file is no paper case; every error at once.
    """
    chronology = read_paper_case(path)
    return chronology, review(Told.on_paper(chronology), RULES)
