"""What letters need to know that no single answer holds: worked out from a case as it stands.

Named in a letter's `from:` as `case.NAME` and `clock.NAME`. Dates are local, as ISO text; None means that it cannot be
worked out, and the letter then asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from casework.base.time import describe_datetime
from casework.cases import warnings
from casework.cases.assess_steps import sanction_imposed
from casework.cases.clocks import due_date
from casework.cases.dated import policy_on
from casework.cases.keeping import warning_kept_until
from casework.cases.model import StepRecord
from casework.cases.request import Context
from casework.correspondence.language import Language
from casework.procedure.periods import add_months_inclusive
from casework.procedure.service import deemed_served, rules_of
from casework.services import letter_outside
from casework.services.loading import LoadedCase, body_of, texts_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Derived:
    """What can be worked out for a letter of `template`, dated `day` and to be served by `method`."""

    workspace: Workspace
    loaded: LoadedCase
    context: Context
    template: str
    day: date
    method: str
    language: Language

    def case(self, name: str) -> Any:
        """Return `case.NAME`, or None."""
        find = getattr(self, f"_case_{name}", None)
        return find() if find is not None else None

    def clock(self, name: str) -> str | None:
        """Return `clock.NAME`: a date worked out, forecast from this letter's service, or a clock's due date."""
        find = getattr(self, f"_clock_{name}", None)
        if find is not None:
            found: str | None = find()
            return found
        deadline = self.loaded.policy.deadlines.get(name)
        if deadline is not None and f"letter_served:{self.template}" in deadline.starts:
            start = max(self._served_on(), self.day)
            return due_date(deadline, start, self.loaded.policy, self.context.calendar).result.isoformat()
        running = next((clock for clock in reversed(self.loaded.case.clocks) if clock.id == name), None)
        return running.due.isoformat() if running else None

    def titles(self, items: Sequence[str]) -> str:
        """Return items of evidence by their titles, in one line; “None” where there are none."""
        evidence = self.loaded.case.evidence
        told = [
            str(body_of(self.workspace, self.loaded, evidence[item].n).get("title", "")) for item in items
        ]
        return "; ".join(told) or self.language.nothing

    def _served_on(self) -> date:
        """The day on which the letter will count as served if it goes out on its date by the planned method."""
        rules = rules_of(self.loaded.policy)
        return deemed_served(self.method, self.day, None, self.context.calendar, rules)[0]

    def _hearing_day(self) -> date | None:
        record = self.loaded.case.last_step(
            "invite_to_hearing",
            "rearrange_hearing",
            "adjourn_hearing",
            "invite_to_appeal",
            "rearrange_appeal",
        )
        values = record.values if record else {}
        held = values.get("hearing_at") or values.get("appeal_at")
        return date.fromisoformat(held[:10]) if isinstance(held, str) else None

    def _clock_companion_window(self) -> str | None:
        day = self._hearing_day()
        if day is None:
            return None
        days = self.loaded.policy.days("companion_window_days")
        return self.context.calendar.companion_window(day, days).result.isoformat()

    def _clock_employee_papers(self) -> str | None:
        day = self._hearing_day()
        if day is None:
            return None
        days = self.loaded.policy.days("employee_papers_days")
        calendar = self.context.calendar.counting(self.loaded.policy.policy_day)
        return calendar.working_days_before(day, days).result.isoformat()

    def _clock_warning_live_from(self) -> str | None:
        dates = warning_dates(self.loaded, self.day)
        return dates[1].isoformat() if dates else None

    def _clock_warning_live_until(self) -> str | None:
        dates = warning_dates(self.loaded, self.day)
        return dates[2].isoformat() if dates else None

    def _clock_warning_kept_until(self) -> str | None:
        """A live warning is kept as long as it lives, whatever the retention table says (ACAS-21c)."""
        dates = warning_dates(self.loaded, self.day)
        if dates is None:
            return None
        kept = self.loaded.policy.sanctions[dates[0]].kept_months
        if kept is None:
            return dates[2].isoformat()
        return warning_kept_until(dates[1], dates[2], self.loaded.policy.days(kept)).isoformat()

    def _case_reference(self) -> str:
        return self.loaded.case.reference

    def _case_opened(self) -> str | None:
        return self.loaded.case.opened.isoformat() if self.loaded.case.opened else None

    def _case_hearer_investigated(self) -> bool:
        case = self.loaded.case
        hearers = {p.id for role in ("hearing_chair", "hearing_panel_member") for p in case.holders(role)}
        return bool(case.acted_as("investigating_officer") & hearers)

    def _case_la_adviser(self) -> str | None:
        employee = self.loaded.case.employee
        return "not_a_teacher" if employee is not None and not employee.teacher else None

    def _case_goes_on(self) -> bool:
        policy = self.loaded.policy
        state = policy.strands[policy.main_strand].states[self.loaded.case.states[policy.main_strand]]
        return not state.final and state.stage in ("reported", "triaged", "investigated", "hearing")

    def _case_reporting_restriction(self) -> bool:
        return letter_outside.reporting_restriction(self.loaded)

    def _case_harm_tests(self) -> list[dict[str, str]] | None:
        return letter_outside.harm_tests(self.workspace, self.loaded)

    def _case_referrals(self) -> str:
        return letter_outside.referrals(self.loaded)

    def _case_safeguarding_to_tell(self) -> str:
        return letter_outside.safeguarding_to_tell(self.loaded)

    def _case_live_warnings(self) -> list[dict[str, str]]:
        return letter_outside.live_warnings(self.workspace, self.loaded, self.day)

    def _grievance_decision(self) -> StepRecord | None:
        return self.loaded.case.last_step("pause_for_grievance", "go_on_beside_grievance")

    def _case_grievance_choice(self) -> str | None:
        record = self._grievance_decision()
        return str(record.values.get("choice", "pause")) if record is not None else None

    def _case_grievance_reason(self) -> str | None:
        record = self._grievance_decision()
        return texts_of(self.workspace, self.loaded, record).get("reason") if record is not None else None

    def _case_grievance_review_on(self) -> str | None:
        record = self._grievance_decision()
        found = record.values.get("review_on") if record is not None else None
        return str(found) if found is not None else None

    def _case_evidence_disclosed(self) -> list[str]:
        items = [item for item in self.loaded.case.evidence.values() if item.disclosed is not None]
        return [str(body_of(self.workspace, self.loaded, item.n).get("title", "")) for item in items]

    def _case_evidence_withheld(self) -> list[dict[str, str]]:
        found = []
        for item in self.loaded.case.evidence.values():
            if item.withheld is not None:
                what = str(body_of(self.workspace, self.loaded, item.n).get("title", ""))
                why = str(body_of(self.workspace, self.loaded, item.withheld).get("reason", ""))
                found.append({"what": what, "why": why})
        return found

    def _case_investigator_known(self) -> bool:
        return bool(self.loaded.case.holders("investigating_officer"))

    def _case_local_authority_told(self) -> bool:
        return self.loaded.case.last_step("notify_local_authority") is not None

    def _case_was_suspended(self) -> bool:
        return self.loaded.case.last_step("suspend") is not None

    def _case_decided_after(self) -> str | None:
        if self.loaded.case.last_step("hold_hearing") is not None:
            return "hearing"
        return "acceptance" if self.loaded.case.last_step("accept_without_hearing") is not None else None

    def _case_ended_by(self) -> str | None:
        state = self.loaded.case.states[self.loaded.policy.main_strand]
        ends = {
            "no_case_to_answer": "no_case_to_answer",
            "no_action_at_outcome": "no_sanction",
            "withdrawn": "withdrawn",
        }
        return ends.get(state)

    def _case_anything_proved(self) -> bool | None:
        record = self.loaded.case.last_step("decide_no_action")
        findings = record.values.get("findings") if record else None
        return "proved" in findings.values() if isinstance(findings, Mapping) else None

    def _clock_record_kept_until(self) -> str:
        """The end of the time for a tribunal claim: no paper of a case without action is destroyed sooner (RET-1d)."""
        policy = self.loaded.policy
        limit = add_months_inclusive(self.day, policy.days("claim_limit_months")).result
        return (limit + timedelta(weeks=policy.days("early_conciliation_weeks"))).isoformat()

    def _case_appeal_in_time(self) -> bool | None:
        lodged = self.loaded.case.last_step("lodge_appeal")
        if lodged is None:
            return None
        return not any("in_time" in waiver.requirement for waiver in lodged.waived)

    def _case_was_dismissal(self) -> bool:
        imposed = sanction_imposed(self.loaded.case, self.loaded.policy)
        return imposed is not None and self.loaded.policy.sanctions[imposed[0]].dismissal

    def _case_appeal_finding(self) -> str | None:
        record = self.loaded.case.last_step("dismiss_appeal", "uphold_appeal_in_part", "uphold_appeal")
        outcome = self.loaded.policy.steps[record.step][1].appeal_outcome if record else None
        return "not_upheld" if outcome == "dismissed" else outcome

    def _case_earlier_fault(self) -> bool:
        return any(record.breached or record.irregular for record in self.loaded.case.steps)

    def _case_warning_is_longer(self) -> bool:
        """No: a warning runs as long as the policy says, and no step of this language sets another length."""
        return False

    def _case_appealed_decision(self) -> str | None:
        """The decision as a letter names it; where the local authority employs, the school does not dismiss."""
        imposed = sanction_imposed(self.loaded.case, self.loaded.policy)
        if imposed is None:
            return None
        sanction = self.loaded.policy.sanctions[imposed[0]]
        if warnings.extension_standing(self.loaded.case, self.loaded.policy) is not None:
            return self.language.lasts_longer.format(sanction=sanction.title.lower())
        if not sanction.dismissal:
            return self.language.sanction.format(sanction=sanction.title.lower())
        there = policy_on(self.loaded.policy, self.context.school, self.day)
        employer = there.settings.get("employer_type")
        by_the_authority = employer is not None and employer.value == "M-LA"
        return self.language.no_longer_at_the_school if by_the_authority else self.language.dismissal

    def _clock_warning_was_live_until(self) -> str | None:
        """The last day before a warning was made longer."""
        found = warnings.warning_as_given(self.loaded.case, self.loaded.policy, self.day)
        return found.live_until.isoformat() if found else None

    def _clock_warning_spent_on(self) -> str | None:
        """The last day of the warning, once it has passed; before that nobody is told that it is over."""
        found = warnings.standing_warning(self.loaded.case, self.loaded.policy, self.day)
        return found.live_until.isoformat() if found and found.live_until < self.day else None

    def _case_warning(self) -> str | None:
        found = warnings.standing_warning(self.loaded.case, self.loaded.policy, self.day)
        return found.sanction if found else None

    def _clock_warning_given_on(self) -> str | None:
        day = first_decision_dated(self.loaded)
        return day.isoformat() if day else None

    def _case_occasion(self) -> str:
        """Which hearing the case is at: that of the case itself, or that of an appeal."""
        policy = self.loaded.policy
        state = policy.strands[policy.main_strand].states[self.loaded.case.states[policy.main_strand]]
        return "appeal" if state.stage == "appeal" else "hearing"

    def _case_moved(self) -> str | None:
        """Why the hearing was moved last; `by_right` where the law leaves nothing to decide (ERelA-10d)."""
        moved = self.loaded.case.last_step("rearrange_hearing", "rearrange_appeal")
        if moved is None:
            return None
        why = str(moved.values.get("reason"))
        before, after = [*self._hearing_dates()[-2:], None, None][:2]
        if why != "companion" or before is None or after is None:
            return why
        window = self.loaded.policy.days("companion_window_days")
        last = self.context.calendar.companion_window(before.date(), window).result
        return "by_right" if after.date() <= last else why

    def _case_dates_offered(self) -> list[str]:
        return [describe_datetime(moment) for moment in self._hearing_dates()]

    def _hearing_dates(self) -> list[datetime]:
        """The dates that were set for the hearing, or for the hearing of the appeal, in their order."""
        steps = ("invite_to_appeal", "rearrange_appeal", "adjourn_appeal")
        if self._case_occasion() != "appeal":
            steps = ("invite_to_hearing", "rearrange_hearing", "adjourn_hearing")
        records = [record for record in self.loaded.case.steps if record.step in steps]
        found = [record.values.get("hearing_at") or record.values.get("appeal_at") for record in records]
        return [datetime.fromisoformat(moment) for moment in found if isinstance(moment, str)]

    def _case_late_appeal(self) -> str | None:
        record = self.loaded.case.last_step("ask_why_appeal_is_late", "refuse_late_appeal")
        if record is None:
            return None
        return "refused" if record.step == "refuse_late_appeal" else "asked"

    def _case_appeal_so_far(self) -> str:
        """Whether there is an appeal against the first decision, and what has become of it."""
        record = self.loaded.case.last_step("lodge_appeal", "dismiss_appeal", "withdraw_appeal")
        names = {"lodge_appeal": "open", "dismiss_appeal": "dismissed", "withdraw_appeal": "withdrawn"}
        return names[record.step] if record is not None else "none"

    def _clock_la_must_act_by(self) -> str | None:
        """The last day for the local authority to end the contract, with this letter served as planned (SSR-20b)."""
        deadline = self.loaded.policy.deadlines.get("la_ends_contract")
        if deadline is None:
            return None
        start = max(self._served_on(), self.day)
        return due_date(deadline, start, self.loaded.policy, self.context.calendar).result.isoformat()

    def _case_sanction(self) -> str | None:
        imposed = sanction_imposed(self.loaded.case, self.loaded.policy)
        return imposed[0] if imposed is not None else None

    def _clock_informal_note_kept_until(self) -> str:
        months = self.loaded.policy.days("informal_note_months")
        return add_months_inclusive(self.day, months).result.isoformat()

    def _case_dismissal_effect(self) -> str | None:
        """When a decision to dismiss takes effect: as was decided of the local authority, else as the school says."""
        decided = self.loaded.case.last_step("determine_dismissal")
        if decided is not None and decided.values.get("la_told") == "after_appeal":
            return "after_appeal"
        setting = self.loaded.policy.settings.get("appeal_effect")
        return str(setting.value) if setting is not None else None

    def _case_invited_on(self) -> str | None:
        """The date of the first invitation to the hearing that stands."""
        letters = [item for item in self.loaded.case.letters_of("hearing-invitation") if item.issued_on]
        return letters[0].issued_on.isoformat() if letters and letters[0].issued_on else None

    def _case_appealed_dated(self) -> str | None:
        """The date of the letter that told the first decision, else the day of the decision."""
        longer = self.loaded.case.letters_of("warning-extended")
        if longer and warnings.extension_standing(self.loaded.case, self.loaded.policy) is not None:
            return longer[-1].issued_on.isoformat() if longer[-1].issued_on else None
        day = first_decision_dated(self.loaded)
        return day.isoformat() if day else None

    def _case_appealed_effective(self) -> str | None:
        """The day from which the first decision runs: the warning’s first day, else the day of its letter."""
        return self._clock_warning_live_from() or self._case_appealed_dated()


def first_decision_dated(loaded: LoadedCase) -> date | None:
    """Return the date of the letter that told the decision before any appeal, else the day of that decision."""
    return warnings.first_decision_dated(loaded.case, loaded.policy)


def warning_dates(loaded: LoadedCase, letter_date: date) -> tuple[str, date, date] | None:
    """Return the warning that stands in the case: sanction, first and last day, both included; None without."""
    found = warnings.standing_warning(loaded.case, loaded.policy, letter_date)
    return (found.sanction, found.live_from, found.live_until) if found is not None else None
