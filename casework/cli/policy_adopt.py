"""`casework policy adopt`: a procedure becomes the school's own, with its values, clauses, contacts and delegations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.errors import BadInput
from casework.base.time import parse_date
from casework.cli.asking import choose, prompt, said, yes_no
from casework.cli.options import example, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, listed, pairs, paragraph, some
from casework.cli.values import DAY, PAIR, WORDS

if TYPE_CHECKING:
    from casework.procedure.model import Policy, Setting
    from casework.services.adoption import Adopted, Answers
    from casework.services.dated import NewDelegation

_OPEN = "-"
"""Typed to leave a setting unconfirmed."""


@click.command(
    short_help="Make a procedure the school's own, with its values, clauses and delegations.",
    epilog=example(
        "casework policy adopt --from england-maintained --answers our-school.yaml",
        "casework policy adopt --setting notice_of_hearing_days=12 --clause appeal=9.2 --minute 2026/14",
        "casework policy adopt --from our-policy/ --dry-run",
    ),
)
@click.option(
    "--from",
    "named",
    metavar="POLICY",
    help="A procedure by its id, or the folder that holds it; the one that the school has, if not given.",
)
@click.option(
    "--answers",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A YAML file with what would be asked; nothing more is asked then.",
)
@click.option(
    "--setting", "settings", type=PAIR, multiple=True, help="A setting of the procedure; several times."
)
@click.option(
    "--clause",
    "clauses",
    type=PAIR,
    multiple=True,
    help="The school's own clause number for a topic, such as appeal=9.2; several times.",
)
@click.option(
    "--contact",
    "contacts",
    type=PAIR,
    multiple=True,
    help="Whom to ring: lado, dpo, hr_adviser or local_authority, such as lado=TEXT; several times.",
)
@click.option("--procedure-name", default="", help="The title of the school's own written procedure.")
@click.option("--procedure-date", type=DAY, help="Its date. Letters name it.")
@click.option(
    "--minute", type=WORDS, default="", help="Who decided to adopt it, and the minute that says so."
)
@writes
def adopt(
    session: Session,
    named: str | None,
    file: Path | None,
    settings: tuple[tuple[str, str], ...],
    clauses: tuple[tuple[str, str], ...],
    contacts: tuple[tuple[str, str], ...],
    procedure_name: str,
    procedure_date: str | None,
    minute: str,
    command: str,
    as_json: bool,
) -> None:
    """Adopt a procedure for the school: its own values, clause numbers, contacts and delegations go into it.

    On a terminal, what is neither given nor confirmed before is asked for. The procedure is checked first; what an
    overlay makes weaker than the law blocks it, and the rule is named. New cases follow what was adopted last; cases
    that are going on stay on theirs. What was said before stands until it is said anew.
    """
    from casework.cli.adoption import given_answers
    from casework.services import adoption

    policy = adoption.sound_policy(session.workspace, session.school, _folder(session, named))
    answers = given_answers(policy, settings, clauses, file)
    answers = replace(
        answers,
        procedure_name=procedure_name or answers.procedure_name,
        procedure_date=procedure_date or answers.procedure_date,
        contacts={**answers.contacts, **dict(contacts)},
        minute=minute or answers.minute,
    )
    if session.interactive and file is None and not (settings or clauses or contacts or procedure_date):
        answers = _asked(session, policy, answers)
    done = adoption.adopt(session.workspace, session.school, policy, answers, command=command)
    _tell(session, done, as_json)


def _folder(session: Session, named: str | None) -> Path:
    """The folder of the procedure that was named, or of the shipped one that the school has adopted."""
    from casework.cli.policy_choice import folder_of
    from casework.procedure.load import shipped_policies

    present = session.workspace.policy(session.school.policy)
    folder = folder_of(named or present.id)
    if folder is None and named is None:
        raise BadInput(
            f"The school has adopted {present.label}, which does not come with casework.",
            remedy="Name the folder that holds it with --from.",
        )
    if folder is None:
        raise BadInput(
            f"There is no procedure {named!r}.",
            remedy=f"There are: {', '.join(shipped_policies())}; or name a folder that holds a policy.yaml.",
        )
    return folder


def _asked(session: Session, policy: Policy, answers: Answers) -> Answers:
    """Ask for what the school has not said yet; nothing that it said before is asked again."""
    from casework.services.adoption import carried
    from casework.services.schools import details

    before, _ = carried(session.workspace.policy(session.school.policy), policy)
    say(f"{policy.title} ({policy.label}). Enter leaves a question open; you can come back to it.")
    name = answers.procedure_name or _words(
        f"The title of your procedure, if it is not “{before.procedure_name}”"
    )
    day = (
        answers.procedure_date
        or before.procedure_date
        or _day("The date of your procedure, such as 2025-09-01")
    )
    clauses = dict(answers.clauses)
    for topic in (item for item in policy.clauses if not before.clauses.get(item) and not clauses.get(item)):
        if number := _words(f"Your own clause number for: {topic.replace('_', ' ')}"):
            clauses[topic] = number
    known = details(session.workspace, session.school).get("contacts", {})
    contacts = dict(answers.contacts)
    for contact, about in (policy.card.contacts if policy.card else {}).items():
        asked = not known.get(contact) and not about.number
        if asked and (typed := _words(f"{about.title}: name and telephone number")):
            contacts[contact] = typed
    values = {**_settings(policy, {**before.settings, **answers.settings}), **answers.settings}
    delegations = (*answers.delegations, *_delegations(policy))
    minute = answers.minute or _words("Who decided to adopt it, and the minute that says so")
    return replace(
        answers,
        procedure_name=name,
        procedure_date=day,
        clauses=clauses,
        contacts=contacts,
        settings=values,
        delegations=delegations,
        minute=minute,
    )


def _settings(policy: Policy, confirmed: Mapping[str, bool | int | str]) -> dict[str, bool | int | str]:
    """Ask for each setting that nobody has confirmed: another value, Enter for the one shown, or left open."""
    from casework.cli.policy_show import setting_value

    left = {n: s for n, s in policy.settings.items() if s.unconfirmed and n not in confirmed and not s.dated}
    if not left or not yes_no(f"{count(len(left), 'setting')} are not confirmed. Go through them now?"):
        return {}
    say(f"Type another value, Enter to confirm the one shown, or {_OPEN} to leave it open.")
    values: dict[str, bool | int | str] = {}
    for name, setting in left.items():
        options = f" [{', '.join(setting.options)}]" if setting.options else ""
        question = f"{setting.title}{options} ({setting_value(setting)})"
        typed = prompt(question, optional=True, check=_fits(setting))
        if typed != _OPEN:
            values[name] = setting.value if typed is None else _value(setting, str(typed))
    return values


def _value(setting: Setting, typed: str) -> bool | int | str:
    from casework.cli.adoption import as_value

    return as_value(setting, typed)


def _fits(setting: Setting) -> Any:
    """A check that a setting can have what was typed."""

    def check(typed: str) -> None:
        from casework.procedure.resolve import misfit

        if typed != _OPEN and (problem := misfit(setting, _value(setting, typed))):
            raise BadInput(problem)

    return check


def _delegations(policy: Policy) -> list[NewDelegation]:
    """Ask for delegations, one after another, until there are no more."""
    from casework.services.dated import NewDelegation

    found: list[NewDelegation] = []
    powers = {name: power.title for name, power in policy.powers.items()}
    while powers:
        another = "another delegation" if found else "a delegation of a power, with its minute"
        power = choose(f"Enter {another}? Which power? (Enter: none)", powers, optional=True)
        if power is None:
            break
        role = choose("To whom?", {name: item.title for name, item in policy.roles.items()})
        since = parse_date(str(prompt("Valid from, such as 2025-09-01", type=DAY)))
        until = _day("Valid until (Enter: until it is ended)")
        minute = str(prompt("The minute, or the part of the scheme, that gives it", check=said))
        found.append(NewDelegation(power, str(role), since, minute, parse_date(until) if until else None))
    return found


def _words(question: str) -> str:
    return str(prompt(question, optional=True) or "")


def _day(question: str) -> str:
    return str(prompt(question, optional=True, type=DAY) or "")


def _tell(session: Session, done: Adopted, as_json: bool) -> None:
    if session.rehearsal:
        say("Nothing was recorded: the procedure can be adopted like this.")
    policy = done.policy
    given = {topic: number for topic, number in policy.clauses.items() if number}
    data: dict[str, Any] = {
        "dry_run": session.rehearsal,
        "repeated": done.receipt.repeated,
        "policy": policy.label,
        "digest": done.school.policy,
        "procedure_name": policy.procedure_name,
        "procedure_date": policy.procedure_date,
        "clauses": given,
        "unconfirmed": list(done.unconfirmed),
        "dropped": list(done.dropped),
        "size": done.receipt.size,
    }
    if done.receipt.repeated:
        answer(as_json, data, "This command had been recorded before; nothing was added.")
        return
    parts = [
        strong(f"{done.school.name} has adopted {policy.label}."),
        pairs(
            [
                ("Procedure", policy.title),
                ("Your own", f"{policy.procedure_name}, {policy.procedure_date or 'its date is not given'}"),
                ("Clauses", listed([f"{name} {number}" for name, number in given.items()]) or "none given"),
                ("Digest", done.school.policy),
            ]
        ),
        paragraph(
            "New cases follow it from now on. Cases that are going on stay on the procedure that they began with,"
            " unless you move them: casework case move."
        ),
    ]
    if done.dropped:
        parts.append(
            paragraph(
                "What you had said does not fit this procedure, and its own value stands:"
                f" {listed(list(done.dropped))}."
            )
        )
    if done.unconfirmed:
        names = list(done.unconfirmed)
        parts.append(
            paragraph(
                f"{count(len(names), 'setting')} still not confirmed: {some(names)}."
                " See: casework policy show --settings"
            )
        )
    answer(as_json, data, "\n\n".join(parts))
