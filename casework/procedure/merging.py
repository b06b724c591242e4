"""Files of several layers as one: what a policy says goes over what it extends, entry by entry.

Things that have a name are put together by that name: settings, roles, sanctions, checklists and their questions,
deadlines, clauses, states, steps, fields, and requirements by their id. Of an entry that both have, the properties that
the later layer gives take the place of the earlier ones; a list or a condition is replaced as a whole.
What only one of them has is taken as it is. Nothing is taken away.

Every part remembers in which file it stands, so that an error names the real file and line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from casework.procedure.errors import PolicyError
from casework.procedure.source import Path_, Source, Written

STRENGTHS = ("must", "should")
"""The words with which a requirement begins, followed by its kind."""


class Merged:
    """Several files as one, put together layer by layer. Errors are noted in the file in which the part stands.

    Args:
        file: the name by which the check knows the whole.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Any = {}
        self._origins: dict[Path_, tuple[Source, Path_]] = {}
        self._before: dict[Path_, list[tuple[Source, Path_]]] = {}
        self._layers: list[Written] = []

    def put(self, layer: Written, leave_out: Iterable[str] = ()) -> None:
        """Put a file, which is a mapping, over what is there.

        Args:
            leave_out: properties at the top that are no part of the whole, such as `extends`.
        """
        self._layers.append(layer)
        held = {key: item for key, item in layer.value.items() if key not in set(leave_out)}
        self.value = self._over(self.value, held, layer, (), ())

    def take_out(self, path: Path_) -> bool:
        """Take a part out of the whole, a requirement by its id; False if it is not there."""
        *around, name = path
        held = self._at(tuple(around))
        if isinstance(held, dict) and name in held:
            del held[name]
            self._forget(path)
        elif isinstance(held, tuple) and str(name) in map(requirement_id, held):
            self._take_requirement(tuple(around), held, str(name))
        else:
            return False
        return True

    @property
    def lines(self) -> Mapping[Path_, int]:
        """The line of each part, in its own file."""
        return {
            path: source.lines[there]
            for path, (source, there) in self._origins.items()
            if there in source.lines
        }

    def uncite(self, rules: Collection[str]) -> None:
        """Take rules that do not apply out of every `cites`; a requirement that cites nothing else is noted."""
        self.value = self._uncited(self.value, (), set(rules)) if rules else self.value

    def _uncited(self, value: Any, path: Path_, rules: set[str]) -> Any:
        if isinstance(value, tuple):
            return tuple(self._uncited(item, (*path, index), rules) for index, item in enumerate(value))
        if not isinstance(value, dict):
            return value
        found = {}
        for key, item in value.items():
            if key == "cites" and isinstance(item, tuple) and any(rule in rules for rule in item):
                kept = tuple(rule for rule in item if rule not in rules)
                if not kept and any(word in value for word in STRENGTHS):
                    reason = f"This rests on {', '.join(item)} alone, which does not apply (`leaves_out`)."
                    self.add(path, reason, "Leave it out too, or let it cite what applies.")
                    kept = item
                found[key] = kept
            else:
                found[key] = self._uncited(item, (*path, key), rules)
        return found

    def _at(self, path: Path_) -> Any:
        """The value at a path; None if there is none."""
        value = self.value
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def _take_requirement(self, path: Path_, held: tuple[Any, ...], name: str) -> None:
        """Take one requirement out of a step; those after it move up, with where they stand."""
        at = [requirement_id(item) for item in held].index(name)
        self._at(path[:-1])[path[-1]] = held[:at] + held[at + 1 :]
        self._forget((*path, at))
        self._origins = {_moved_up(key, path, at): item for key, item in self._origins.items()}
        self._before = {_moved_up(key, path, at): item for key, item in self._before.items()}

    def _forget(self, path: Path_) -> None:
        for held in (self._origins, self._before):
            for known in [known for known in held if known[: len(path)] == path]:
                del held[known]

    @property
    def errors(self) -> Sequence[PolicyError]:
        """What is wrong in any of the files."""
        return [error for layer in self._layers for error in layer.errors]

    def origin(self, path: Path_) -> tuple[Source, Path_]:
        """The file in which the part at `path` stands last, or the nearest part around it; and the path there."""
        rest: Path_ = ()
        while path and path not in self._origins:
            path, rest = path[:-1], (path[-1], *rest)
        source, there = self._origins.get(path) or self._layers[-1].origin(())
        return source, (*there, *rest)

    def earlier(self, path: Path_) -> list[tuple[Source, Path_]]:
        """The places, earliest first, over which what `origin` says of `path` was put."""
        return self._before.get(path, [])

    def add(self, path: Path_, reason: str, remedy: str = "", line: int | None = None) -> None:
        """Note an error in the file in which the part at `path` stands."""
        source, there = self.origin(path)
        source.add(there, reason, remedy, line)

    def line(self, path: Path_) -> int:
        """The line of the part at `path`, or of the nearest part around it, in its own file."""
        source, there = self.origin(path)
        return source.line(there)

    def settle(self, path: Path_) -> None:
        """Note that everything has been said of the part at `path`."""
        source, there = self.origin(path)
        source.settle(there)

    def is_settled(self, path: Path_) -> bool:
        """True if everything has been said of the part at `path`, or of something around it."""
        source, there = self.origin(path)
        return source.is_settled(there)

    def says(self, path: Path_) -> bool:
        """True if an error at exactly `path` is noted already."""
        source, there = self.origin(path)
        return source.says(there)

    def _over(self, below: Any, above: Any, layer: Written, path: Path_, there: Path_) -> Any:
        """What stands at `path` of the whole once `above`, from `there` in the layer, is put over it."""
        if path in self._origins:
            self._before.setdefault(path, []).append(self._origins[path])
        if isinstance(below, dict) and isinstance(above, dict) and _by_name(path):
            self._origins[path] = layer.origin(there)
            if _is_requirement(path) and any(word in above for word in STRENGTHS):
                below = {key: item for key, item in below.items() if key not in STRENGTHS}
            whole = dict(below)
            for key, item in above.items():
                whole[key] = self._over(below.get(key), item, layer, (*path, key), (*there, key))
            return whole
        if isinstance(below, tuple) and isinstance(above, tuple) and _is_requires(path):
            return self._requirements(below, above, layer, path, there)
        if path in self._origins:  # what is in a part is known where the part is
            for known in [known for known in self._origins if known[: len(path)] == path]:
                del self._origins[known]
        return self._lay(above, layer, path, there)

    def _requirements(
        self, below: tuple[Any, ...], above: tuple[Any, ...], layer: Written, path: Path_, there: Path_
    ) -> tuple[Any, ...]:
        """The requirements of a step: those of an id that is there already are changed, the others follow."""
        whole = list(below)
        at = {name: index for index, item in enumerate(below) if (name := requirement_id(item))}
        for index, item in enumerate(above):
            place = at.get(requirement_id(item), len(whole))
            changed = self._over(
                whole[place] if place < len(whole) else None,
                item,
                layer,
                (*path, place),
                (*there, index),
            )
            whole[place : place + 1] = [changed]
        return tuple(whole)

    def _lay(self, value: Any, layer: Written, path: Path_, there: Path_) -> Any:
        """A value as it stands in a file, with where it and everything in it stands."""
        self._origins[path] = layer.origin(there)
        if isinstance(value, dict):
            return {key: self._lay(item, layer, (*path, key), (*there, key)) for key, item in value.items()}
        if isinstance(value, tuple):
            return tuple(
                self._lay(item, layer, (*path, index), (*there, index)) for index, item in enumerate(value)
            )
        return value


def requirement_id(item: Any) -> str:
    """The id of a requirement as it is written, its kind if it has none; empty if it is no requirement."""
    if not isinstance(item, dict):
        return ""
    return str(item.get("id") or item.get("must") or item.get("should") or "")


def _by_name(path: Path_) -> bool:
    """True where two mappings are put together by key; elsewhere the later one replaces the earlier."""
    match path:
        case () | (_,) | (_, _):
            return True
        case ("steps", _, "fields") | ("steps", _, "fields", _) | ("steps", _, "requires", _):
            return True
        case ("checklists", _, "questions") | ("checklists", _, "questions", _):
            return True
    return False


def _is_requires(path: Path_) -> bool:
    return len(path) == 3 and path[0] == "steps" and path[2] == "requires"


def _is_requirement(path: Path_) -> bool:
    match path:
        case ("steps", _, "requires", _) | ("requirements", _):
            return True
    return False


def _moved_up(key: Path_, path: Path_, at: int) -> Path_:
    """A path after the item number `at` of the list at `path` was taken out."""
    index = key[len(path)] if len(key) > len(path) and key[: len(path)] == path else None
    return (*path, index - 1, *key[len(path) + 1 :]) if isinstance(index, int) and index > at else key
