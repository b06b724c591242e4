"""What each requirement kind asks for, as one plain sentence about this policy."""

from __future__ import annotations

from collections.abc import Iterable

from casework.base.words import listed as listed
from casework.base.words import lower_first
from casework.procedure import requirements as kinds
from casework.procedure.model import Condition, Policy, Step
from casework.procedure.requirements import Days, Rule


def asks(policy: Policy, step: Step, rule: Rule) -> str:
    """The sentence of one requirement, with the policy's own titles and numbers in it."""
    match rule:
        case kinds.LetterIssued():
            return f"The letter “{_letter(rule.letter)}” has been issued."
        case kinds.LetterServed():
            return f"The letter “{_letter(rule.letter)}” has been received."
        case kinds.Notice():
            return (
                f"Between receipt of the letter “{_letter(rule.letter)}” and “{_label(policy, step, rule.until)}” "
                f"there are {_clear(policy, rule)}."
            )
        case kinds.NoticeForecast():
            return (
                f"“{_label(policy, step, rule.until)}” leaves {_clear(policy, rule)} after the letter is received, "
                "if it goes out today."
            )
        case kinds.DifferentPeople():
            return _different(policy, rule)
        case kinds.PartyAssigned():
            least = policy.days(rule.at_least)
            who = "Somebody is" if least == 1 else f"At least {least} people are"
            return f"{who} named as {who_may(policy, rule.roles)}."
        case kinds.TookNoPartIn():
            return f"Whoever is {who_may(policy, rule.roles)} did none of this before: {_steps(policy, rule.steps)}."
        case kinds.HeardTheCase():
            return "Whoever decides was there when the case was heard."
        case kinds.Quorate():
            least = policy.days(rule.at_least)
            return f"At least {least} people are there as {who_may(policy, rule.roles)}."
        case kinds.PanelNoSmaller():
            return "The panel is no smaller than the one that sat before."
        case kinds.NoConflictDeclared():
            return f"Nobody who is {who_may(policy, rule.roles)} has declared an interest in the case."
        case kinds.EvidenceRecorded():
            least = rule.at_least
            return (
                "Evidence is on the case."
                if least == 1
                else f"At least {least} items of evidence are on the case."
            )
        case kinds.EvidenceDisclosed():
            return "The employee has had every item of evidence, or there is a reason why not."
        case kinds.AllegationsSpecified():
            return "Each allegation says what, when and against which rule."
        case kinds.StrandState():
            strand = policy.strands[rule.strand]
            states = listed([f"“{strand.states[state].title}”" for state in rule.states], "or")
            return f"“{strand.title}” stands at {states}."
        case kinds.StepTaken():
            return f"This was done before: {_steps(policy, rule.steps)}."
        case kinds.StepNotTaken():
            since = f" since {_steps(policy, rule.since)}" if rule.since else " before"
            return f"This was not done{since}: {_steps(policy, rule.steps)}."
        case kinds.LiveWarning():
            return "An earlier warning, one rung lower, is still live."
        case kinds.SanctionAuthority():
            return "Whoever decides has the power to impose this sanction."
        case kinds.Delegated():
            return _delegated(policy, rule)
        case kinds.SanctionNotIncreased():
            return "The sanction is no higher than the one appealed against."
        case kinds.ChecklistAnswered():
            return f"Every question of “{_label(policy, step, rule.field)}” is answered, with reasons where asked for."
        case kinds.ChecklistSays():
            return _says(policy, step, rule)
        case kinds.AlsoGiven():
            return (
                f"With “{_label(policy, step, rule.field)}” goes “{_label(policy, step, rule.also)}”, "
                "so that the one is not given alone."
            )
        case kinds.AsAnswered():
            return f"“{_label(policy, step, rule.field)}” is what was answered before."
        case kinds.StatutoryNotice():
            return f"The notice is no shorter than the law gives by “{_label(policy, step, rule.since)}”."
        case kinds.DismissalAsRecorded():
            return f"“{_label(policy, step, rule.field)}” is answered as the case has it on record."
        case kinds.EvidenceRelied():
            if rule.disclosed:
                return "The employee was given every item of evidence on which something is proved."
            return "Each allegation that is proved rests on an item of the evidence."
        case kinds.FindingsComplete():
            proved = {"any": "", "none": "; none is proved", "at_least_one": "; at least one is proved"}[
                rule.proved
            ]
            return f"There is a finding on each allegation{proved}."
        case kinds.GrossMisconductNotified():
            return f"The letter “{_letter(rule.letter)}” had called a proved allegation potential gross misconduct."
        case kinds.AllegationsNotified():
            return (
                f"Each proved allegation was in a letter “{_letter(rule.letter)}” that was received "
                f"{_clear(policy, rule)} before the hearing."
            )
        case kinds.ExtendsWarning():
            longest = policy.days(rule.at_most_months)
            return f"The warning is live, and is not live for more than {longest} months in all."
        case kinds.InTime():
            return f"It is not later than the date of “{policy.deadlines[rule.clock].title}”."
        case kinds.ValueIs():
            return f"“{_label(policy, step, rule.field)}” is {_values(policy, step, rule)}."
    raise AssertionError(f"no sentence for the requirement kind {type(rule).__name__}")


