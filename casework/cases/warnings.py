"""The warning that a case gives: which one stands, from when, until when, and whether it was made longer.

Pure: from the facts of a case and its policy. All dates are local.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.base.time import describe_date
from casework.cases.assess_steps import sanction_imposed, sanction_standing
from casework.cases.clocks import LIVE_UNTIL
from casework.cases.look import Found, Look, inline, listed
from casework.cases.model import Case, StepRecord
from casework.procedure.model import Policy
from casework.procedure.periods import add_months_inclusive
from casework.procedure.requirements import ExtendsWarning

EXTENDED = "warning_extended"
"""What a step is in law that makes a warning longer."""


@dataclass(frozen=True, slots=True)
class GivenWarning:
    """A warning with its first and last day, both included."""

    sanction: str
    live_from: date
    live_until: date


def standing_warning(case: Case, policy: Policy, letter_date: date) -> GivenWarning | None:
    """Return the warning that the case's decision gives; None without one.

    It runs from the date of the decision letter, or of the hearing where the policy says so, until the day before the
    anniversary (ACAS-21c), or until the day to which it was extended. Once its letter was issued, the date of that
    letter counts, or of one that was written elsewhere; until then `letter_date`. A warning that an appeal put in the
    place of another decision runs from the letter of that one: nobody is worse off for having appealed (PAN-12).
    """
    given = warning_as_given(case, policy, letter_date)
    longer = extension_standing(case, policy)
    until = longer.values.get(LIVE_UNTIL) if longer is not None else None
    if given is None or not isinstance(until, str):
        return given
    return GivenWarning(given.sanction, given.live_from, date.fromisoformat(until))


def extension_standing(case: Case, policy: Policy) -> StepRecord | None:
    """Return the step that made the standing warning longer; None without one, and after an appeal set it aside."""
    standing = sanction_standing(case, policy)
    for record in reversed(case.steps):
        step = policy.steps.get(record.step)
        if standing is None or record.n <= standing[1].n or step is None:
            return None
        if step[1].appeal_outcome in ("upheld", "upheld_in_part"):
            return None
        if step[1].act == EXTENDED and not record.irregular:
            return record
    return None


def first_decision_dated(case: Case, policy: Policy) -> date | None:
    """Return the date of the letter that told the decision before any appeal, else the day of that decision."""
    imposed = sanction_imposed(case, policy)
    if imposed is None:
        return None
    template = policy.sanctions[imposed[0]].letter
    letters = case.letters_of(template) if template else ()
    if letters and letters[-1].issued_on is not None:
        return letters[-1].issued_on
    return _written_elsewhere(case, 0) or imposed[1].occurred.date


def warning_as_given(case: Case, policy: Policy, letter_date: date) -> GivenWarning | None:
    """Return the warning as it was before anybody made it longer; see `standing_warning`."""
    standing = sanction_standing(case, policy)
    sanction = policy.sanctions[standing[0]] if standing else None
    if standing is None or sanction is None or sanction.live_months is None:
        return None
    issued = case.letters_of(sanction.letter) if sanction.letter else ()
    start = (issued[-1].issued_on if issued else _written_elsewhere(case, standing[1].n)) or letter_date
    if policy.steps[standing[1].step][1].appeal_outcome is not None:
        start = first_decision_dated(case, policy) or start
    setting = policy.settings.get("warning_live_from")
    hearing = case.last_step("hold_hearing")
    if setting is not None and setting.value == "hearing_date" and hearing and hearing.occurred.date:
        start = hearing.occurred.date
    months = policy.days(sanction.live_months)
    return GivenWarning(standing[0], start, add_months_inclusive(start, months).result)


def _written_elsewhere(case: Case, after: int) -> date | None:
    """The date of a decision letter that was written elsewhere, if one was recorded after that event."""
    record = case.last_step("record_outcome_letter")
    dated = record.values.get("letter_date") if record is not None and record.n > after else None
    return date.fromisoformat(dated) if isinstance(dated, str) else None


def extends_warning(rule: ExtendsWarning, look: Look) -> Found:
    """Met when the case's own warning is of a kind that may be made longer, is live, and ends no later than allowed."""
    new = look.fields.date_of(rule.until)
    dated = first_decision_dated(look.case, look.policy)
    if look.on is None or new is None or dated is None:
        return Found(
            "not_shown", "It is not known which warning is made longer, or until when.", "Give both dates."
        )
    warning = standing_warning(look.case, look.policy, dated)
    if warning is None or warning.sanction not in rule.sanctions:
        kinds = listed([inline(look.policy.sanctions[name].title) for name in rule.sanctions], "or")
        return Found("breached", f"Only a {kinds} that stands can be made longer.", "Let the warning end.")
    if look.on > warning.live_until:
        says = f"The warning was live until {describe_date(warning.live_until)}, and is spent."
        return Found("breached", says, "A spent warning is not brought back. Look at what is new by itself.")
    longest = add_months_inclusive(warning.live_from, look.policy.days(rule.at_most_months)).result
    if not warning.live_until < new <= longest:
        says = (
            f"The new last day has to be after {describe_date(warning.live_until)} and no later than "
            f"{describe_date(longest)}."
        )
        return Found("breached", says, "Choose such a day.")
    return Found("met", f"The warning is live and lasts no longer than until {describe_date(longest)}.")
