"""What is to be recorded in a register: a new entry, what became known later, a correction, an annulment.

Each function is pure and returns typed facts and a body with the words. Ids, the present instant and the entries of
other registers are handed in. Nothing incomplete is recorded: everything that is missing is named at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.base.errors import BadInput, Refused
from casework.base.time import parse_occurred
from casework.procedure.registers import Register, RegisterField
from casework.procedure.values import (
    PLAIN,
    FieldInvalid,
    clean,
    read_plain,
)
from casework.registers.model import ADDED, UPDATED, Entry

Others = Mapping[str, Collection[str]]
"""The ids of the entries that stand in other registers, by register."""


class EntryIncomplete(BadInput):
    """Fields that an entry needs were not given."""

    code = "entry-incomplete"


class CannotChange(Refused):
    """The entry cannot be changed in this way."""

    code = "cannot-change"


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be recorded: facts (readable, typed) and body (words, to be sealed)."""

    facts: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What every act in a register relies on: which register, its definition and policy, who records, and when.

    `others` are the entries that an entry may name; None where that is not asked again.
    """

    name: str
    register: Register
    policy: str
    recorder: Mapping[str, str]
    now: datetime
    others: Others | None = None

    def facts(self, kind: str) -> dict[str, Any]:
        """Return what the facts of every act have."""
        return {
            "kind": kind,
            "register": self.name,
            "policy": self.policy,
            "recorded_by": dict(self.recorder),
        }


def add(
    sitting: Sitting, *, entry: str, given: Mapping[str, Any], case: str = "", begun: bool = False
) -> Written:
    """Make a new entry; `case` is the stream of the case that it belongs to.

    An entry that is only `begun` may lack what it needs: that is added later, and `lacking` says what it is.

    Raises: FieldInvalid for a value that cannot be; EntryIncomplete naming every field that is missing.
    """
    values, texts = _read(sitting, given)
    _complete(sitting.register, values, {*values, *texts}, new=not begun)
    _in_order(sitting, values)
    facts = {**sitting.facts(ADDED), "entry": entry, "values": values, "given": sorted(texts)}
    if case:
        facts["case"] = case
    if begun:
        facts["begun"] = True
    return Written(facts, {"texts": texts} if texts else {})


def update(sitting: Sitting, entry: Entry, given: Mapping[str, Any]) -> Written:
    """Add to an entry what became known after it was made.

    Raises: CannotChange for an annulled entry, or a field that was given before; FieldInvalid, EntryIncomplete.
    """
    _must_stand(entry)
    values, texts = _read(sitting, given)
    for name in given:
        if entry.has(name):
            raise CannotChange(
                f"{sitting.register.fields[name].label}: this was entered before.",
                remedy="If it was entered wrongly, correct it.",
            )
    if not values and not texts:
        raise FieldInvalid("Say what is added to the entry.")
    known = {**entry.values, **values}
    _complete(sitting.register, known, {*known, *entry.words, *texts}, new=False)
    _in_order(sitting, known)
    facts = {**sitting.facts(UPDATED), "entry": entry.id, "values": values, "given": sorted(texts)}
    return Written(facts, {"texts": texts} if texts else {})


def correct(sitting: Sitting, entry: Entry, given: Mapping[str, Any], reason: str) -> Written:
    """Put other values in the place of those that an entry has; old and new both stand.

    Raises: CannotChange; FieldInvalid without a reason, without a change, or for a field that was never given.
    """
    _must_stand(entry)
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("A correction needs a reason.")
    values, texts = _read(sitting, given)
    for name in {*values, *texts}:
        if not entry.has(name):
            raise CannotChange(
                f"{sitting.register.fields[name].label}: this was not entered yet.",
                remedy="Add it to the entry instead.",
            )
    changed = {name: value for name, value in values.items() if entry.values[name] != value}
    if not changed and not texts:
        raise FieldInvalid("The entry stands so already; there is nothing to correct.")
    known = {**entry.values, **changed}
    _complete(sitting.register, known, {*known, *entry.words, *texts}, new=False)
    _in_order(sitting, known)
    facts = {**sitting.facts("corrected"), "event": entry.events[0], "entry": entry.id}
    facts |= {"replaces": {"values": changed} if changed else {}, "given": sorted(texts)}
    return Written(facts, {"reason": because, **({"texts": texts} if texts else {})})


def annul(sitting: Sitting, entry: Entry, reason: str) -> Written:
    """Annul an entry that should never have been made; it stays visible, keeps its number, and counts no more.

    Raises: CannotChange for one that was annulled before; FieldInvalid without a reason.
    """
    _must_stand(entry)
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("An annulment needs a reason.")
    facts = {**sitting.facts("annulled"), "event": entry.events[0], "entry": entry.id}
    return Written(facts, {"reason": because})


def _must_stand(entry: Entry) -> None:
    if not entry.stands:
        raise CannotChange(f"Entry {entry.number} has been annulled.", remedy="Make a new one.")


def _read(sitting: Sitting, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Part what was given into facts and words, each checked for its form."""
    fields = sitting.register.fields
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, raw in given.items():
        field = fields.get(name)
        if field is None:
            raise FieldInvalid(
                f"“{sitting.register.title}” has no field {name!r}. Its fields: {', '.join(fields)}."
            )
        if raw is None or raw == "":
            continue
        if field.type == "text":
            texts[name] = clean(field.label, raw)
        else:
            values[name] = _typed(sitting, field, raw)
    return values, {name: said for name, said in texts.items() if said}


