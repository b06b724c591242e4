"""Strands side by side, as one search: every combination of what they can be at, and how it is reached.

A step is tied to other strands, or to what went before, by a `must` that nobody can waive: `strand_state`, and
`step_taken`. These ties are exact, whichever strand the steps belong to. A tie with a condition on a setting or on the
employee holds in some cases and not in others: each such kind of case is searched by itself (`kinds_of_case`). A tie
with a condition on an answer is assumed possible to meet.

The search stays small because strands are searched in groups of those that refer to each other, and in a group by what
can be told apart: states of a strand between which one comes freely, and which are the same to every other strand, are
one (branching bisimulation, which keeps what can still be reached).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple, TypeAlias, TypeVar

from casework.procedure.graph import Path, onward
from casework.procedure.model import Condition, Policy, Requirement, Step
from casework.procedure.requirements import StepTaken, StrandState

MAX_COMBINATIONS: Final = 200_000
"""Combinations that are searched at most."""

_T = TypeVar("_T")

KindOfCase: TypeAlias = Mapping[tuple[str, str], bool | int | str]
"""What stays the same during a case: the value of each setting and trait of the employee that a tie depends on."""


class TooMany(Exception):
    """The strands have more than `MAX_COMBINATIONS` combinations that can be told apart."""


class Seen(NamedTuple):
    """What is looked at in a strand: that it is in one of the states, or that one of the steps was taken in it."""

    strand: str
    states: frozenset[str]
    steps: frozenset[str]


Tie: TypeAlias = tuple[Seen, ...]
"""What a step waits for: one of these has to hold."""


class At(NamedTuple):
    """Where a strand is: its state, and what was seen to be done in it."""

    state: str
    done: frozenset[Seen]


class Move(NamedTuple):
    """A step that can be taken at one place of a strand once `waits` hold in other strands."""

    step_id: str
    waits: frozenset[Tie]
    target: At


class Alone:
    """One strand of one kind of case, by itself: every other strand does its part.

    `moves` are those of each place that can be reached, nearest first; `ways` how it is reached, by fewest steps.
    """

    def __init__(self, policy: Policy, name: str, ties: Mapping[str, tuple[Tie, ...]]) -> None:
        strand = policy.strands[name]
        self.name = name
        every = {seen for group in ties.values() for tie in group for seen in tie if seen.strand == name}
        self._states = [seen for seen in every if seen.states]
        own = policy.strands[name].steps
        self._looked_at = {
            seen
            for step_id, group in ties.items()
            if step_id not in own
            for tie in group
            for seen in tie
            if seen.strand == name
        }
        done = [seen for seen in every if seen.steps]
        self.start = At(strand.initial, frozenset())
        self.moves: dict[At, list[Move]] = {}
        self.ways: dict[At, Path] = {self.start: ()}
        self.finals: set[At] = set()
        queue, out = deque([self.start]), onward(strand)
        while queue:
            at = queue.popleft()
            self.moves[at] = []
            if strand.states[at.state].final:
                self.finals.add(at)
            for edge in out[at.state]:
                waits = self._waits(at, ties.get(edge.step_id, ()))
                if waits is not None:
                    now = {seen for seen in done if edge.step_id in seen.steps}
                    target = At(edge.target, at.done | now)
                    self.moves[at].append(Move(edge.step_id, waits, target))
                    if target not in self.ways:
                        self.ways[target] = (*self.ways[at], edge.step_id)
                        queue.append(target)

    def shows(self, at: At) -> frozenset[Seen]:
        """What other strands can see of a place."""
        return self._holds(at) & self._looked_at

    def _holds(self, at: At) -> frozenset[Seen]:
        """What holds at a place, of all that is looked at in this strand by itself or others."""
        return at.done | {seen for seen in self._states if at.state in seen.states}

    def _waits(self, at: At, ties: tuple[Tie, ...]) -> frozenset[Tie] | None:
        """The ties to other strands that are open at a place; None if a tie within the strand is not met there."""
        shown = self._holds(at)
        waits = set()
        for tie in ties:
            if any(seen in shown for seen in tie):
                continue
            elsewhere = tuple(seen for seen in tie if seen.strand != self.name)
            if not elsewhere:
                return None
            waits.add(elsewhere)
        return frozenset(waits)

    @cached_property
    def stuck(self) -> list[At]:
        """Places from which the strand cannot end, even if every other strand does its part; nearest first."""
        back: dict[At, list[At]] = {}
        for at, moves in self.moves.items():
            for move in moves:
                back.setdefault(move.target, []).append(at)
        good = _closure(self.finals, lambda at: back.get(at, ()))
        return [at for at in self.moves if at not in good]

    @cached_property
    def classes(self) -> dict[At, int]:
        """The places of the strand by what can be told apart of them, numbered."""
        found = _numbered({at: (at in self.finals, self.shows(at)) for at in self.moves})
        while True:
            finer = _numbered({at: (found[at], self._signature(at, found)) for at in self.moves})
            if len(set(finer.values())) == len(set(found.values())):
                return found
            found = finer

    def _signature(self, at: At, classes: Mapping[At, int]) -> frozenset[tuple[frozenset[Tie], int]]:
        """Everything that can be done here, or where one comes freely without a difference to anybody."""
        inside = _closure({at}, lambda here: self._silent(here, classes))
        return frozenset(
            (move.waits, classes[move.target])
            for here in inside
            for move in self.moves[here]
            if move.waits or classes[move.target] != classes[at]
        )

    def _silent(self, at: At, classes: Mapping[At, int]) -> Iterator[At]:
        return (
            move.target for move in self.moves[at] if not move.waits and classes[move.target] == classes[at]
        )

    def walk(self, at: At, waits: frozenset[Tie], to: int) -> tuple[Path, At]:
        """The steps from a place to the next class, the last of them waiting for `waits`; and where they end."""
        ways: dict[At, Path] = {at: ()}
        queue = deque([at])
        while queue:
            here = queue.popleft()
            for move in self.moves[here]:
                if move.waits == waits and self.classes[move.target] == to:
                    return (*ways[here], move.step_id), move.target
                if (
                    not move.waits
                    and self.classes[move.target] == self.classes[at]
                    and move.target not in ways
                ):
                    ways[move.target] = (*ways[here], move.step_id)
                    queue.append(move.target)
        raise AssertionError("places of one class can do the same")


Combination: TypeAlias = tuple[int, ...]


class _Change(NamedTuple):
    """How a combination was reached: from which other, by which strand, waiting for what."""

    before: Combination
    mover: int
    waits: frozenset[Tie]


class Together:
    """The strands of a group in one kind of case, searched side by side.

    Raises:
        TooMany: there are more combinations than can be searched.
    """

    def __init__(self, policy: Policy, names: tuple[str, ...], ties: Mapping[str, tuple[Tie, ...]]) -> None:
        self.strands = [Alone(policy, name, ties) for name in names]
        self._index = {name: index for index, name in enumerate(names)}
        self._moves = [self._class_moves(strand) for strand in self.strands]
        self._shown = [
            {strand.classes[at]: strand.shows(at) for at in strand.moves} for strand in self.strands
        ]
        self.start: Combination = tuple(strand.classes[strand.start] for strand in self.strands)
        self.found: dict[Combination, _Change | None] = {self.start: None}
        self._back: dict[Combination, list[Combination]] = {}
        self._open: set[tuple[int, int, frozenset[Tie], int]] = set()
        self._search()

    def blocked(self, index: int) -> Combination | None:
        """A nearest combination from which the strand of this index can never end, because of others; None if none."""
        strand = self.strands[index]
        alone = {strand.classes[at] for at in strand.stuck}
        finals = {strand.classes[at] for at in strand.finals}
        good = _closure(
            {here for here in self.found if here[index] in finals}, lambda here: self._back.get(here, ())
        )
        return next((here for here in self.found if here not in good and here[index] not in alone), None)

    def path(self, to: Combination) -> tuple[Path, dict[str, str]]:
        """The steps that lead to a combination, and the state that each strand is in at their end."""
        changes: list[tuple[_Change, Combination]] = []
        here = to
        while (change := self.found[here]) is not None:
            changes.append((change, here))
            here = change.before
        at = [strand.start for strand in self.strands]
        steps: Path = ()
        for change, after in reversed(changes):
            strand = self.strands[change.mover]
            way, at[change.mover] = strand.walk(at[change.mover], change.waits, after[change.mover])
            steps += way
        return steps, {strand.name: place.state for strand, place in zip(self.strands, at, strict=True)}

    def possible(self) -> set[str]:
        """The steps that may be possible in some combination; what is not among them is possible in none."""
        found: set[str] = set()
        for index, strand in enumerate(self.strands):
            reached, queue = {strand.start}, deque([strand.start])
            while queue:
                at = queue.popleft()
                for move in strand.moves[at]:
                    change = (index, strand.classes[at], move.waits, strand.classes[move.target])
                    if move.waits and change not in self._open:
                        continue
                    found.add(move.step_id)
                    if move.target not in reached:
                        reached.add(move.target)
                        queue.append(move.target)
        return found

    def _class_moves(self, strand: Alone) -> dict[int, list[tuple[frozenset[Tie], int]]]:
        """What can be done in each class, once; what makes no difference to anybody is left out."""
        found: dict[int, dict[tuple[frozenset[Tie], int], None]] = {}
        for at, moves in strand.moves.items():
            here = strand.classes[at]
            there = found.setdefault(here, {})
            for move in moves:
                if move.waits or strand.classes[move.target] != here:
                    there[move.waits, strand.classes[move.target]] = None
        return {here: list(there) for here, there in found.items()}

    def _search(self) -> None:
        queue = deque([self.start])
        while queue:
            here = queue.popleft()
            for index, number in enumerate(here):
                for waits, target in self._moves[index][number]:
                    if waits and not self._met(waits, here):
                        continue
                    if waits:
                        self._open.add((index, number, waits, target))
                    after = (*here[:index], target, *here[index + 1 :])
                    self._back.setdefault(after, []).append(here)
                    if after not in self.found:
                        self.found[after] = _Change(here, index, waits)
                        queue.append(after)
            if len(self.found) > MAX_COMBINATIONS:
                raise TooMany

    def _met(self, waits: Iterable[Tie], here: Combination) -> bool:
        return all(
            any(seen in self._shown[self._index[seen.strand]][here[self._index[seen.strand]]] for seen in tie)
            for tie in waits
        )


def groups(policy: Policy) -> list[tuple[str, ...]]:
    """The strands in groups of those that refer to each other, directly or through another one, in order."""
    found = [{name} for name in policy.strands]
    for step_id, (strand, _) in policy.steps.items():
        for _, tie in _ties_of(policy, step_id):
            joined = {strand, *(seen.strand for seen in tie)}
            touched = [group for group in found if group & joined]
            found = [group for group in found if group not in touched]
            found.append(joined.union(*touched))
    order = list(policy.strands)
    sorted_groups = [tuple(sorted(group, key=order.index)) for group in found]
    return sorted(sorted_groups, key=lambda group: order.index(group[0]))


def kinds_of_case(policy: Policy, names: tuple[str, ...]) -> list[KindOfCase]:
    """Every kind of case that makes a difference to the ties of these strands."""
    asked: dict[tuple[str, str], dict[bool | int | str, None]] = {}
    for name in names:
        for step_id in policy.strands[name].steps:
            for item, _ in _ties_of(policy, step_id):
                if item.when is not None and (key := _lasting(item.when)) is not None:
                    asked.setdefault(key, {}).update(dict.fromkeys(item.when.is_))
    for (sort, name), values in asked.items():
        values.update(dict.fromkeys(_others(policy, sort, name, values)))
    return [dict(zip(asked, chosen, strict=True)) for chosen in product(*asked.values())]


def ties_in(policy: Policy, names: tuple[str, ...], kind: KindOfCase) -> dict[str, tuple[Tie, ...]]:
    """What each step of these strands waits for in this kind of case."""
    found: dict[str, tuple[Tie, ...]] = {}
    for name in names:
        for step_id in policy.strands[name].steps:
            ties = tuple(
                tie
                for item, tie in _ties_of(policy, step_id)
                if item.when is None
                or ((key := _lasting(item.when)) is not None and kind[key] in item.when.is_)
            )
            if ties:
                found[step_id] = ties
    return found


def _ties_of(policy: Policy, step_id: str) -> Iterator[tuple[Requirement, Tie]]:
    """The requirements of a step that tie it to a strand or to an earlier step, and that nobody can waive."""
    step: Step = policy.steps[step_id][1]
    for item in step.requires:
        if item.strength != "must" or item.waivable_by:
            continue
        rule = item.rule
        if isinstance(rule, StrandState) and rule.strand in policy.strands:
            yield item, (Seen(rule.strand, frozenset(rule.states), frozenset()),)
        elif isinstance(rule, StepTaken):
            strands = dict.fromkeys(policy.steps[name][0] for name in rule.steps if name in policy.steps)
            if strands:
                yield item, tuple(Seen(name, frozenset(), frozenset(rule.steps)) for name in strands)


def _lasting(when: Condition) -> tuple[str, str] | None:
    """The setting or the trait of the employee that a condition tests; None for an answer, which is given each time."""
    if when.setting is not None:
        return "setting", when.setting
    return ("subject", when.subject) if when.subject is not None else None


def _others(
    policy: Policy, sort: str, name: str, values: Iterable[bool | int | str]
) -> tuple[bool | int | str, ...]:
    """A value that no condition names, if the setting can have one; both for a yes or no."""
    setting = policy.settings.get(name) if sort == "setting" else None
    if setting is None or setting.type == "boolean":
        return (True, False)
    if setting.type == "enum":
        return tuple(option for option in setting.options if option not in set(values))[:1]
    return ("another value",)


def _numbered(by: Mapping[At, object]) -> dict[At, int]:
    """A number for each different thing, in the order in which they come."""
    numbers: dict[object, int] = {}
    return {at: numbers.setdefault(what, len(numbers)) for at, what in by.items()}


def _closure(goals: Iterable[_T], onward: Callable[[_T], Iterable[_T]]) -> set[_T]:
    """The goals and everything that is reached from them."""
    found = set(goals)
    queue = deque(found)
    while queue:
        for other in onward(queue.popleft()):
            if other not in found:
                found.add(other)
                queue.append(other)
    return found
