"""Who holds which post of the school on a day: the head teacher, the chair of governors.

A post is a part in a case that the policy marks as one (`post` in roles.yaml). Who holds it is true on a date, like the
other dated settings, and stands in the organisation's own stream. It is the default for the parties of a case and is
checked: only whoever holds the post on the day has the part, and a case about the holder of a post that nobody has in
their own case (SSR-HT) is one about the head, whatever the directory says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from casework.base.errors import Refused
from casework.base.time import describe_date
from casework.cases.dated import DatedTruths, HeldPost
from casework.cases.fields import FieldInvalid, clean
from casework.cases.request import Decision
from casework.services.dated import record_truths, truths_of
from casework.services.directory import Person, find_person, who_am_i
from casework.services.recorder import Receipt, already_recorded

if TYPE_CHECKING:
    from casework.procedure.model import Policy
    from casework.services.schools import School
    from casework.services.workspace import Workspace


class PostNotHeld(Refused):
    """Somebody else held the post on the day, or nobody did."""

    code = "post-not-held"


def enter_post(
    workspace: Workspace,
    school: School,
    post: str,
    *,
    holder: str,
    since: date,
    reason: str,
    command: str = "",
) -> Receipt:
    """Say who holds a post from a day on; nobody if `holder` is empty. What shows it is the `reason`.

    Raises:
        FieldInvalid: the policy has no such post, no reason, or it is on record already. UnknownPerson. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    posts = posts_of(workspace.policy(school.policy))
    if post not in posts:
        raise FieldInvalid(f"There is no post {post!r}.", remedy=f"There are: {', '.join(posts) or 'none'}.")
    said = clean("The reason", reason)
    if not said:
        raise FieldInvalid("Say what shows it: the appointment, the minute or the letter.")
    person = find_person(workspace, school, holder).id if holder else ""
    held = HeldPost(post, person, since)
    if held == truths_of(workspace, school).post_on(post, since):
        raise FieldInvalid(
            "That is on record already.", remedy="`casework school show` lists what is on record."
        )
    facts = {"kind": "post_held", **held.to_facts(), "account": who_am_i(workspace, school).account}
    return record_truths(workspace, school, [Decision(facts, {"reason": said})], command)


def posts_of(policy: Policy) -> dict[str, str]:
    """Return the posts of a policy with their titles."""
    return {name: role.title for name, role in policy.roles.items() if role.post}


def flags_on(policy: Policy, truths: DatedTruths, person: Person, on: date | None) -> Mapping[str, bool]:
    """Return what a person is by law on a day: by the posts on record, else as the directory has it."""
    flags = dict(person.flags)
    for name, role in policy.roles.items():
        held = truths.post_on(name, on) if role.post and role.not_about and on is not None else None
        if held is not None and role.not_about is not None:
            flags[role.not_about] = held.person == person.id
    return {flag: True for flag, is_held in flags.items() if is_held}


def default_people(
    workspace: Workspace,
    school: School,
    people: Iterable[tuple[Person, Iterable[str]]],
    on: date | None,
) -> list[tuple[Person, list[str]]]:
    """Return the people of a new case with those added who hold a post on a day, where nobody was named for it.

    In a case about whoever holds a post that nobody has in their own case, the other posts are filled instead.
    """
    policy, truths = workspace.policy(school.policy), truths_of(workspace, school)
    named = [(person, list(roles)) for person, roles in people]
    given = {role for _, roles in named for role in roles}
    subjects = {person.id for person, roles in named if "employee" in roles}
    about: set[str] = set()
    for person, roles in named:
        if "employee" in roles:
            about |= {flag for flag, held in flags_on(policy, truths, person, on).items() if held}
    for name, role in policy.roles.items():
        held = truths.post_on(name, on) if role.post and on is not None else None
        if held is None or not held.person or name in given or held.person in subjects:
            continue
        apart = {item.not_about for item in policy.roles.values() if item.post and item.not_about}
        if role.not_about in about or (role.not_about is None and not apart & about):
            continue
        named.append((find_person(workspace, school, held.person), [name]))
    return named


def check_posts(
    policy: Policy, truths: DatedTruths, person: str, roles: Iterable[str], *days: date | None
) -> None:
    """See that a person held each post among some roles on one of the days, where the school has said who does.

    Raises:
        PostNotHeld: they did not.
    """
    for name in roles:
        role = policy.roles.get(name)
        held = [truths.post_on(name, day) for day in days if day is not None] if role and role.post else []
        if role is None or not any(held) or any(item and item.person == person for item in held):
            continue
        day = next(day for day in days if day is not None)
        raise PostNotHeld(
            f"On {describe_date(day)} somebody else was {role.title.lower()}, or nobody.",
            remedy="`casework school show` says who. If it has changed, enter that: `casework school post`.",
        )
