"""All cases of an account across its schools, chosen and a page at a time: from read tables, so that no key is needed.

What can be asked follows from the procedures that are stored here: their strands, deadlines and roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.procedure.model import STAGES
from casework.procedure.paused import PAUSED
from casework.services.guard import Sight
from casework.services.listing import Due, due_of, goes_on_beside, plain_policy, state_titles
from casework.store.choosing import NEWEST, Clocks, Wanted

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.reader import Reader
    from casework.store.rows import CaseRow

Standing = Literal["open", "closed", "all"]
"""Whether cases have ended."""

PAGE = 50
"""Cases on a page."""

_MOST = 1000
"""Cases that are read at once, where only some of them are for whoever asks."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of a list of cases; what is empty chooses nothing.

    Args:
        standing: open, closed or all.
        stage: one of the six stages.
        procedure: the label of a procedure.
        beside: a strand beside the main one, such as suspension: it was begun and is not over.
        acts: a role whose turn it is by a running deadline.
        overdue: whether something is late.
        called: a part of the reference.
    """

    standing: Standing = "open"
    stage: str = ""
    procedure: str = ""
    beside: str = ""
    acts: str = ""
    overdue: bool = False
    called: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case of a list: its school, where it stands, what is due next, and what goes on beside the procedure."""

    school: School
    row: CaseRow
    title: str
    due: Due | None
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A page of cases; `after` asks for the next one, and is empty on the last."""

    cases: tuple[Listed, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a list of cases can be chosen by, each with its words: procedures, strands beside them, roles that act."""

    procedures: Mapping[str, str]
    beside: Mapping[str, str]
    acts: Mapping[str, str]


def options(workspace: Workspace) -> Options:
    """Return what lists of cases can be chosen by, as the procedures that are stored here say."""
    labels: dict[str, str] = {}
    beside: dict[str, str] = {}
    acts: dict[str, str] = {}
    for digest, label in _procedures(workspace).items():
        policy = plain_policy(workspace, digest)
        labels[label] = policy.get("title", label)
        main = policy.get("main_strand", "procedure")
        beside |= {name: one["title"] for name, one in policy["strands"].items() if name != main}
        named = {role for one in policy.get("deadlines", {}).values() for role in one["act_by"]}
        acts |= {role: policy["roles"][role]["title"] for role in named if role in policy["roles"]}
    twice = len(set(labels.values())) < len(labels)
    shown = {label: f"{title} ({label})" if twice else title for label, title in labels.items()}
    return Options(*(dict(sorted(one.items(), key=lambda pair: pair[1])) for one in (shown, beside, acts)))


def portfolio(
    workspace: Workspace, of: Sequence[School], choice: Choice, *, after: str = "", size: int = PAGE
) -> Portfolio:
    """Return a page of the cases of these schools that are as chosen, newest first.

    Args:
        after: from the page before; empty for the first.

    Raises:
        BadInput: the choice, or `after`, names what there is not.
    """
    begin = _begin(after)
    today = local_date(workspace.clock.now())
    wanted = _wanted(workspace, choice, today)
    schools = {school.id: school for school in of}
    if wanted is None or not schools:
        return Portfolio((), "")
    own, sight, at_once = tuple(schools), Sight(workspace), size + 1
    found: list[CaseRow] = []
    with workspace.store.read(*own) as reader:
        while len(found) <= size:
            page = reader.chosen_cases(own, wanted, at_once, begin)
            found += sight.of(reader, page)
            if len(page) < at_once:
                break
            begin, at_once = (page[-1].opened, page[-1].reference), min(4 * at_once, _MOST)
        shown = found[:size]
        listed = tuple(_listed(workspace, reader, schools, shown, today))
    last = f"{shown[-1].opened}~{shown[-1].reference}" if len(found) > size else ""
    return Portfolio(listed, last)


