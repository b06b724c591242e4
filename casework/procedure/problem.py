"""What a policy check reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from casework.procedure.model import Policy


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a policy must not be adopted.

    Args:
        code: stable name of the property that does not hold, such as `sanction-without-hearing`.
        message: what is wrong, one sentence.
        where: file and part, such as `strands/procedure.yaml: steps.give_warning`.
        remedy: what to do about it.
        path: a counterexample where there is one: the steps that lead from the start to the fault.
        line: the line of that file, counted from 1; 0 where it is not known, as in a policy that was not just read.
        shared: file and line in `shared.yaml` of what is used there, such as `shared.yaml:44`; empty if nothing is.
    """

    code: str
    message: str
    where: str
    remedy: str
    path: tuple[str, ...] = ()
    line: int = 0
    shared: str = ""

    @property
    def file(self) -> str:
        """The file, as seen from the policy's folder."""
        return self.where.partition(": ")[0]

    def __str__(self) -> str:
        file, colon, part = self.where.partition(": ")
        place = f"{file}:{self.line}{colon}{part}" if self.line else self.where
        place += f" (from {self.shared})" if self.shared else ""
        path = f" Path: {' → '.join(self.path)}." if self.path else ""
        return f"{place}: {self.message}{path} {self.remedy}"

    def as_json(self) -> dict[str, Any]:
        """The problem for programs; every property is always there, and `file` besides."""
        return {**asdict(self), "path": list(self.path), "file": self.file}


def in_step(policy: Policy, step_id: str, part: str = "") -> str:
    """Where a step stands: its strand's file and its name in it."""
    strand = policy.steps[step_id][0]
    return in_strand(strand, f"steps.{step_id}{f'.{part}' if part else ''}")


def in_strand(strand: str, part: str) -> str:
    """Where a part of a strand stands."""
    return f"strands/{strand}.yaml: {part}"
