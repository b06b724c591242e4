"""Fields and requirements that stand once in a policy's `shared.yaml` and are taken by steps with `use: NAME`.

A use is replaced by what it takes, with the properties that it gives itself in place of the shared ones, before
anything is held against the language. Nothing is evaluated, and nothing of it is left in the policy: a policy is the
same, with the same digest, whether something is shared or written out.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final, Literal, TypeAlias

from casework.procedure.files import SharedFile
from casework.procedure.source import Path_, Source, Written, dotted
from casework.procedure.validate import validated

SHARED: Final = "shared.yaml"
"""The file of a policy's shared fields and requirements."""

Section = Literal["fields", "requirements"]
"""What can be shared: the sections of `shared.yaml`."""

Entry: TypeAlias = tuple[Section, str]
"""One thing that is shared: its section and its name."""

SECTIONS: Final[dict[Section, str]] = {"fields": "field", "requirements": "requirement"}
"""Each section with the word for one of its entries."""

KEPT: Final = ("type", "must", "should")
"""Properties that a use cannot change: another type or kind is another field or requirement."""

_LISTED: Final = 12
"""A longer list of names than this is no help; it is looked up in the file."""


class Shared:
    """What `shared.yaml` holds, and who takes it.

    Args:
        source: the file as read; None if the policy has none.
    """

    def __init__(self, source: Written | None) -> None:
        self.source = source
        self.uses: dict[tuple[str, Path_], Entry] = {}
        """What each use takes, by the use's file and its path in it."""
        self._entries: dict[Entry, Any] = {}
        self._wanted: set[Entry] = set()
        self._faulty: set[str] = set()
        if source is not None:
            self._read(source)

    def put_in(self, source: Source) -> None:
        """Replace each use in the steps of `source`, a strand or a part of one; note those that take nothing."""
        steps = source.value.get("steps") if isinstance(source.value, dict) else None
        if isinstance(steps, dict):
            taken = {step_id: self._step(source, step_id, step) for step_id, step in steps.items()}
            source.value = {**source.value, "steps": taken}

    def _step(self, source: Source, step_id: str, step: Any) -> Any:
        """A step with what it uses in the place of each use."""
        if not isinstance(step, dict):
            return step
        path: Path_ = ("steps", step_id)
        taken = dict(step)
        if isinstance(fields := step.get("fields"), dict):
            taken["fields"] = {
                name: self._taken(source, "fields", field, (*path, "fields", name))
                for name, field in fields.items()
            }
        if isinstance(requires := step.get("requires"), tuple):
            taken["requires"] = tuple(
                self._taken(source, "requirements", item, (*path, "requires", index))
                for index, item in enumerate(requires)
            )
        return taken

    def note_unused(self) -> None:
        """Note each entry that nothing takes. Every strand must have been put in before."""
        for section, name in self._entries.keys() - self._wanted:
            if self.source is not None:
                remedy = f"Take it with `use: {name}`, or leave it out."
                self.source.add((section, name), "No step uses this.", remedy)

    def _read(self, source: Written) -> None:
        """Collect the entries, each held against the language by itself, as a whole field or requirement."""
        for section in SECTIONS:
            held = source.value.get(section) if isinstance(source.value, dict) else None
            for name, entry in held.items() if isinstance(held, dict) else ():
                self._entries[section, name] = entry
                if isinstance(entry, dict) and "use" in entry:
                    reason = "What is shared cannot use something shared in its turn."
                    source.add((section, name, "use"), reason, "Write it out.")
                    source.settle((section, name))
        validated(source, SharedFile)
        self._faulty = {error.path for error in source.errors}

    def _taken(self, source: Source, section: Section, written: Any, path: Path_) -> Any:
        """What stands at `path` of a step: as written, or what it uses with its own properties put in."""
        if isinstance(written, str) and (section, written) in self._entries:
            source.add(path, f"A name alone is no {SECTIONS[section]}.", f"Write {{use: {written}}}.")
            source.settle(path)
            self._wanted.add((section, written))
        if not isinstance(written, dict) or "use" not in written:
            return written
        name = written["use"]
        if not isinstance(name, str):
            source.add((*path, "use"), f"Name a {SECTIONS[section]} of shared.yaml here.")
        elif (entry := self._find(source, section, name, path)) is not None:
            self.uses[source.file, path] = (section, name)
            own = {key: value for key, value in written.items() if key != "use"}
            for key in own.keys() & set(KEPT):
                reason = f"A use cannot change `{key}`."
                source.add((*path, key), reason, f"Write the {SECTIONS[section]} out, without `use`.")
            return {**entry, **{key: value for key, value in own.items() if key not in KEPT}}
        source.settle(path)
        return written

    def _find(self, source: Source, section: Section, name: str, path: Path_) -> dict[str, Any] | None:
        """The entry of that name; None, with the error noted here or in shared.yaml, if there is no sound one."""
        if self._is_faulty(section, name):
            self._wanted.add((section, name))
            return None
        if (section, name) in self._entries:
            self._wanted.add((section, name))
            return dict(self._entries[section, name])
        source.add(
            (*path, "use"), f"There is no shared {SECTIONS[section]} `{name}`.", self._instead(section, name)
        )
        return None

    def _instead(self, section: Section, name: str) -> str:
        """What to do about a name that leads nowhere."""
        for kind, word in SECTIONS.items():
            if (kind, name) in self._entries:
                self._wanted.add((kind, name))
                return f"`{name}` is a shared {word}."
        known = sorted(other for kind, other in self._entries if kind == section)
        close = get_close_matches(name, known, n=1)
        if close:
            # The entry that was probably meant is not reported as unused besides.
            self._wanted.add((section, close[0]))
            return f"Did you mean `{close[0]}`?"
        add = f"Add it to `{section}` in {SHARED}."
        return f"There are: {', '.join(known)}. {add}" if 0 < len(known) <= _LISTED else add

    def _is_faulty(self, section: Section, name: str) -> bool:
        """True if something is wrong with the entry, or with the file or section as a whole."""
        here = dotted((section, name))
        return any(
            path == here or path.startswith((f"{here}.", f"{here}[")) or "." not in path
            for path in self._faulty
        )
