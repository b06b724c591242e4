"""When rules apply: conditions on the whole chronology, each shown by facts that are there."""

from __future__ import annotations

from typing import Final, get_args

from casework.cases.chronology_steps import (
    Appeal,
    AppealLodged,
    Decision,
    EarlierWarning,
    Hearing,
    Meeting,
    Outcome,
    Report,
    Resignation,
)
from casework.cases.chronology_values import surely_before
from casework.cases.review import Told

DISMISSALS: Final = ("dismissal_with_notice", "summary_dismissal")
WARNINGS: Final = ("oral_warning", "first_written_warning", "final_written_warning")
SANCTIONS: Final = (*WARNINGS, "other_sanction", *DISMISSALS)


def decisions(told: Told, sanctions: tuple[str, ...] = SANCTIONS) -> list[tuple[int, Decision]]:
    """The decisions that impose one of these sanctions."""
    return [(n, step) for n, step in told.of(Decision) if step.sanction in sanctions]


def weighs_more(sanction: str, most: str) -> bool:
    """Whether a sanction is more severe than the most that was spoken of; false where either is not known."""
    order = get_args(Outcome)
    return "unknown" not in (sanction, most) and order.index(sanction) > order.index(most)


def sanctioned(told: Told) -> bool:
    """Somebody was sanctioned."""
    return bool(decisions(told))


def dismissed(told: Told) -> bool:
    """Somebody was dismissed."""
    return bool(decisions(told, DISMISSALS))


def warned(told: Told) -> bool:
    """A warning was given."""
    return bool(decisions(told, WARNINGS))


def heard(told: Told) -> bool:
    """A hearing was held."""
    return bool(told.of(Hearing))


def appealed(told: Told) -> bool:
    """An appeal was lodged or heard."""
    held = any(isinstance(step, Appeal) and step.happened != "no" for step in told.chronology.steps)
    return held or bool(told.of(AppealLodged))


def school(told: Told) -> bool:
    """The employer is a school in England."""
    return told.school


def maintained(told: Told) -> bool:
    """The employer is a maintained school."""
    return told.maintained


def local_authority_employs(told: Told) -> bool:
    """The local authority is the employer."""
    return told.chronology.organisation.school_type == "M-LA"


def safeguarding(told: Told) -> bool:
    """The harm threshold was, or may have been, reached."""
    return any(step.harm_threshold in ("yes", "unclear") for _, step in told.of(Report))


def left(told: Told) -> bool:
    """The employee was dismissed or resigned."""
    return dismissed(told) or bool(told.of(Resignation))


def teacher_left(told: Told) -> bool:
    """A teacher of a school was dismissed or resigned during the case."""
    return told.school and told.chronology.employee.teacher == "yes" and left(told)


def ran_out(told: Told, warning: EarlierWarning) -> bool:
    """The warning had run out when the new conduct happened (CASE-10)."""
    conduct = [item.conduct for item in told.chronology.allegations.values() if item.conduct]
    return warning.expired == "yes" or any(surely_before(warning.live_until, when) for when in conduct)


def warned_before(told: Told) -> bool:
    """A warning from before the case is not known to have run out."""
    return any(not ran_out(told, step) for _, step in told.of(EarlierWarning))


def heard_without_fault(meeting: Meeting) -> bool:
    """The employee stayed away with consent, or after another date and a warning (ACAS-25)."""
    return meeting.agreed_to_absence == "yes" or (
        meeting.rearranged_before == "yes" and meeting.warned_of_absence == "yes"
    )


def first_act(told: Told) -> bool:
    """Nothing shows a live warning before this: the decision says so, or the record of the employee is clean."""
    said = any(step.first_act == "yes" for _, step in told.of(Decision))
    return not warned_before(told) and (said or told.chronology.employee.clean_record == "yes")
