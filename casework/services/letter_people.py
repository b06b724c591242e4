"""Who signs a letter and on what authority, to whom it goes, and whom its fields name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.cases.acts import UnknownItem
from casework.cases.dated import policy_on
from casework.cases.fields import clean
from casework.services.cases import party_named
from casework.services.loading import LoadedCase, body_of

if TYPE_CHECKING:
    from datetime import date

    from casework.cases.dated import DatedTruths
    from casework.cases.request import Context
    from casework.correspondence.catalogue import Letter as Template
    from casework.services.workspace import Workspace


def sender_of(
    workspace: Workspace, loaded: LoadedCase, template: Template, named: str, context: Context
) -> str:
    """Return who signs the letter: only somebody whose part in the case lets them.

    Raises:
        UnknownPerson, UnknownItem. BadInput: whoever has that part does not sign such a letter.
    """
    signers = _signers(loaded, template, context.school, context.today)
    if not named:
        return _first(loaded, signers, template.title)
    remedy = "Name somebody who is, with `--sender`."
    return _party(workspace, loaded, named, signers, f"“{template.title}” is signed by", remedy)


def _signers(loaded: LoadedCase, template: Template, school: DatedTruths, day: date) -> tuple[str, ...]:
    """The roles that may sign a letter in this school, on a local date.

    That a suspension has ended is signed by those who may end it, or for the governing body by its chair: in a
    maintained school never by the head teacher (SSR-19c).
    """
    if template.by_employer:
        employer = policy_on(loaded.policy, school, day).settings.get("employer_type")
        by_authority = employer is not None and employer.value == "M-LA"
        return tuple(role for role in template.sent_by if (role == "local_authority") == by_authority)
    steps = [loaded.policy.steps[name][1] for name in template.steps if name in loaded.policy.steps]
    ending = {role for step in steps if step.act == "suspension_lifted" for role in step.by}
    if not ending:
        return template.sent_by
    return tuple(role for role in template.sent_by if role in ending | {"chair_of_governors"})


def recipient_of(workspace: Workspace, loaded: LoadedCase, template: Template, named: str) -> str:
    """Return to whom the letter goes: only somebody whose part in the case it is written for (LX-7).

    Raises:
        UnknownPerson, UnknownItem. BadInput: the letter is not for somebody with that part.
    """
    if not named and template.addressee is not None:
        _, step, field = template.addressee.split(".")
        record = loaded.case.last_step(step)
        if record is not None and record.values.get(field) in loaded.case.parties:
            return str(record.values[field])
    wanted = recipient_roles(loaded, template)
    if not named:
        return _first(loaded, wanted, template.title)
    remedy = "Choose a letter that is written for them: `casework letter list`."
    return _party(workspace, loaded, named, wanted, f"“{template.title}” is written for", remedy)


def recipient_roles(loaded: LoadedCase, template: Template) -> tuple[str, ...]:
    """Return the roles of those to whom the letter can go: the one that the case says, or all that it is for."""
    _, step, field = (template.recipient_from or "..").split(".")
    record = loaded.case.last_step(step) if step else None
    said = record.values.get(field) if record is not None else None
    return (said,) if isinstance(said, str) and said in template.recipients else template.recipients


def parties_of(
    workspace: Workspace, loaded: LoadedCase, specs: Mapping[str, Any], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return fields with party ids in the place of names, where a field is a person. Raises: UnknownPerson."""
    found = dict(fields)
    for name, value in fields.items():
        kind = specs[name].type if name in specs else ""
        if kind == "party" and isinstance(value, str):
            found[name] = party_named(workspace, loaded, value)
        elif kind == "parties" and isinstance(value, list | tuple):
            found[name] = [party_named(workspace, loaded, item) for item in value]
    return found


def _party(
    workspace: Workspace, loaded: LoadedCase, named: str, roles: tuple[str, ...], saying: str, remedy: str
) -> str:
    party = party_named(workspace, loaded, named)
    if not set(roles) & set(loaded.case.parties[party].roles):
        raise BadInput(f"{saying} the {_or(roles)}, and {named} is not that in this case.", remedy=remedy)
    return party


def _or(roles: tuple[str, ...]) -> str:
    return " or ".join(role.replace("_", " ") for role in roles)


def _first(loaded: LoadedCase, roles: tuple[str, ...], title: str) -> str:
    for role in roles:
        holders = loaded.case.holders(role)
        if holders:
            return holders[-1].id
    raise UnknownItem(
        f"“{title}” needs a {_or(roles)}, and nobody in the case is one.", remedy="`casework case assign`"
    )


def authority_of(workspace: Workspace, loaded: LoadedCase, steps: tuple[str, ...], given: str = "") -> str:
    """Return what proves the authority for the decision that the letter tells of, as it was recorded with the step.

    Args:
        given: what it is where none was recorded.

    Raises:
        BadInput: another one was recorded than is given.
    """
    record = loaded.case.last_step(*steps)
    recorded = str(body_of(workspace, loaded, record.n).get("authority", "")) if record else ""
    said = clean("The authority", given) if given else ""
    if recorded and said and said != recorded:
        raise BadInput(
            f"The decision was recorded with another authority: “{recorded}”.",
            remedy="Leave out --authority. If the record is wrong, correct the step first.",
        )
    return recorded or said
