"""Assessments about what was done before: steps, other strands, earlier warnings and sanctions."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.time import describe_date
from casework.cases.look import Found, Look, inline, listed
from casework.cases.model import Case, StepRecord
from casework.procedure.model import Policy
from casework.procedure.requirements import (
    LiveWarning,
    SanctionNotIncreased,
    StepNotTaken,
    StepTaken,
    StrandState,
)

_FEW = 3
"""From this many states on, they are not all told in one sentence."""


def strand_state(rule: StrandState, look: Look) -> Found:
    """Met when the other strand is in one of the states."""
    strand = look.policy.strands[rule.strand]
    state = look.case.states[rule.strand]
    if state in rule.states:
        return Found("met", f"{strand.title}: {inline(strand.states[state].title)}.")
    leading = [step.title for step in strand.steps.values() if state in step.from_ and step.to in rule.states]
    wanted = listed([inline(strand.states[name].title) for name in rule.states], "or")
    must = f"; it must first be {wanted}" if len(rule.states) < _FEW else ", and so this has to wait"
    first = listed([f"“{title}”" for title in leading], "or")
    return Found(
        "breached",
        f"{strand.title} stands at “{strand.states[state].title}”{must}.",
        f"Record {first} first." if first else f"Bring “{strand.title}” to {wanted} first.",
    )


def step_taken(rule: StepTaken, look: Look) -> Found:
    """Met by any record of one of the steps on or before the day of this step.

    An irregular one counts too, unless the rule asks for one that was in order: then the newest must be.
    """
    since = look.case.last_step(*rule.since) if rule.since else None
    records = [r for r in look.case.steps if r.step in rule.steps and r.n > (since.n if since else 0)]
    titles = listed([f"“{look.policy.steps[name][1].title}”" for name in rule.steps], "or")
    if not records:
        return Found("breached", f"{titles} has not been recorded.", f"Record {titles} first.")
    if look.on is None:
        says = f"Without a date it cannot be shown that {titles} came first."
        return Found("not_shown", says, "Give the date.", (records[-1].n,))
    before = [record for record in records if record.occurred.date is None or record.occurred.date <= look.on]
    if before and rule.in_order and (before[-1].irregular or before[-1].breached):
        title, n = look.policy.steps[before[-1].step][1].title, before[-1].n
        says = f"“{title}” (event {n}) was not in order, so nothing can be decided on it."
        return Found("breached", says, "Adjourn, do what was left out, and go on in order.", (n,))
    if before:
        return Found("met", f"{titles} was recorded.", events=(before[-1].n,))
    n, happened = min(
        ((record.n, record.occurred.date) for record in records if record.occurred.date),
        key=lambda one: one[1],
    )
    says = f"{titles} happened on {describe_date(happened)}, after the date given."
    return Found("breached", says, "Check the date.", (n,), happened)


def step_not_taken(rule: StepNotTaken, look: Look) -> Found:
    """Breached by any record of one of the steps."""
    since = look.case.last_step(*rule.since) if rule.since else None
    first = since.n if since else 0
    records = [record for record in look.case.steps if record.step in rule.steps and record.n > first]
    if not records:
        return Found("met", "This was not done before.")
    title = look.policy.steps[records[-1].step][1].title
    return Found(
        "breached",
        f"“{title}” has been recorded already (event {records[-1].n}).",
        "Go on from there.",
        tuple(record.n for record in records),
    )


def live_warning(rule: LiveWarning, look: Look) -> Found:
    """Met when a warning that the sanction normally follows is live on the day; a lowest rung needs none."""
    sanction_id = look.sanction(rule.sanction)
    if sanction_id is None:
        return Found("not_shown", "No sanction is named.", "Name the sanction.")
    sanction = look.policy.sanctions[sanction_id]
    if not sanction.follows:
        return Found("not_reached", "This sanction needs no earlier warning.")
    if look.on is None:
        return Found(
            "not_shown", "Without a date it cannot be shown which warnings were live.", "Give the date."
        )
    if any(item.sanction in sanction.follows and item.live(look.on) for item in look.context.live_warnings):
        return Found("met", "An earlier warning is live.")
    wanted = listed([inline(look.policy.sanctions[name].title) for name in sanction.follows], "or")
    return Found(
        "breached",
        f"No {wanted} is live, so a {inline(sanction.title)} would skip a rung.",
        "Choose a lower sanction, or let the decision-maker record why this one is right for a first act.",
    )


def sanction_imposed(case: Case, policy: Policy) -> tuple[str, StepRecord] | None:
    """The sanction imposed in the case before any appeal, and the step that imposed it; None without one."""
    return _newest_sanction([item for item in case.steps if _on_appeal(item, policy) is None], policy)


def sanction_standing(case: Case, policy: Policy) -> tuple[str, StepRecord] | None:
    """The sanction that stands now, appeals included, and the step that imposed it; None when none stands."""
    quashed = [
        at
        for at, item in enumerate(case.steps, start=1)
        if _on_appeal(item, policy) == "upheld" and not against_extension(case, policy, item.n)
    ]
    return _newest_sanction(case.steps[max(quashed, default=0) :], policy)


def against_extension(case: Case, policy: Policy, n: int) -> bool:
    """Whether the appeal decided by event `n` was against a longer warning, not against the warning itself.

    It was if the warning was extended since the decision before, and nothing was decided on an appeal in between.
    """
    for record in reversed([item for item in case.steps if item.n < n]):
        step = policy.steps.get(record.step)
        if step is None or step[1].appeal_outcome is not None or step[1].imposes is not None:
            return False
        if step[1].act == "warning_extended" and not record.irregular:
            return True
    return False


def _on_appeal(record: StepRecord, policy: Policy) -> str | None:
    found = policy.steps.get(record.step)
    return found[1].appeal_outcome if found is not None else None


def _newest_sanction(records: Sequence[StepRecord], policy: Policy) -> tuple[str, StepRecord] | None:
    for record in reversed(records):
        found = policy.steps.get(record.step)
        name = sanction_of(found[1].imposes, record) if found is not None and found[1].imposes else ""
        if name in policy.sanctions:
            return name, record
    return None


def sanction_of(imposes: str, record: StepRecord) -> str:
    """The sanction that a record of a step imposed, by what the policy says that the step imposes."""
    return str(record.values.get(imposes.removeprefix("field:"), "")) if ":" in imposes else imposes


def sanction_not_increased(rule: SanctionNotIncreased, look: Look) -> Found:
    """Met when the sanction after appeal is no higher than the one appealed against."""
    new = look.sanction(rule.sanction)
    imposed = sanction_imposed(look.case, look.policy)
    if new is None or imposed is None:
        return Found(
            "not_shown", "It is not recorded which sanction is appealed against.", "Name the sanction."
        )
    old, record = look.policy.sanctions[imposed[0]], imposed[1]
    if look.policy.sanctions[new].level <= old.level:
        return Found("met", "The sanction is not increased.", events=(record.n,))
    return Found(
        "breached",
        f"An appeal cannot increase the sanction above the {inline(old.title)}.",
        f"Choose a {inline(old.title)} or less.",
        (record.n,),
    )
