"""The finite-state machine under each strand: `transitions`, compiled once per policy and used without models.

`auto_transitions` is off, so that a state is reached by a named step only. Nothing is attached to a machine: a
`Position` is a plain object that says where a strand stands, and the one condition of every transition is that
nothing is unmet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from transitions import EventData, Machine, MachineError

from casework.cases.identity import Identity
from casework.procedure.model import Policy


@dataclass(slots=True)
class Position:
    """Where one strand stands; `state` moves when a step is triggered."""

    state: str


class StrandMachines:
    """The machines of one policy, one for each strand."""

    def __init__(self, policy: Policy) -> None:
        """Compile every strand of `policy`."""
        self._machines: dict[str, Machine] = {}
        self._moves: dict[tuple[str, str, str, bool], str | None] = {}
        for strand_id, strand in policy.strands.items():
            machine = Machine(
                model=None,
                states=list(strand.states),
                initial=strand.initial,
                auto_transitions=False,
                send_event=True,
            )
            for step_id, step in strand.steps.items():
                machine.add_transition(
                    step_id,
                    list(step.from_),
                    step.to if step.to is not None else "=",
                    conditions=[_nothing_unmet],
                )
            self._machines[strand_id] = machine

    def move(self, strand: str, state: str, step: str, *, nothing_unmet: bool) -> str | None:
        """The state that `step` leads to from `state`, or None when it may not be taken from there."""
        asked = (strand, state, step, nothing_unmet)
        if asked not in self._moves:  # a machine without callbacks answers the same question alike for ever
            position = Position(state)
            try:
                moved = self._machines[strand].events[step].trigger(position, nothing_unmet=nothing_unmet)
            except MachineError:
                moved = False
            self._moves[asked] = position.state if moved else None
        return self._moves[asked]

    def triggers(self, strand: str, state: str) -> list[str]:
        """The steps that start from `state`, in the order of the policy."""
        return list(self._machines[strand].get_triggers(state))


def _nothing_unmet(event: EventData) -> bool:
    return bool(event.kwargs["nothing_unmet"])


@lru_cache(maxsize=32)
def _compiled(identity: Identity) -> StrandMachines:
    return StrandMachines(identity.policy)


def machines_of(policy: Policy) -> StrandMachines:
    """The compiled machines of a loaded policy; compiled once and kept for up to 32 policies."""
    return _compiled(Identity(policy))
