"""How much a check looked at, so that a reader can see that it was not little."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Tally:
    """What was looked at, counted while it is done.

    Args:
        strands, states, steps, requirements, clocks, letters: how many of them the policy has or names.
        combinations: combinations of strand states that were told apart and searched, over all kinds of case.
        kinds_of_case: settings and traits of the employee that change what a step waits for, in all their values.
    """

    strands: int = 0
    states: int = 0
    steps: int = 0
    requirements: int = 0
    clocks: int = 0
    letters: int = 0
    combinations: int = 0
    kinds_of_case: int = 0

    def as_json(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)
