"""What differs between two policies, in the words of whoever writes them: entry by entry, and whether it asks for more.

Entries are known by their names, as they are when one policy extends another; a renamed entry is one that went and one
that came. `stricter` means that something is asked for that was not before, or that fewer people may do it; `looser`
the opposite. Where that cannot be said, only the change is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel

from casework.procedure.compare_requirements import number_of, requirement_effect
from casework.procedure.model import Policy, Requirement, Setting, Step
from casework.procedure.sentences import asks, holds_when

Effect = Literal["", "stricter", "looser"]

SECTIONS: Final = {
    "clauses": "Clauses",
    "settings": "Settings",
    "roles": "Roles",
    "sanctions": "Sanctions",
    "checklists": "Checklists",
    "deadlines": "Deadlines",
    "rules": "Rules",
}
"""The mappings of a policy that are compared entry by entry, with their headings; strands follow."""

_FEWER_IS_STRICTER: Final = ("by", "recorders", "from", "decided_by", "options", "answers")
_COUNTED: Final = {"minimum": 1, "maximum": -1, "days": -1}
"""Numbers of which a higher one asks for more (1) or for less (-1)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    Args:
        section: the heading that it stands under, such as `Deadlines` or `Steps of procedure`.
        entry: the name of what changed; empty for the head of the policy.
        title: what people call it.
        part: what changed of it, such as `days` or `requires.notice`; empty where the entry as a whole came or went.
        before: what it was, in words; empty if it was not there.
        after: what it is, in words; empty if it is gone.
        effect: `stricter`, `looser`, or empty.
    """

    section: str
    entry: str
    title: str
    part: str
    before: str
    after: str
    effect: Effect = ""

    def as_json(self) -> dict[str, Any]:
        """The change for programs; every property is always there."""
        return asdict(self)


def compare(old: Policy, new: Policy) -> list[Change]:
    """Return what differs, in the order of the files; nothing if the two are the same policy."""
    return list(_changes(old, new))


def _changes(old: Policy, new: Policy) -> Iterator[Change]:
    entries = {*SECTIONS, "strands"}
    for name in Policy.model_fields:
        if name not in entries and not isinstance(getattr(new, name), dict):
            yield from _part("Head", "", "", name, getattr(old, name), getattr(new, name))
    for name in Policy.model_fields:
        if name != "strands" and isinstance(getattr(new, name), dict):
            heading = SECTIONS.get(name, name.replace("_", " ").capitalize())
            yield from _entries(heading, getattr(old, name), getattr(new, name))
    yield from _days(old, new)
    yield from _strands(old, new)


def _days(old: Policy, new: Policy) -> Iterator[Change]:
    """Deadlines that are longer or shorter because the setting that holds their days is another."""
    for name in (name for name in old.deadlines if name in new.deadlines):
        one, other = old.deadlines[name], new.deadlines[name]
        before, after = number_of(old, one.days), number_of(new, other.days)
        if one.days == other.days and before != after:
            yield Change(
                SECTIONS["deadlines"],
                name,
                one.title,
                "days",
                f"{before} {one.unit.replace('_', ' ')}",
                f"{after} {other.unit.replace('_', ' ')}",
                _effect("days", before, after),
            )


def _strands(old: Policy, new: Policy) -> Iterator[Change]:
    for name in dict.fromkeys((*old.strands, *new.strands)):
        before, after = old.strands.get(name), new.strands.get(name)
        if before is None or after is None:
            there = after or before
            yield from _came_or_went("Strands", name, there, before is None)
            continue
        yield from _parts("Strands", name, before.title, before, after, skip=("states", "steps"))
        yield from _entries(f"States of {name}", before.states, after.states)
        heading = f"Steps of {name}"
        for step_id in dict.fromkeys((*before.steps, *after.steps)):
            one, other = before.steps.get(step_id), after.steps.get(step_id)
            if one is None or other is None:
                yield from _came_or_went(heading, step_id, other or one, one is None)
            else:
                yield from _step(old, new, heading, step_id, one, other)


def _step(old: Policy, new: Policy, heading: str, step_id: str, one: Step, other: Step) -> Iterator[Change]:
    title = one.title
    yield from _parts(heading, step_id, title, one, other, skip=("fields", "requires"))
    for name in dict.fromkeys((*one.fields, *other.fields)):
        before, after = one.fields.get(name), other.fields.get(name)
        if before is None or after is None:
            words = [item.label if item else "" for item in (before, after)]
            effect: Effect = ""
            if after is not None and not after.optional:
                effect = "stricter"
            elif before is not None and not before.optional:
                effect = "looser"
            yield Change(heading, step_id, title, f"fields.{name}", words[0], words[1], effect)
        else:
            yield from _parts(heading, step_id, title, before, after, prefix=f"fields.{name}.")
    asked = {item.id: item for item in one.requires}, {item.id: item for item in other.requires}
    for name in dict.fromkeys((*asked[0], *asked[1])):
        was, now = asked[0].get(name), asked[1].get(name)
        words = [_asked(old, one, was) if was else "", _asked(new, other, now) if now else ""]
        if was is not None and now is not None and was == now and words[0] == words[1]:
            continue
        yield Change(
            heading,
            step_id,
            title,
            f"requires.{name}",
            words[0],
            words[1] if words[1] != words[0] else f"{words[1]} ({', '.join(_differing(was, now))} changed)",
            requirement_effect(old, was, new, now),
        )


def _asked(policy: Policy, step: Step, item: Requirement) -> str:
    """A requirement in words: how strongly, what, when, and who can waive it."""
    try:
        words = f"{item.strength}: {asks(policy, step, item.rule)}"
        words += f" ({holds_when(policy, step, item.when)})" if item.when is not None else ""
    except (KeyError, ValueError):  # a draft that names what is not there has no sentence for it
        words = f"{item.strength}: {_plain(item.rule)}"
    if item.waivable_by:
        words += f" (waivable by {', '.join(item.waivable_by)})"
    return words


def _differing(one: Requirement | None, other: Requirement | None) -> list[str]:
    if one is None or other is None:
        return []
    return [name for name in Requirement.model_fields if getattr(one, name) != getattr(other, name)]


def _entries(heading: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            yield from _came_or_went(heading, name, new.get(name, old.get(name)), name not in old)
        elif isinstance(old[name], BaseModel):
            yield from _parts(heading, name, _title(old[name]), old[name], new[name])
        else:
            yield from _part(heading, name, "", "", old[name], new[name])


def _came_or_went(heading: str, name: str, there: Any, came: bool) -> Iterator[Change]:
    title = _title(there)
    words = title or _plain(there)
    yield Change(heading, name, title, "", "" if came else words, words if came else "")


def _parts(
    heading: str,
    entry: str,
    title: str,
    old: BaseModel,
    new: BaseModel,
    *,
    skip: tuple[str, ...] = (),
    prefix: str = "",
) -> Iterator[Change]:
    unit = f" {new.unit}" if isinstance(new, Setting) and new.unit else ""
    for name, info in type(new).model_fields.items():
        if name not in skip:
            before, after = getattr(old, name), getattr(new, name)
            said = info.alias or name
            for change in _part(heading, entry, title, f"{prefix}{said}", before, after):
                if name == "value" and unit:
                    yield Change(
                        heading, entry, title, change.part, f"{change.before}{unit}", f"{change.after}{unit}"
                    )
                else:
                    yield change


def _part(heading: str, entry: str, title: str, part: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new and (not isinstance(old, dict) or list(old) == list(new)):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            one, other = old.get(name), new.get(name)
            if isinstance(one, BaseModel) and isinstance(other, BaseModel):
                yield from _parts(heading, entry, title, one, other, prefix=f"{part}.{name}.")
            else:
                yield from _part(heading, entry, title, f"{part}.{name}", one, other)
        if list(old) != list(new) and old.keys() == new.keys():
            yield Change(heading, entry, title, part, ", ".join(old), ", ".join(new))
        return
    yield Change(heading, entry, title, part, _plain(old), _plain(new), _effect(part, old, new))


def _effect(part: str, old: Any, new: Any) -> Effect:
    name = part.rpartition(".")[2]
    if name in _FEWER_IS_STRICTER and isinstance(old, tuple) and isinstance(new, tuple):
        return "stricter" if set(new) < set(old) else "looser" if set(old) < set(new) else ""
    if name in _COUNTED and isinstance(old, int) and isinstance(new, int):
        return "stricter" if (new - old) * _COUNTED[name] > 0 else "looser"
    if name == "optional":
        return "looser" if new else "stricter"
    return ""


def _title(entry: Any) -> str:
    """What people call an entry."""
    return str(getattr(entry, "title", "") or getattr(entry, "text", "") or getattr(entry, "label", ""))


def _plain(value: Any) -> str:
    """A value as an author would write it; nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, BaseModel):
        said = value.model_dump(exclude_defaults=True, by_alias=True)
        return _title(value) or ", ".join(f"{name} {_plain(item)}" for name, item in said.items())
    return str(value)
