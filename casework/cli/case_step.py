"""`casework case step` and `record`: each step of a case's policy is a command whose options are the step's fields.

The commands do not exist until a case is named: they are made from the policy that the case follows.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from casework.base.words import did_you_mean
from casework.cli.options import example
from casework.cli.session import Session
from casework.cli.standing import may_be_done, next_json, typed_step

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase


class StepGroup(click.Group):
    """The steps of one case. `casework case step REF` knows them once REF is read.

    Args:
        irregular: whether what is recorded broke a rule.
    """

    def __init__(self, *args: Any, irregular: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.irregular = irregular

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the steps that start from where the case stands."""
        loaded = _case(ctx)
        if loaded is None:
            return []
        from casework.services.steps import next_steps

        session = ctx.ensure_object(Session)
        return [typed_step(item.step_id) for item in next_steps(session.workspace, session.school, loaded)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of any step of the case's policy, whether it may be taken now or not."""
        loaded = _case(ctx)
        step_id = cmd_name.replace("-", "_")
        if loaded is None or step_id not in loaded.policy.steps:
            return None
        from casework.cli.step_command import StepCommand

        return StepCommand(loaded, step_id, irregular=self.irregular)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the step that was typed after REF; `--help` there lists the steps of that case.

        Raises:
            NoSuchStep: the policy has none of that name.
        """
        if args[0] in ctx.help_option_names:
            click.echo(ctx.get_help())
            ctx.exit()
        loaded = _case(ctx)
        name = typed_step(args[0])
        if loaded is not None and self.get_command(ctx, name) is None:
            from casework.cases.request import NoSuchStep

            known = [typed_step(step) for step in loaded.policy.steps]
            near = get_close_matches(name, known, n=3)
            raise NoSuchStep(
                f"There is no step {args[0]!r} in the policy of this case. {did_you_mean(near)}".rstrip(),
                remedy=f"See what may be done: casework case next {loaded.case.reference}",
                suggestions=near,
            )
        return super().resolve_command(ctx, args)


def _case(ctx: click.Context) -> LoadedCase | None:
    """The case that was named, read once; None as long as none is."""
    reference = ctx.params.get("reference")
    if reference is None:
        return None
    if "casework.case" not in ctx.meta:
        ctx.meta["casework.case"] = ctx.ensure_object(Session).case(reference)
    loaded: LoadedCase = ctx.meta["casework.case"]
    return loaded


def _group(**more: Any) -> Callable[[Callable[..., Any]], StepGroup]:
    made = partial(
        click.group,
        cls=StepGroup,
        subcommand_metavar="STEP [OPTIONS]",
        no_args_is_help=True,
        invoke_without_command=True,
        **more,
    )
    return lambda function: made()(click.argument("reference", metavar="REF")(function))


def _named(ctx: click.Context) -> None:
    """See that a step was named after REF.

    Raises:
        BadInput: none was; it lists those that can be taken now.
    """
    loaded = _case(ctx)
    if ctx.invoked_subcommand is not None or loaded is None:
        return
    from casework.base.errors import BadInput
    from casework.services.steps import next_steps

    session = ctx.ensure_object(Session)
    possible = next_steps(session.workspace, session.school, loaded)
    missing = BadInput(
        "No step is named.",
        remedy=f"Name one of these: {ctx.command_path} {loaded.case.reference} STEP",
        next=next_json(possible),
    )
    missing.add_note(f"\n{may_be_done(possible)}")
    raise missing


@_group(
    irregular=False,
    short_help="Take a step.",
    epilog=example(
        "casework case step ASH-26-7KQ4 --help",
        "casework case step ASH-26-7KQ4 appoint-investigator --help",
        'casework case step ASH-26-7KQ4 appoint-investigator --investigator "Daniel Okoro" \\',
        '    --taken-by "Helen Marsh" --dry-run',
    ),
)
@click.pass_context
def step(ctx: click.Context, reference: str) -> None:
    """Take a step in case REF, if the policy allows it.

    `casework case step REF --help` lists the steps that start from where the case stands, and `casework case step REF
    STEP --help` says what a step asks for and needs. On a terminal, what is missing is asked for.

    If something that the step needs does not hold, nothing is recorded: everything that is missing is named, with the
    rule, the remedy, the earliest lawful date and the corrected command. A step that the case has not come to, or has
    left behind, is refused for that alone.
    """
    _named(ctx)


@_group(
    irregular=True,
    short_help="Record what happened although it should not have.",
    epilog=example(
        "casework case record ASH-26-7KQ4 hold-hearing --held-at 2026-11-30T10:00 --outcome heard \\",
        '    --taken-by "Ruth Adeyemi" --reason "The panel went ahead; nobody had counted the days"',
    ),
)
@click.pass_context
def record(ctx: click.Context, reference: str) -> None:
    """Put on record a step of case REF that happened although something it needs did not hold.

    It is recorded as irregular, each thing that did not hold as breached, and what can still be put right is listed. No
    letter comes of it.
    """
    _named(ctx)
