"""`casework case comparable`: earlier decisions that are like a case, without names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import pairs, paragraph

if TYPE_CHECKING:
    from casework.cases.request import Compared
    from casework.services.comparable import Comparison, Shown
    from casework.services.loading import LoadedCase


@click.command(
    short_help="Show earlier decisions that are like this case, without names.",
    epilog=example("casework case comparable ASH-26-7KQ4", "casework case comparable ASH-26-7KQ4 --json"),
)
@reference
@as_json
@pass_session
def comparable(session: Session, reference: str, as_json: bool) -> None:
    """Show the school's earlier decisions that are like this case, newest first, so that like cases are treated alike.

    A decision is like it if something was proved under the same rule or clause, and was as serious or one band away.
    Shown are month and year, what was proved, the sanction, what an appeal came to, and how alike it is. Nobody's name
    is shown. How far back it goes is a setting of the procedure, `comparable_months`.
    """
    from casework.cases.comparable import compared
    from casework.services.comparable import comparable_cases

    loaded = session.case(reference)
    found = comparable_cases(session.workspace, session.school, loaded)
    data = {
        "reference": loaded.case.reference,
        "months": found.months,
        "months_unconfirmed": found.unconfirmed,
        "comparable": [
            {**item.comparable.outline(), "why": item.comparable.likeness.says} for item in found.shown
        ],
        "digest": compared(item.comparable for item in found.shown).digest,
    }
    answer(as_json, data, comparison_text(found))


def show_before(session: Session, loaded: LoadedCase) -> Compared:
    """Show the comparable decisions before a decision is recorded, and return what the step records of that."""
    from casework.cases.comparable import compared
    from casework.services.comparable import comparable_cases

    found = comparable_cases(session.workspace, session.school, loaded)
    say(f"{comparison_text(found)}\n")
    return compared(item.comparable for item in found.shown)


def comparison_text(found: Comparison) -> str:
    """Return the comparison in words."""
    from casework.services.comparable_words import KNOWN, LEFT_OUT, UNCHARGED, heading

    if not found.charged:
        return paragraph(f"{UNCHARGED} Add one with `casework case allege`.")
    entries = [_entry(number, item) for number, item in enumerate(found.shown, start=1)]
    return "\n\n".join([paragraph(heading(found)), *entries, f"{paragraph(KNOWN)}\n{paragraph(LEFT_OUT)}"])


def _entry(number: int, item: Shown) -> str:
    from casework.services.comparable_words import told

    said = told(item)
    rows = [("Proved", "\n".join(said.proved)), ("How alike", said.alike)]
    rows += [("Appeal", said.appeal), ("Besides", "\n".join(said.besides))]
    return f"{strong(f'{number}. {said.when}: {said.sanction}')}\n{pairs(rows, indent=3)}"
