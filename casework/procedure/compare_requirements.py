"""Whether a requirement asks for more or for less than it did: one answer from all of its parts, or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from casework.procedure.model import Policy, Requirement

Sign = Literal["higher", "longer", "shorter", "set", "unset"]

_STRICTER_IF: Final[dict[tuple[str, str], Sign]] = {
    ("notice", "clear_working_days"): "higher",
    ("notice", "never_below"): "higher",
    ("notice", "unless"): "unset",
    ("notice_forecast", "clear_working_days"): "higher",
    ("notice_forecast", "never_below"): "higher",
    ("notice_forecast", "unless"): "unset",
    ("party_assigned", "at_least"): "higher",
    ("party_assigned", "roles"): "shorter",
    ("evidence_recorded", "at_least"): "higher",
    ("different_people", "roles"): "longer",
    ("different_people", "apart_from"): "longer",
    ("strand_state", "states"): "shorter",
    ("step_taken", "steps"): "shorter",
    ("step_taken", "in_order"): "set",
    ("value_is", "values"): "shorter",
    ("quorate", "at_least"): "higher",
    ("allegations_notified", "clear_working_days"): "higher",
    ("allegations_notified", "never_below"): "higher",
    ("allegations_notified", "unless"): "unset",
    ("took_no_part_in", "roles"): "longer",
    ("took_no_part_in", "steps"): "longer",
    ("checklist_says", "answers"): "shorter",
    ("no_conflict_declared", "values"): "longer",
    ("no_conflict_declared", "roles"): "longer",
    ("step_not_taken", "steps"): "longer",
    ("extends_warning", "sanctions"): "shorter",
}
"""How a parameter of a kind would have to change to ask for more; of what is not here, nothing can be said."""


def requirement_effect(
    old_policy: Policy, old: Requirement | None, new_policy: Policy, new: Requirement | None
) -> Literal["", "stricter", "looser"]:
    """Return `stricter` or `looser` where every part that differs says the same; otherwise nothing."""
    if old is None or new is None:
        return "stricter" if old is None else "looser"
    found = set(_parts(old_policy, old, new_policy, new))
    if found == {1}:
        return "stricter"
    return "looser" if found == {-1} else ""


def _parts(old_policy: Policy, old: Requirement, new_policy: Policy, new: Requirement) -> Iterator[int]:
    """For each part that differs: 1 if it asks for more now, -1 for less, 0 where that cannot be said."""
    if old.strength != new.strength:
        yield 1 if new.strength == "must" else -1
    if old.waivable_by != new.waivable_by:
        yield -_longer(old.waivable_by, new.waivable_by)
    if old.when != new.when:
        yield 1 if new.when is None else -1 if old.when is None else 0
    if old.rule.kind != new.rule.kind:
        yield 0
        return
    for name in type(new.rule).model_fields:
        before, after = getattr(old.rule, name), getattr(new.rule, name)
        effect = parameter_effect(old_policy, new_policy, (new.rule.kind, name), before, after)
        if effect is not None:
            yield effect


def parameter_effect(
    old_policy: Policy, new_policy: Policy, parameter: tuple[str, str], before: Any, after: Any
) -> int | None:
    """Return 1 if a parameter asks for more now, -1 for less, 0 if that cannot be said, None if it is the same.

    The name of a setting that there is not says nothing here; the check reports it.

    Args:
        parameter: the requirement's kind and the parameter's name.
    """
    sign = _STRICTER_IF.get(parameter)
    if sign == "higher":
        before, after = number_of(old_policy, before), number_of(new_policy, after)
        if isinstance(before, str) or isinstance(after, str):
            return None
    return None if before == after else _sign(sign, before, after)


def _sign(sign: Sign | None, before: Any, after: Any) -> int:
    match sign:
        case "higher" if isinstance(before, int) and isinstance(after, int):
            return 1 if after > before else -1
        case "longer":
            return _longer(before, after)
        case "shorter":
            return -_longer(before, after)
        case "set" | "unset":
            now = bool(after) == (sign == "set")
            return (1 if now else -1) if bool(before) != bool(after) else 0
    return 0


def _longer(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
    """1 if the other holds all of the one and more, -1 the other way round, 0 if neither."""
    return 1 if set(one) < set(other) else -1 if set(other) < set(one) else 0


def number_of(policy: Policy, value: Any) -> Any:
    """The number that a literal or the name of a whole-number setting stands for; anything else as it is."""
    setting = policy.settings.get(value) if isinstance(value, str) else None
    return int(setting.value) if setting is not None and setting.type == "integer" else value
