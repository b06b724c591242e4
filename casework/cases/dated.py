"""What is true of a school on a date: dated settings, such as who employs the staff, and who has which power.

These are no part of a policy: a school changes its type or its scheme of delegation while cases go on, and each step is
judged by what was true on its day. They are entered in the organisation's own stream, handed in as context, and what a
step relied on is recorded with it, so that a replay needs nothing else. All dates are local, both ends included.

Source: SSR-4 (delegations are minuted, with holder and dates), SSR-20, SSR-31; the scheme of delegation of an academy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.cases.identity import Identity

if TYPE_CHECKING:
    from casework.procedure.model import Policy

Facts = Mapping[str, Any]


DATED = frozenset(("setting_dated", "delegation_entered", "delegation_ended", "post_held"))
"""Kinds of event in an organisation's stream that say what is true on a date."""

_RESTING = frozenset(
    (
        "case_opened",
        "step_taken",
        "step_irregular",
        "letter_issued",
        "letter_served",
        "letter_undelivered",
    )
)
"""Kinds of event that rest on dated settings."""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """The value of a dated setting, from the day `since` until a later one takes its place."""

    setting: str
    value: bool | int | str
    since: date


@dataclass(frozen=True, slots=True)
class Delegation:
    """That whoever holds `role` has a power, from `since` to `until` (None: until it is ended)."""

    id: str
    power: str
    role: str
    since: date
    until: date | None = None

    def valid(self, on: date) -> bool:
        """True on each day from `since` to `until`, both included."""
        return self.since <= on and (self.until is None or on <= self.until)

    def to_facts(self) -> dict[str, str]:
        """The delegation as facts hold it."""
        facts = {
            "delegation": self.id,
            "power": self.power,
            "role": self.role,
            "from": self.since.isoformat(),
        }
        return facts if self.until is None else {**facts, "until": self.until.isoformat()}

    @classmethod
    def from_facts(cls, facts: Facts) -> Delegation:
        """Read what `to_facts` wrote. Raises KeyError or ValueError if it is none."""
        until = facts.get("until")
        return cls(
            facts["delegation"],
            facts["power"],
            facts["role"],
            date.fromisoformat(facts["from"]),
            None if until is None else date.fromisoformat(until),
        )


@dataclass(frozen=True, slots=True)
class HeldPost:
    """That a person (by id) holds a post from the day `since` until a later entry takes its place; nobody if empty."""

    post: str
    person: str
    since: date

    def to_facts(self) -> dict[str, str]:
        """The entry as facts hold it."""
        return {"post": self.post, "person": self.person, "from": self.since.isoformat()}


@dataclass(frozen=True, slots=True)
class DatedTruths:
    """Everything dated that is on record of a school; empty for one that has entered nothing."""

    values: tuple[DatedValue, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    posts: tuple[HeldPost, ...] = ()

    def value_on(self, setting: str, on: date) -> DatedValue | None:
        """What a setting said on a day: of the entries from that day or before, the latest; of equals, the newest."""
        held = [item for item in self.values if item.setting == setting and item.since <= on]
        return max(reversed(held), key=lambda item: item.since, default=None)

    def post_on(self, post: str, on: date) -> HeldPost | None:
        """Who held a post on a day, as the latest entry from that day or before has it; None if none says so."""
        held = [item for item in self.posts if item.post == post and item.since <= on]
        return max(reversed(held), key=lambda item: item.since, default=None)

    def holding(self, power: str, on: date) -> tuple[Delegation, ...]:
        """The delegations of a power that are valid on a day."""
        return tuple(item for item in self.delegations if item.power == power and item.valid(on))


def dated_truths(events: Iterable[Facts]) -> DatedTruths:
    """Fold the facts of an organisation's stream, in order, into what is true of the school on each date.

    Kinds: `setting_dated`, `delegation_entered`, `delegation_ended`, `post_held`; others are passed over.
    """
    values: list[DatedValue] = []
    posts: list[HeldPost] = []
    delegations: dict[str, Delegation] = {}
    for facts in events:
        kind = facts.get("kind")
        if kind == "setting_dated":
            values.append(DatedValue(facts["setting"], facts["value"], date.fromisoformat(facts["from"])))
        elif kind == "post_held":
            posts.append(HeldPost(facts["post"], facts["person"], date.fromisoformat(facts["from"])))
        elif kind == "delegation_entered":
            entered = Delegation.from_facts(facts)
            delegations[entered.id] = entered
        elif kind == "delegation_ended" and facts["delegation"] in delegations:
            ended = delegations[facts["delegation"]]
            delegations[ended.id] = replace(ended, until=date.fromisoformat(facts["until"]))
    return DatedTruths(tuple(values), tuple(delegations.values()), tuple(posts))


def policy_on(policy: Policy, truths: DatedTruths, on: date | None) -> Policy:
    """The policy with the dated settings as they were on a day; the policy itself where they say the same."""
    if on is None or not truths.values:
        return policy
    held = [truths.value_on(name, on) for name, setting in policy.settings.items() if setting.dated]
    changed = tuple(
        (item.setting, item.value)
        for item in held
        if item is not None and item.value != policy.settings[item.setting].value
    )
    return _changed(Identity(policy), changed) if changed else policy


@lru_cache(maxsize=32)
def _changed(identity: Identity, values: tuple[tuple[str, bool | int | str], ...]) -> Policy:
    """The policy with other values of dated settings: one for each combination, so that it is compiled once."""
    settings = dict(identity.policy.settings)
    for name, value in values:
        settings[name] = settings[name].model_copy(update={"value": value})
    return identity.policy.model_copy(update={"settings": settings})


def relied_values(policy: Policy, truths: DatedTruths, on: date | None) -> list[dict[str, Any]]:
    """The dated settings of a policy that the school has entered for a day, as a step records them."""
    if on is None or not truths.values:
        return []
    held = [truths.value_on(name, on) for name, setting in policy.settings.items() if setting.dated]
    return [
        {"setting": item.setting, "value": item.value, "from": item.since.isoformat()}
        for item in held
        if item is not None
    ]


def relied_facts(policy: Policy, truths: DatedTruths, on: date | None) -> dict[str, Any]:
    """The `relied` of facts that rest on nothing but dated settings; empty where there are none."""
    values = relied_values(policy, truths, on)
    return {"relied": {"settings": values}} if values else {}


def truths_relied_on(facts: Facts) -> DatedTruths:
    """What the facts of an event say that it relied on."""
    relied = facts.get("relied", {})
    return DatedTruths(
        tuple(
            DatedValue(item["setting"], item["value"], date.fromisoformat(item["from"]))
            for item in relied.get("settings", ())
        ),
        tuple(Delegation.from_facts(item) for item in relied.get("delegations", ())),
    )


def unfounded(facts: Facts, policy: Policy, known: DatedTruths) -> str:
    """Return in what an event does not rest on what was on record of the school when it was recorded; empty if it does.

    Args:
        facts: the event's.
        policy: the one that it names, or that its case has.
        known: what the school's own stream said before it.
    """
    relied = truths_relied_on(facts)
    if not set(relied.delegations) <= set(known.delegations):
        return "It rests on a delegation that was not on record of the school."
    on = facts.get("occurred", {}).get("date")
    held = relied_values(policy, known, None if on is None else date.fromisoformat(on))
    if facts.get("kind") in _RESTING and held != list(facts.get("relied", {}).get("settings", ())):
        return "It does not rest on what was true of the school on its day."
    return ""