def _begin(after: str) -> tuple[str, str]:
    if not after:
        return NEWEST
    opened, _, reference = after.partition("~")
    try:
        date.fromisoformat(opened)
    except ValueError:
        raise BadInput("There is no such page of the list.", remedy="Begin with the newest cases.") from None
    return opened, reference


def _wanted(workspace: Workspace, choice: Choice, today: date) -> Wanted | None:
    """What is asked of the read tables; None where nothing can be like that."""
    if choice.stage and choice.stage not in STAGES:
        raise BadInput("There is no such stage.", remedy="Choose one from the list.")
    procedures = _procedures(workspace)
    policies = {digest: plain_policy(workspace, digest) for digest in procedures}
    digests = frozenset(
        digest for digest, label in procedures.items() if choice.procedure and label == choice.procedure
    )
    states = frozenset(
        state
        for policy in policies.values()
        for state in _under_way(policy["strands"].get(choice.beside, {"states": {}}))
    )
    clocks = None
    if choice.acts or choice.overdue:
        clocks = _clocks(policies.values(), choice.acts, late=choice.overdue)
    if (
        (choice.procedure and not digests)
        or (choice.beside and not states)
        or (clocks is not None and not clocks.named)
    ):
        return None
    return Wanted(
        stage=choice.stage,
        closed={"open": False, "closed": True}.get(choice.standing),
        called=choice.called.strip(),
        policies=digests,
        strand=choice.beside,
        states=states if choice.beside else frozenset(),
        clocks=clocks,
        today=today.isoformat(),
    )


def _procedures(workspace: Workspace) -> dict[str, str]:
    """The labels of the procedures that are stored here, by digest."""
    with workspace.store.read() as reader:
        return {one.digest: one.label for one in reader.policies()}


def _under_way(strand: Mapping[str, Any]) -> Iterable[str]:
    """The states of a strand that was begun and is not over."""
    return (
        name
        for name, state in strand["states"].items()
        if name != strand["initial"] and not state.get("final")
    )


def _clocks(policies: Iterable[Any], acts: str, *, late: bool) -> Clocks:
    named: set[str] = set()
    beside: set[str] = set()
    lapsing: set[str] = set()
    for policy in policies:
        for name, deadline in policy.get("deadlines", {}).items():
            for clock, role in ((name, "act_by"), (f"{PAUSED}{name}", "changed_by")):
                if acts and acts not in deadline.get(role, ()):
                    continue
                named.add(clock)
                beside |= {clock} if goes_on_beside(policy, deadline) else set()
                lapsing |= {clock} if deadline.get("lapses") else set()
    return Clocks(frozenset(named), frozenset(beside), frozenset(lapsing), late)


def _listed(
    workspace: Workspace,
    reader: Reader,
    schools: Mapping[str, School],
    rows: Sequence[CaseRow],
    today: date,
) -> Iterable[Listed]:
    """Cases with what a list shows beside them, read for all of them at once."""
    streams = {row.stream: row for row in rows}
    policies = {digest: plain_policy(workspace, digest) for digest in {row.policy for row in rows}}
    due: dict[str, Due] = {}
    for clock in reader.clocks_among(streams):
        row = streams[clock.stream]
        item = due_of(schools[row.organisation], policies[row.policy], clock, row, today)
        if item is not None:
            due.setdefault(row.stream, item)
    beside: dict[str, list[str]] = {}
    for standing in reader.strand_states_among(streams):
        policy = policies[streams[standing.stream].policy]
        strand = policy["strands"].get(standing.strand)
        if strand is None or standing.strand == policy.get("main_strand", "procedure"):
            continue
        if standing.state in _under_way(strand):
            title = str(strand["states"][standing.state]["title"])
            beside.setdefault(standing.stream, []).append(title)
    titles = state_titles(workspace, rows)
    for row in rows:
        shown = tuple(beside.get(row.stream, ()))
        yield Listed(schools[row.organisation], row, titles[row.stream], due.get(row.stream), shown)
