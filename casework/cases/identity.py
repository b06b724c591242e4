"""Policies as keys of a cache: compared by identity, because hashing a whole one costs more than what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.procedure.model import Policy


class Identity:
    """Holds a policy for a cache; two are equal if they hold the very same one."""

    __slots__ = ("policy",)

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.policy is self.policy
