"""The command of one step: its options, its help, and what happens when it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from casework.base.errors import BadInput, Conflict
from casework.base.ids import parse_id
from casework.cases.request import Basis, StepRefused
from casework.cli.options import example
from casework.cli.output import say, sentence
from casework.cli.receipts import recorded_before
from casework.cli.session import Session
from casework.cli.standing import option_of, typed_step
from casework.cli.step_asking import change_one, fill_in
from casework.cli.step_fields import condition_in_words, field_options, given_values
from casework.cli.step_line import OTHER_NAMES, StepLine
from casework.cli.step_receipt import tell_step
from casework.cli.values import WHEN, WORDS
from casework.procedure.sentences import who_may

if TYPE_CHECKING:
    from casework.procedure.model import Policy, Requirement, Step, StepField
    from casework.services.loading import LoadedCase
    from casework.services.steps import StepResult


class StepCommand(click.Command):
    """A step of a case as a command.

    Args:
        loaded: the case.
        step_id: the step, as the policy names it.
        irregular: whether it is put on record although something did not hold.
    """

    def __init__(self, loaded: LoadedCase, step_id: str, *, irregular: bool) -> None:
        self.loaded, self.step_id, self.irregular = loaded, step_id, irregular
        self.step = loaded.policy.steps[step_id][1]
        verb = "record" if irregular else "step"
        typed = f"casework case {verb} {loaded.case.reference} {typed_step(step_id)}"
        first = next((f" {option_of(name)} ..." for name in self.step.fields), "")
        super().__init__(
            typed_step(step_id),
            callback=self._run,
            params=[*field_options(self.step, loaded.policy), *fixed_options(self.step, irregular=irregular)],
            help=_help(loaded.policy, self.step),
            short_help=self.step.title,
            epilog=example(f"{typed}{first} --dry-run"),
        )

    def _run(self, as_json: bool = False, dry_run: bool = False, **given: Any) -> None:
        session = click.get_current_context().ensure_object(Session)
        session.rehearsal = dry_run
        line = StepLine.read(
            session,
            self.loaded,
            self.step_id,
            "record" if self.irregular else "step",
            given,
            given_values(self.step, given),
        )
        if line.command:
            parse_id(line.command)
        take_over(session, self.loaded, line)
        if session.interactive and not as_json and (self._in_place or self.irregular):
            if self.step.imposes is not None:
                from casework.cli.case_comparable import show_before

                line.compared = show_before(session, self.loaded)
            fill_in(session, self.loaded, self.step, line)
        if self.irregular and not line.reason:
            raise click.UsageError("Missing option '--irregular-reason': why it happened all the same.")
        result = self._taken(session, line)
        tell_step(session, self.loaded, result, line, as_json=as_json)

    @property
    def _in_place(self) -> bool:
        """Whether the step starts from where the case stands: if not, nobody is asked anything."""
        strand, step = self.loaded.policy.steps[self.step_id]
        return self.loaded.case.states[strand] in step.from_

    def _taken(self, session: Session, line: StepLine) -> StepResult:
        """Take the step; if it is refused after questions were answered, let one answer after the other be changed."""
        while True:
            try:
                return self._recorded(session, line)
            except (StepRefused, BadInput) as wrong:
                if isinstance(wrong, StepRefused):
                    from casework.cli.refusal import explain

                    explain(self.loaded, wrong, line)
                if not line.asked:
                    raise
                say(sentence(wrong))
                if not change_one(session, self.loaded, self.step, line):
                    if "corrected" in wrong.details:
                        session.keep(None)  # the corrected command stands above
                    raise click.exceptions.Exit(wrong.exit_code) from None
                fill_in(session, self.loaded, self.step, line)

    def take(self) -> None:
        """Take the step as if it had been typed without an option: what is missing is asked for."""
        self._run()

    def _recorded(self, session: Session, line: StepLine) -> StepResult:
        """Take the step; a twin of this command that was faster has done it already."""
        recorded_before(session, self.loaded, line.command)
        try:
            return _take(session, self.loaded, line)
        except Conflict:
            if recorded_before(session, self.loaded, line.command) is None:
                raise
            return _take(session, self.loaded, line)


def take_over(session: Session, loaded: LoadedCase, line: StepLine) -> None:
    """Put what triage has answered already into a step that asks for it again; what was typed goes before."""
    if not loaded.case.triage:
        return
    from casework.cli.output import say
    from casework.services.triage import filled_in

    taken = []
    for name, value in filled_in(session.workspace, loaded, line.step_id).items():
        given = line.values.get(name)
        if isinstance(value, dict) and set(value) - set(given or {}):
            line.values[name] = {**value, **(given or {})}
            taken.append(option_of(name))
        elif given is None:
            line.values[name] = value
            taken.append(option_of(name))
    if taken:
        say(f"Taken over from triage: {', '.join(taken)}.")


def fixed_options(step: Step, *, irregular: bool) -> list[click.Parameter]:
    """Return the options that every step has; a field's option goes before one of the same name."""
    options = [
        click.Option(
            ["--taken-by"], metavar="NAME", default="", help="Who took the step; you, if not given."
        ),
        click.Option(
            ["--basis"],
            type=click.Choice(get_args(Basis)),
            default="own_act",
            show_default=True,
            help="What proves that they took it.",
        ),
        click.Option(
            _names("authority", step),
            type=WORDS,
            default="",
            help="That proof in words, such as the minute's date.",
        ),
        click.Option(["--on", "occurred"], type=WHEN, help="When it happened; today if not given."),
        click.Option(["--waive"], multiple=True, metavar="REQUIREMENT", help="A requirement that is waived."),
        click.Option(
            ["--waived-by"], multiple=True, metavar="NAME", help="Who waives it: one whom the policy names."
        ),
        click.Option(["--because"], multiple=True, type=WORDS, help="Why it is waived."),
        click.Option(["--advice"], multiple=True, type=WORDS, help="What HR advised on waiving it."),
        click.Option(
            ["--seen"],
            type=int,
            metavar="EVENT",
            help="The newest event you saw: if there is a newer one, nothing is recorded.",
        ),
        click.Option(
            ["--command"],
            default="",
            metavar="ID",
            help="An id of your own for this act (a UUID): sent again with the same id, it is recorded once.",
        ),
        click.Option(["--dry-run"], is_flag=True, help="Do everything but record."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object."),
    ]
    if irregular:
        words = "Why it happened although something it needs did not hold."
        options.insert(0, click.Option(_names("reason", step), type=WORDS, default="", help=words))
    taken = {option_of(name) for name in step.fields}
    return [option for option in options if not taken & set(option.opts)]


def _names(short: str, step: Step) -> list[str]:
    """An option's short name, where no field has it, and its longer one."""
    return [*([] if short in step.fields else [f"--{short}"]), f"--{OTHER_NAMES[short]}", short]


def _take(session: Session, loaded: LoadedCase, line: StepLine) -> StepResult:
    from casework.services import steps

    return steps.take_step(
        session.workspace,
        session.school,
        loaded,
        line.step_id,
        values=line.values,
        occurred=line.occurred,
        taken_by=line.taken_by,
        basis=line.basis,
        authority=line.authority,
        waivers=line.waivers,
        irregular=line.reason if line.verb == "record" else None,
        seen=line.seen,
        command=line.command,
        compared=line.compared,
    )


def _help(policy: Policy, step: Step) -> str:
    """The step's words, who may take and record it, and what it needs."""
    parts = [f"{step.title}.", step.help]
    parts.append(f"Taken by: {who_may(policy, step.by)}. Recorded by: {who_may(policy, step.recorders)}.")
    if step.requires:
        needs = [f"  {_needs(policy, requirement)}" for requirement in step.requires]
        parts.append("\n\n".join(["It needs:", *needs]))
    for name, field in step.fields.items():
        if field.checklist:
            parts.append(_questions(policy, name, field))
    return "\n\n".join(part for part in parts if part)


def _needs(policy: Policy, requirement: Requirement) -> str:
    words = requirement.because or requirement.rule.kind.replace("_", " ")
    when = f" ({condition_in_words(requirement.when)})" if requirement.when else ""
    waivable = (
        f" May be waived by the {who_may(policy, requirement.waivable_by)}."
        if requirement.waivable_by
        else ""
    )
    needs = [option_of(name) for name in requirement.waiver_needs]
    waivable += f" A waiver needs {' and '.join(needs)}." if needs else ""
    return f"- {requirement.id}{when}: {words}{waivable}"


def _questions(policy: Policy, name: str, field: StepField) -> str:
    """The questions of a checklist, each as it is answered."""
    questions = policy.checklists[field.checklist or ""].questions
    lines = [f"Questions of {option_of(name)} (an answer with * needs its reason after a colon):"]
    for key, question in questions.items():
        answers = "|".join(f"{item}*" if item in question.reasons else item for item in question.answers)
        lines.append(f"  - {key}={answers}: {question.text}")
    return "\n\n".join(lines)