def _typed(sitting: Sitting, field: RegisterField, raw: Any) -> Any:
    if field.type in PLAIN:
        value = read_plain(field.type, field.label, raw, field.options, field.minimum, field.maximum)
        if field.past and parse_occurred(str(value)).is_future(sitting.now):
            raise FieldInvalid(f"{field.label}: this lies in the future; enter it when it has happened.")
        return value
    if not isinstance(raw, str):
        raise FieldInvalid(f"{field.label}: expected {'a person' if field.type == 'person' else 'an entry'}.")
    if field.type == "entry" and sitting.others is not None and raw not in sitting.others[field.of or ""]:
        raise FieldInvalid(f"{field.label}: there is no such entry that stands.")
    return raw


def lacking(register: Register, entry: Entry) -> tuple[str, ...]:
    """Return the fields that an entry still needs, in the register's order; none for one that was made whole."""
    return _missing(register, entry.values, {*entry.values, *entry.words}, new=True) if entry.begun else ()


def _missing(
    register: Register, values: Mapping[str, Any], held: Collection[str], *, new: bool
) -> tuple[str, ...]:
    missing = []
    for name, field in register.fields.items():
        needed = field.with_ in held if field.with_ else new and not field.later
        if needed and _applies(field, values) and not field.optional and name not in held:
            missing.append(name)
    return tuple(missing)


def _complete(register: Register, values: Mapping[str, Any], held: Collection[str], *, new: bool) -> None:
    """Refuse an entry that lacks what it needs, and what does not apply to it."""
    for name, field in register.fields.items():
        if not _applies(field, values) and name in held:
            raise FieldInvalid(f"{field.label}: this does not apply to the entry as it is.")
    missing = _missing(register, values, held, new=new)
    if missing:
        labels = "; ".join(register.fields[name].label.rstrip("?.") for name in missing)
        raise EntryIncomplete(f"The entry is not complete. Missing: {labels}.", missing=list(missing))


def _applies(field: RegisterField, values: Mapping[str, Any]) -> bool:
    return field.when is None or field.when.is_answered_by(values.get(field.when.field or ""))


def _in_order(sitting: Sitting, values: Mapping[str, Any]) -> None:
    """Refuse dates that contradict one another."""
    fields = sitting.register.fields
    for name, field in fields.items():
        first, then = values.get(field.not_before or ""), values.get(name)
        if isinstance(first, str) and isinstance(then, str):
            length = min(len(first), len(then))  # a day and a time of day are compared by the day
            if then[:length] < first[:length]:
                other = fields[field.not_before or ""].label
                raise FieldInvalid(f"{field.label}: this lies before “{other}”.")
