"""A policy written out whole, as one text, with the file and line of each entry above it: for those who read it all.

The text is in the notation of policy files, so that it is read like them; what it extends and shares is put in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any, Final

import yaml
from pydantic import BaseModel

from casework.procedure.model import Policy, Requirement
from casework.procedure.places import Places
from casework.procedure.problem import in_strand

_SECTIONS: Final = ("settings", "roles", "powers", "sanctions", "checklists", "deadlines", "registers")
_EMPTY: Final[tuple[Any, ...]] = (None, "", (), {})
_PARTS: Final = ("fields", "requires")


class _Text(yaml.SafeDumper):
    """Plain YAML: no aliases, lists on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out where it stands."""
        return True


_Text.add_representer(
    tuple, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, True)
)


def write_out(policy: Policy, places: Places) -> str:
    """Return the whole policy as text; a comment above each entry names the files and lines that say it."""
    head = {
        name: getattr(policy, name)
        for name in (
            "language",
            "id",
            "version",
            "title",
            "summary",
            "procedure_name",
            "procedure_date",
            "main_strand",
        )
    }
    lines = [_dump({name: value for name, value in head.items() if value != ""})]
    lines += _section("clauses", policy.clauses, lambda name: places.standing(f"policy.yaml: clauses.{name}"))
    for section in _SECTIONS:
        lines += _section(section, getattr(policy, section), _standing(places, f"{section}.yaml", section))
    elsewhere = "counted_elsewhere"
    lines += _section(elsewhere, policy.counted_elsewhere, _standing(places, "deadlines.yaml", elsewhere))
    for part in ("triage", "card", "retention"):
        lines += _section(part, plain(getattr(policy, part)) or {}, _standing(places, f"{part}.yaml", part))
    lines.append("strands:")
    for strand_id, strand in policy.strands.items():
        about = {"title": strand.title, "initial": strand.initial, "ordinary_path": strand.ordinary_path}
        lines += [f"  {strand_id}:", _indented(_dump({k: v for k, v in about.items() if v}), 4)]
        file = in_strand(strand_id, "").partition(": ")[0]
        lines += _indent(_section("states", strand.states, _standing(places, file, "states")), 4)
        lines.append("    steps:")
        for step_id, step in strand.steps.items():
            lines += _indent(_step(step_id, plain(step), places, strand_id), 6)
    lines += _section("rules", policy.rules, lambda _: [])
    return "\n".join(line.rstrip("\n") for line in lines if line) + "\n"


def write_settings(policy: Policy, places: Places) -> str:
    """Return the settings of a policy as `write_out` writes them."""
    section = _section("settings", policy.settings, _standing(places, "settings.yaml", "settings"))
    return "\n".join(section) + "\n"


def plain(value: Any) -> Any:
    """A part of a policy as its files would say it, without what says nothing; requirements are flat."""
    if isinstance(value, Requirement):
        own = {
            name: plain(getattr(value, name))
            for name in ("id", "waivable_by", "waiver_needs", "when", "because", "cites")
            if not _says_nothing(getattr(value, name))
        }
        parameters = {
            name: plain(item) for name, item in value.rule if name != "kind" and not _says_nothing(item)
        }
        return {value.strength: value.rule.kind, **parameters, **own}
    if isinstance(value, BaseModel):
        return {
            info.alias or name: plain(getattr(value, name))
            for name, info in type(value).model_fields.items()
            if info.is_required() or not _says_nothing(getattr(value, name), info.default)
        }
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return tuple(plain(item) for item in value) if isinstance(value, tuple) else value


def _says_nothing(value: Any, default: Any = False) -> bool:
    """True for what a file need not say: nothing, or a no that is understood."""
    return (value is False and default is False) or value in _EMPTY


def _step(step_id: str, step: Mapping[str, Any], places: Places, strand: str) -> Iterator[str]:
    """A step; of a field or requirement that stands elsewhere than the step, the place is named too."""
    where = in_strand(strand, f"steps.{step_id}")
    own = places.standing(where)
    yield from _comment(own)
    yield f"{step_id}:"
    yield _indented(_dump({name: item for name, item in step.items() if name not in _PARTS}), 2)
    file = own[0].rpartition(":")[0] if own else ""

    def elsewhere(part: str) -> list[str]:
        found = places.standing(f"{where}.{part}")
        return found if any(place.rpartition(":")[0] != file for place in found) else []

    if "fields" in step:
        yield from _indent(_section("fields", step["fields"], lambda name: elsewhere(f"fields.{name}")), 2)
    if "requires" in step:
        yield "  requires:"
        for item in step["requires"]:
            name = item.get("id") or item.get("must") or item.get("should")
            yield from _indent(_comment(elsewhere(f"requires.{name}")), 4)
            first, _, rest = _dump(item).partition("\n")
            yield f"    - {first}"
            yield _indented(rest, 6)


def _section(name: str, entries: Mapping[str, Any], standing: Callable[[str], list[str]]) -> Iterator[str]:
    """A mapping of named entries, with the places of each above it."""
    if not entries:
        return
    yield f"{name}:"
    for key, entry in entries.items():
        yield from _indent(_comment(standing(key)), 2)
        yield _indented(_dump({key: plain(entry)}), 2)


def _standing(places: Places, file: str, section: str) -> Callable[[str], list[str]]:
    return lambda name: places.standing(f"{file}: {section}.{name}")


def _comment(places: Iterable[str]) -> list[str]:
    named = ", ".join(places)
    return [f"# {named}"] if named else []


def _dump(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Text, sort_keys=False, allow_unicode=True, width=110))


def _indent(lines: Iterable[str], by: int) -> Iterator[str]:
    return (_indented(line, by) for line in lines)


def _indented(text: str, by: int) -> str:
    return indent(text.rstrip("\n"), " " * by)
