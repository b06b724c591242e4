"""Clocks: each can start, can be stopped, is stopped before everything is over, and being late blocks nothing.

Strand states are exact. A clock with a condition is taken to run: whether it does depends on the case. A clock that a
letter stops can be stopped at any time after a step that the letter tells of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from casework.procedure.graph import Path, onward, ways
from casework.procedure.letters import KnownLetter
from casework.procedure.model import Deadline, Policy
from casework.procedure.problem import Problem, in_step
from casework.procedure.requirements import InTime

_Node = tuple[str, ...]


def check_deadlines(policy: Policy, letters: Mapping[str, KnownLetter]) -> Iterator[Problem]:
    """Every property of this module, clock by clock."""
    reached = {
        step_id
        for strand in policy.strands.values()
        for states in (ways(strand).keys(),)
        for step_id, step in strand.steps.items()
        if states & set(step.from_)
    }
    for name, deadline in policy.deadlines.items():
        where = f"deadlines.yaml: deadlines.{name}"
        yield from _starts(policy, deadline, reached, letters, where)
        yield from _stops(policy, deadline, reached, letters, where)
        yield from _leads_somewhere(policy, deadline, letters, where)
    yield from _late_blocks_its_cure(policy)


def _starts(
    policy: Policy, deadline: Deadline, reached: set[str], letters: Mapping[str, KnownLetter], where: str
) -> Iterator[Problem]:
    if not any(_can_come(trigger, reached, letters) for trigger in deadline.starts):
        yield Problem(
            "clock-never-starts",
            "Nothing that starts the clock can ever happen.",
            f"{where}.starts",
            "Name a step that can be taken, or a letter that tells of one.",
        )


def _stops(
    policy: Policy, deadline: Deadline, reached: set[str], letters: Mapping[str, KnownLetter], where: str
) -> Iterator[Problem]:
    steps = frozenset(t.removeprefix("step:") for t in deadline.stops if t.startswith("step:"))
    by_letter = [t for t in deadline.stops if not t.startswith("step:") and _can_come(t, reached, letters)]
    if by_letter:
        return
    for trigger in deadline.starts:
        started = _started(policy, trigger, letters)
        for step_id in started:
            left = _left_running(policy, step_id, steps)
            if left is None:
                continue
            way, states, never = left
            after = f"Started by {trigger.removeprefix('step:')}"
            if never:
                code, message = "clock-never-stops", f"{after}, the clock can never stop."
            else:
                code, message = (
                    "clock-left-running",
                    f"{after}, the clock still runs with {states}, where nothing stops it.",
                )
            yield Problem(
                code,
                message,
                f"{where}.stops",
                "Name a step that can still follow.",
                () if never else way,
            )
            return


def _started(policy: Policy, trigger: str, letters: Mapping[str, KnownLetter]) -> list[str | None]:
    """The steps with which a trigger can come; None for the opening of the case, and for triage, which follows it."""
    kind, _, name = trigger.partition(":")
    if kind in ("case_opened", "triage"):
        return [None]
    if kind == "step":
        return [name] if name in policy.steps else []
    told = letters[name].tells_of if name in letters else ()
    return [step_id for step_id in told if step_id in policy.steps]


def _left_running(policy: Policy, start: str | None, stops: frozenset[str]) -> tuple[Path, str, bool] | None:
    """A shortest way on which a clock runs to where nothing can stop it, with the states there; None if there is none.

    The third part says that nothing can stop it on any way at all.
    """
    own = policy.steps[start][0] if start is not None else policy.main_strand
    names = tuple(dict.fromkeys((own, *(policy.steps[stop][0] for stop in stops if stop in policy.steps))))
    if any(policy.strands[name].initial not in policy.strands[name].states for name in names):
        return None
    initial = tuple(policy.strands[name].initial for name in names)
    before = _spread(policy, names, {initial: ()}, frozenset())[0]
    first: dict[_Node, Path] = {}
    out = onward(policy.strands[own])
    for node, way in before.items():
        if start is None:
            first[initial] = ()
            break
        for edge in out[node[0]]:
            if edge.step_id == start:
                first.setdefault((edge.target, *node[1:]), (*way, start))
    running, back, stoppable = _spread(policy, names, first, stops)
    if not first:
        return None
    good, queue = set(stoppable), deque(stoppable)
    while queue:
        for node in back.get(queue.popleft(), ()):
            if node not in good:
                good.add(node)
                queue.append(node)
    stuck = [node for node in running if node not in good]
    if not stuck:
        return None
    node = min(stuck, key=lambda one: len(running[one]))
    states = ", ".join(f"{name} in {state}" for name, state in zip(names, node, strict=True))
    return running[node], states, not good


def _spread(
    policy: Policy, names: tuple[str, ...], first: Mapping[_Node, Path], stops: frozenset[str]
) -> tuple[dict[_Node, Path], dict[_Node, list[_Node]], list[_Node]]:
    """Where the strands get from `first` without a step that stops, the moves backwards, and where such a step is."""
    found = dict(sorted(first.items(), key=lambda item: len(item[1])))
    back: dict[_Node, list[_Node]] = {}
    stoppable: list[_Node] = []
    queue = deque(found)
    out = [onward(policy.strands[name]) for name in names]
    while queue:
        node = queue.popleft()
        for index, state in enumerate(node):
            for edge in out[index][state]:
                if edge.step_id in stops:
                    stoppable.append(node)
                    continue
                after = (*node[:index], edge.target, *node[index + 1 :])
                back.setdefault(after, []).append(node)
                if after not in found:
                    found[after] = (*found[node], edge.step_id)
                    queue.append(after)
    return found, back, stoppable


def _leads_somewhere(
    policy: Policy, deadline: Deadline, letters: Mapping[str, KnownLetter], where: str
) -> Iterator[Problem]:
    """A clock says what to do when it is late, and one of those who are to act has the power to stop it."""
    if not deadline.then.strip():
        yield Problem(
            "clock-leads-nowhere",
            "Nothing says what to do when the date has passed.",
            f"{where}.then",
            "Say it.",
        )
    able: set[str] = set()
    for trigger in deadline.stops:
        kind, _, name = trigger.partition(":")
        if kind == "step" and name in policy.steps:
            step = policy.steps[name][1]
            able |= {*step.by, *step.recorders}
        elif name in letters:
            able |= set(letters[name].sent_by)
        elif kind != "step":
            return
    if not able & set(deadline.act_by):
        yield Problem(
            "clock-leads-nowhere",
            f"Of those who are to act ({', '.join(deadline.act_by)}), nobody can do anything that stops the clock.",
            f"{where}.act_by",
            f"Name somebody who can: {', '.join(sorted(able))}.",
        )


def _late_blocks_its_cure(policy: Policy) -> Iterator[Problem]:
    for step_id, (_, step) in policy.steps.items():
        for item in step.requires:
            rule = item.rule
            clock = policy.deadlines.get(rule.clock) if isinstance(rule, InTime) else None
            if (
                clock
                and item.strength == "must"
                and not item.waivable_by
                and f"step:{step_id}" in clock.stops
            ):
                yield Problem(
                    "late-blocks-its-cure",
                    "Once the date has passed, the step that would make up for it is refused for ever.",
                    in_step(policy, step_id, f"requires.{item.id}"),
                    "Say `should`, and who may waive it; late is recorded, never refused.",
                )


def _can_come(trigger: str, reached: set[str], letters: Mapping[str, KnownLetter]) -> bool:
    kind, _, name = trigger.partition(":")
    if kind in ("case_opened", "triage"):  # what triage names is no letter, though it may be called like one
        return True
    if kind == "step":
        return name in reached
    return name not in letters or bool(reached & set(letters[name].tells_of))
