"""People and their parts in a case: who has which, giving and taking them, and what would clash, said before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from casework.base.errors import BadInput, Conflict, Refused
from casework.procedure.requirements import NoConflictDeclared
from casework.procedure.sentences import who_may
from casework.services.access import note_access
from casework.services.cases import assign, party_if_named
from casework.services.directory import add_person
from casework.services.loading import people_of
from casework.services.parts import (
    declared_interests,
    rehearse_parts,
    standing_clashes,
    wanted_parts,
)
from casework.services.people import (
    changes_between,
    edit_person,
    read_people,
    read_person,
    update_in_case,
)
from casework.services.recorder import already_recorded
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.procedure.model import Policy, Role
    from casework.services.directory import Person
    from casework.services.parts import Rehearsed

PAGES = Pages()


@PAGES.page("/cases/{reference}/people", access="case")
def case_people(here: Here) -> Response:
    """Show who has which part, what clashes, what is wanted, and what was declared."""
    note_access(here.workspace, here.school, "case", here.case.stream)
    people = people_of(here.workspace, here.case)
    return here.page(
        "people.html.j2",
        policy=here.case.policy,
        parties=[(party, people[party.id]) for party in here.case.case.parties.values()],
        clashes=standing_clashes(here.workspace, here.school, here.case),
        wanted=wanted_parts(here.workspace, here.school, here.case),
        declared=declared_interests(here.workspace, here.case),
        declaring=_declaring(here),
        who_may=who_may,
    )


@PAGES.page("/cases/{reference}/people/give", access="case", methods=("GET", "POST"))
def give_part(here: Here) -> Response:
    """Give somebody a part; if that would clash, say so first, and do it only when it is said again."""
    if not here.sent:
        return _form(here, named=here.query.get("named", ""), role=here.query.get("role", ""))
    named, role = here.text("named"), here.text("role")
    try:
        _known_role(here, role)
        if already_recorded(here.workspace, here.text("command"), here.case.stream) is None:
            if not named:
                raise BadInput("Say who it is.")
            if here.text("job"):
                named = _enter(here, named)
            roles = _roles_of(here, named)
            would = rehearse_parts(here.workspace, here.school, here.case, named=named, roles=[*roles, role])
            if role not in roles and would.brings and here.text("do") != "give":
                return _would_clash(here, would, role)
            if role not in roles:
                _assign(here, named, [*roles, role])
            named = would.named
    except (BadInput, Refused, Conflict) as wrong:
        problem = f"{wrong.message} {in_plain_words(wrong.remedy)}".strip()
        return _form(here, named=named, role=role, problem=problem)
    title = here.case.policy.roles[role].title
    return here.go(here.of_case(*_back(here)), f"{named} is recorded as: {title}.")


@PAGES.page("/cases/{reference}/people/take", access="case", methods=("POST",))
def take_part(here: Here) -> Response:
    """Take a part from somebody; what they did in it stays done."""
    named, role = here.text("named"), here.text("role")
    _known_role(here, role)
    roles = [other for other in _roles_of(here, named) if other != role]
    _assign(here, named, roles)
    return here.go(here.of_case("people"), "Recorded. What they did in that part stays on record as theirs.")


def _assign(here: Here, named: str, roles: list[str]) -> None:
    assign(
        here.workspace,
        here.school,
        here.case,
        named=named,
        roles=roles,
        reason=here.text("reason"),
        command=here.text("command"),
    )


def _enter(here: Here, named: str) -> str:
    """Enter somebody whom the school does not have yet; sent twice, they are entered once."""
    wanted = " ".join(named.split()).casefold()
    for person in read_people(here.workspace, here.school):
        if person.name.casefold() == wanted:
            return person.name
    address = [line.strip() for line in here.text("home").splitlines() if line.strip()]
    entered = add_person(
        here.workspace,
        here.school,
        name=named,
        title=here.text("job"),
        address=address,
        email=here.text("email"),
        phone=here.text("phone"),
    )
    return entered.name


def _roles_of(here: Here, named: str) -> list[str]:
    party = party_if_named(here.workspace, here.case, named)
    return list(here.case.case.parties[party].roles) if party else []


def _form(here: Here, *, named: str, role: str, problem: str = "") -> Response:
    """The form, with the parts that somebody can have in the procedure apart from those of others."""
    policy, case = here.case.policy, here.case.case
    full = {name for name, item in policy.roles.items() if item.single and case.holders(name)}
    acting = {name for _, step in policy.steps.values() for name in (*step.by, *step.recorders)}
    acting |= {
        field.assigns for _, step in policy.steps.values() for field in step.fields.values() if field.assigns
    }
    groups = {
        "Who runs, hears or records the case": _parts(policy, lambda name: name in acting - full),
        "Others": _parts(policy, lambda name: name not in acting | full),
    }
    return here.page(
        "people_give.html.j2",
        422 if problem else 200,
        policy=policy,
        named=named,
        role=role if role in policy.roles else "",
        groups=groups,
        people=read_people(here.workspace, here.school),
        problem=problem,
        back=here.query.get("back") or here.text("back"),
    )


def _parts(policy: Policy, wanted: Callable[[str], bool]) -> dict[str, Role]:
    return {name: role for name, role in policy.roles.items() if wanted(name)}


def _would_clash(here: Here, would: Rehearsed, role: str) -> Response:
    return here.page(
        "people_clash.html.j2",
        policy=here.case.policy,
        would=would,
        role=role,
        reason=here.text("reason"),
        back=here.text("back"),
        who_may=who_may,
    )


def _known_role(here: Here, role: str) -> None:
    if role not in here.case.policy.roles:
        raise BadInput("Choose a part.")


def _back(here: Here) -> tuple[str, ...]:
    """Where somebody came from: the case, or its people."""
    return () if here.text("back") == "case" else ("people",)


def _declaring(here: Here) -> list[str]:
    """The steps by which an interest can be declared now."""
    policy, states = here.case.policy, here.case.case.states
    asked = {
        rule.step
        for _, step in policy.steps.values()
        for rule in (requirement.rule for requirement in step.requires)
        if isinstance(rule, NoConflictDeclared)
    }
    return [name for name in asked if states[policy.steps[name][0]] in policy.steps[name][1].from_]


@PAGES.page("/cases/{reference}/people/details", access="case", methods=("GET", "POST"))
def details(here: Here) -> Response:
    """Show how somebody is reached, and mend it: in the school's list, and in this case."""
    named = here.text("named") or here.query.get("named", "")
    person = read_person(here.workspace, here.school, named)
    problem = ""
    if here.sent:
        try:
            _mend(here, person)
        except (BadInput, Conflict) as wrong:
            problem = f"{wrong.message} {in_plain_words(wrong.remedy)}".strip()
        else:
            return here.go(here.of_case("people"), f"What the school has of {person.name} is up to date.")
    typed = {
        "home": "\n".join(person.address),
        "email": person.email,
        "phone": person.phone,
        "salutation": person.salutation,
    }
    if here.sent:
        typed = {name: here.text(name) for name in typed}
    return here.page(
        "people_details.html.j2", 422 if problem else 200, person=person, typed=typed, problem=problem
    )


def _mend(here: Here, person: Person) -> None:
    """Mend somebody's entry, and bring it into the case if they are in it; what is so already is left alone."""
    address = tuple(line.strip() for line in here.text("home").splitlines() if line.strip())
    wanted = replace(
        person,
        address=address,
        email=here.text("email"),
        phone=here.text("phone"),
        salutation=here.text("salutation"),
    )
    if changes_between(person, wanted):
        edit_person(
            here.workspace,
            here.school,
            person.id,
            address=wanted.address,
            email=wanted.email,
            phone=wanted.phone,
            salutation=wanted.salutation,
        )
    people = people_of(here.workspace, here.case)
    known = next((words for words in people.values() if words.get("person") == person.id), None)
    if known is not None and dict(known) != wanted.words():
        update_in_case(here.workspace, here.school, here.case, named=person.id, command=here.text("command"))
