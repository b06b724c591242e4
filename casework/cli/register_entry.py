"""`casework register add`, `update` and `correct`: each register is a command whose options are its fields.

The registers are the ones of the school's policy, so these commands exist once a data folder is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from casework.base.words import did_you_mean
from casework.cli.asking import choose, prompt, typed_answer, yes_no
from casework.cli.options import example, writes
from casework.cli.output import say
from casework.cli.register import COMMANDS, tell_entered
from casework.cli.session import Session
from casework.cli.standing import option_of
from casework.cli.values import DAY, MOMENT, WORDS

if TYPE_CHECKING:
    from casework.procedure.registers import Register, RegisterField

Verb = Literal["add", "update", "correct"]

_PREFIX: Final = "field__"
_DONE: Final = {"add": "entered", "update": "added to", "correct": "corrected"}


class RegisterGroup(click.Group):
    """The registers of the school's policy as commands.

    Args:
        verb: what is done in the register.
    """

    def __init__(self, *args: Any, verb: Verb, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb: Verb = verb

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the registers; none where no data folder is open."""
        return list(_registers(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a register, by its name or number; None if there is none."""
        known = _registers(ctx)
        numbers = {item.number.lower(): name for name, item in known.items()}
        wanted = cmd_name.lower().replace("_", "-")
        name = wanted if wanted in known else numbers.get(wanted)
        return _command(name, known[name], self.verb) if name is not None else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the register that was typed, or name the ones most like it."""
        if args[0][:1] != "-" and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], _registers(ctx), n=2)
            hint = did_you_mean(near) or "See: casework register list"
            ctx.fail(f"There is no register {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)


def _registers(ctx: click.Context) -> Mapping[str, Register]:
    """The registers of the school's policy, read once; none as long as there is no session."""
    session = ctx.find_object(Session)
    if session is None:
        return {}
    if "casework.registers" not in ctx.meta:
        ctx.meta["casework.registers"] = session.workspace.policy(session.school.policy).registers
    found: Mapping[str, Register] = ctx.meta["casework.registers"]
    return found


def _group(verb: Verb, help_: str, *lines: str) -> RegisterGroup:
    return RegisterGroup(
        verb,
        verb=verb,
        subcommand_metavar="REGISTER [OPTIONS]",
        no_args_is_help=True,
        help=help_,
        short_help=COMMANDS[verb][1],
        epilog=example(*lines),
    )


add = _group(
    "add",
    "Make an entry. `casework register add REGISTER --help` says what it holds; on a terminal, what is missing is"
    " asked for. People are given by name, entries of other registers by their number.",
    "casework register add --help",
    'casework register add accounts --platform Facebook --handle "Ashgrove Primary" --since 2024-09-01',
    'casework register add consents --person "Jordan Blake" --account 1 --scope "Class news" \\',
    '    --granted-by "Helen Marsh" --granted-from 2026-09-01 --evidence "E-mail of that day"',
)
update = _group(
    "update",
    "Add to an entry what became known later. What was entered before is not touched: for a mistake, use `correct`.",
    'casework register update consents 1 --withdrawn-on 2026-11-20 --withdrawn-because "Changed her job"',
    'casework register update data-breaches 1 --decision not_reportable --decided-by "Asha Rao" \\',
    '    --decided-at 2026-11-20T16:00 --decided-because "Nobody outside saw it"',
)
correct = _group(
    "correct",
    "Correct an entry. Old and new both stand, with who, when and why.",
    'casework register correct consents 1 --granted-from 2026-09-03 --reason "The e-mail is of the 3rd"',
)


def _command(name: str, register: Register, verb: Verb) -> click.Command:
    """The command of one register."""

    @writes
    def run(session: Session, *, command: str, as_json: bool, **given: Any) -> None:
        _run(session, name, register, verb, given, command, as_json=as_json)

    params: list[click.Parameter] = []
    if verb != "add":
        params.append(click.Argument(["number"], metavar="NUMBER", type=click.IntRange(1)))
    params += [_option(key, item, verb) for key, item in register.fields.items()]
    if verb == "add":
        params.append(click.Option(["--case"], metavar="REF", help="The case that it belongs to."))
    if verb == "correct":
        params.append(click.Option(["--reason"], required=True, type=WORDS, help="Why it is corrected."))
    typed = f"casework register {verb} {name}{'' if verb == 'add' else ' 1'}"
    first = next((key for key, item in register.fields.items() if verb == "add" or item.later), "")
    made = click.command(
        name,
        help=f"{register.title}. {register.plain}{f' Kept: {register.kept}' if register.kept else ''}",
        short_help=register.title,
        epilog=example(f"{typed} {option_of(first)} ... --dry-run" if first else typed),
    )(run)
    made.params = [*params, *made.params]
    return made


def _run(
    session: Session,
    name: str,
    register: Register,
    verb: Verb,
    given: dict[str, Any],
    command: str,
    *,
    as_json: bool,
) -> None:
    from casework.registers.entries import EntryIncomplete
    from casework.services import registers

    values = {key: given[_PREFIX + key] for key in register.fields if given[_PREFIX + key] is not None}
    workspace, school = session.workspace, session.school
    act: Callable[[], registers.Entered]
    if verb == "add":
        if session.interactive and not as_json:
            fill_in(session, register, values)
        case = session.case(given["case"]) if given["case"] else None
        act = partial(registers.add_entry, workspace, school, name, values, case=case, command=command)
    elif verb == "update":
        act = partial(
            registers.update_entry, workspace, school, name, given["number"], values, command=command
        )
    else:
        act = partial(
            registers.correct_entry,
            workspace,
            school,
            name,
            given["number"],
            values,
            reason=given["reason"],
            command=command,
        )
    try:
        done = act()
    except EntryIncomplete as incomplete:
        options = " ".join(option_of(key) for key in incomplete.details["missing"])
        incomplete.remedy = f"Give {options}."
        raise
    tell_entered(session, name, done, _DONE[verb], as_json=as_json)


def fill_in(session: Session, register: Register, values: dict[str, Any]) -> None:
    """Ask for each field that a new entry needs and that was not given, in the order of the register."""
    asked = False
    for name, item in register.fields.items():
        wanted = item.when is None or values.get(item.when.field or "") in item.when.is_
        if name in values or item.later or not wanted:
            continue
        if item.optional and not asked:
            continue  # whoever typed all that is needed is not asked for more
        answered = _asked(session, item)
        if answered is not None:
            values[name] = answered
            _keep(session, name, answered)
        asked = True


def _keep(session: Session, name: str, answered: Any) -> None:
    """Keep an answer as it is typed, so that a failure does not lose it."""
    if isinstance(answered, bool):
        flag = option_of(name)
        session.answered("the flag", flag if answered else f"--no-{flag[2:]}")
    else:
        session.answered(option_of(name), typed_answer(str(answered)))


def _asked(session: Session, item: RegisterField) -> Any:
    label = item.label.rstrip("?")
    say(item.help) if item.help else None
    if item.type == "enum":
        return choose(label, item.options, optional=item.optional)
    if item.type == "boolean":
        return yes_no(label, optional=item.optional)
    if item.type == "person":
        from casework.cli.asking import ask_person

        if item.optional:
            return prompt(f"{label} (a name in the directory)", optional=True)
        return ask_person(session, None, f"{label} (a name in the directory)", "").name
    if item.type == "entry":
        return prompt(f"{label} (the number of its entry in {item.of})", optional=item.optional)
    kind = _type_of(item)
    form = {"date": " (such as 2026-03-02)", "datetime": " (such as 2026-03-02T10:00)"}.get(item.type, "")
    return prompt(f"{label}{form}", type=kind, optional=item.optional)


def _option(name: str, item: RegisterField, verb: Verb) -> click.Option:
    flag = option_of(name)
    yes_no_ = item.type == "boolean"
    return click.Option(
        [f"{flag}/--no-{flag[2:]}" if yes_no_ else flag, _PREFIX + name],
        type=None if yes_no_ else _type_of(item),
        default=None,
        metavar={"person": "NAME", "entry": "NUMBER"}.get(item.type),
        help=_help(item, verb),
    )


def _type_of(item: RegisterField) -> Any:
    if item.type == "enum":
        return click.Choice(list(item.options))
    if item.type == "integer":
        return click.IntRange(item.minimum, item.maximum)
    return {"date": DAY, "datetime": MOMENT, "text": WORDS}.get(item.type, click.STRING)


def _help(item: RegisterField, verb: Verb) -> str:
    parts = [item.label if item.label.endswith("?") else f"{item.label}."]
    if item.help:
        parts.append(item.help)
    if item.options:
        parts.append("; ".join(f"{key}: {words}" for key, words in item.options.items()) + ".")
    if item.of:
        parts.append(f"The number of its entry in {item.of}.")
    if verb == "add":
        parts.append("[later]" if item.later else "[optional]" if item.optional else "[needed]")
    return " ".join(parts)