def holds_when(policy: Policy, step: Step, when: Condition) -> str:
    """A condition in words: `only if “The employee” is “Attended”`."""
    asked = when.field or when.earlier
    values = listed([_value(policy, step, asked, value) for value in when.is_], "or")
    if asked is not None:
        label = _question(policy, asked, when.question) if when.question else _label(policy, step, asked)
        return f"only if “{label}” {'is' if when.field else 'was answered'} {values}"
    if when.setting is not None:
        setting = policy.settings[when.setting]
        shown = listed([f"“{setting.options.get(str(value), _plain(value))}”" for value in when.is_], "or")
        return f"only if the school's setting “{setting.title}” is {shown}"
    subject = {"teacher": "a teacher", "union_rep": "a union representative", "head": "the head teacher"}
    return f"only if the employee is {'' if True in when.is_ else 'not '}{subject[when.subject or 'teacher']}"


def who_may(policy: Policy, roles: Iterable[str], word: str = "or") -> str:
    """Return roles in words: `head teacher or clerk`."""
    titles = [policy.roles[role].title if role in policy.roles else role for role in roles]
    return listed([lower_first(title) for title in titles], word)


def _letter(template: str) -> str:
    return template.replace("-", " ")


def _label(policy: Policy, step: Step, name: str) -> str:
    """A field's label, from this step or the first other one of the policy that has it."""
    steps = [step, *(other for _, other in policy.steps.values())]
    return next((other.fields[name].label for other in steps if name in other.fields), name)


def _steps(policy: Policy, steps: tuple[str, ...]) -> str:
    return listed([f"“{policy.steps[name][1].title}”" for name in steps], "or")


def _says(policy: Policy, step: Step, rule: kinds.ChecklistSays) -> str:
    """What the answers of a checklist must be, for all its questions or for those that the rule names."""
    answers = listed([f"“{answer.replace('_', ' ')}”" for answer in rule.answers], "or")
    checklist = policy.checklists[step.fields[rule.field].checklist or ""]
    which = listed([f"“{checklist.questions[name].text}”" for name in rule.questions])
    return f"{which or f'Every question of “{checklist.title}”'} is answered {answers}."


def _question(policy: Policy, field: str, question: str) -> str:
    """The text of a question of the checklist in a field."""
    lists = [step.fields[field].checklist for _, step in policy.steps.values() if field in step.fields]
    held = (policy.checklists[name].questions.get(question) for name in lists if name in policy.checklists)
    return next((found.text for found in held if found is not None), question)


def _clear(policy: Policy, rule: kinds.Notice | kinds.NoticeForecast | kinds.AllegationsNotified) -> str:
    """The length of a notice in words, with the agreement that may shorten it."""
    text = f"{_days(policy, rule.clear_working_days)} clear working days"
    if rule.unless is not None and rule.never_below is not None:
        text += f" (with the employee's written agreement at least {_days(policy, rule.never_below)})"
    return text


def _days(policy: Policy, number: Days) -> int:
    return policy.days(number)


def _different(policy: Policy, rule: kinds.DifferentPeople) -> str:
    if not rule.apart_from:
        return f"Different people are {who_may(policy, rule.roles, 'and')}."
    others = listed([f"the {lower_first(policy.roles[role].title)}" for role in rule.apart_from], "or")
    return f"Nobody who acts as {who_may(policy, rule.roles)} is also {others}."


def _delegated(policy: Policy, rule: kinds.Delegated) -> str:
    power = (
        "impose that sanction"
        if rule.sanction
        else "impose this sanction"
        if rule.power is None
        else lower_first(policy.powers[rule.power].title)
    )
    who = "Whoever decides" if rule.to is None else f"The {lower_first(policy.roles[rule.to].title)}"
    return f"{who} has the power to {power} by a delegation that is on record and valid that day."


def _values(policy: Policy, step: Step, rule: kinds.ValueIs) -> str:
    return listed([_value(policy, step, rule.field, value) for value in rule.values], "or")


def _value(policy: Policy, step: Step, name: str | None, value: bool | int | str) -> str:
    """A value as the person who chose it saw it."""
    steps = [step, *(other for _, other in policy.steps.values())]
    field = next((other.fields[name] for other in steps if name in other.fields), None) if name else None
    return f"“{field.options.get(str(value), _plain(value)) if field else _plain(value)}”"


def _plain(value: bool | int | str) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
