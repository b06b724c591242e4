"""Where in its files each part of a policy stands, so that what the check finds is shown on the line to change.

A policy knows nothing of files. The check names a part by the strand's file and the names in it; here that becomes the
file of the strand's part, with the line, and for what a step takes from `shared.yaml` the place there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from casework.procedure.problem import Problem
from casework.procedure.shared import SHARED, Shared
from casework.procedure.source import Path_, Written, dotted

_USE: Final = 4
"""How long the path of a use is: `steps`, the step, `fields` or `requires`, and which of them."""


class _Spot(NamedTuple):
    """Where a part stands. What a step has taken from `shared.yaml` stands at its `use`; `taken` names it there."""

    file: str
    path: Path_
    line: int
    taken: str


class Places:
    """The places of one policy as it was read.

    Args:
        sources: every file by its name as seen from the policy's folder.
        parts: the files of the parts of each strand that is written in parts, by the file of the strand.
        shared: what steps use, and which do.
        folder: the name of the policy's folder.
    """

    def __init__(
        self,
        sources: Mapping[str, Written],
        parts: Mapping[str, tuple[str, ...]],
        shared: Shared,
        folder: str = "",
    ) -> None:
        self._folder = f"{folder}/" if folder else ""
        self._sources, self._parts, self._shared = sources, parts, shared
        self._indexes: dict[str, dict[str, tuple[Written, Path_]]] = {}

    def _shown(self, file: str) -> str:
        """A file as seen from where the policy's folder lies."""
        return file.removeprefix("../") if file.startswith("../") else f"{self._folder}{file}"

    @classmethod
    def nowhere(cls) -> Places:
        """The places of a policy that was not read from files."""
        return cls({}, {}, Shared(None))

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems with file and line.

        What is wrong wherever a shared entry is used is reported once, where it stands in `shared.yaml`; what is
        wrong in some of the places only, at each of them, with the place in `shared.yaml` beside it.
        """
        found = [(problem, self._spot(problem.where)) for problem in problems]
        groups: dict[Problem, set[tuple[str, Path_]]] = {}
        for problem, spot in found:
            if spot is not None and spot.taken:
                groups.setdefault(self._in_shared(problem, spot), set()).add((spot.file, spot.path))
        located: dict[Problem, None] = {}
        for problem, spot in found:
            if spot is None:
                located[problem] = None
            elif not spot.taken:
                located[self._in_file(problem, spot)] = None
            elif self._everywhere(groups[shared := self._in_shared(problem, spot)]):
                located[shared] = None
            else:
                beside = f"{shared.file}:{shared.line}"
                located[replace(self._in_file(problem, spot), shared=beside)] = None
        return list(located)

    def standing(self, where: str) -> list[str]:
        """Return file and line of each place that says something about `FILE: PART`, what is extended first.

        What is taken from `shared.yaml` follows the place that takes it. Empty if the part is none of the policy.
        """
        file, _, part = where.partition(": ")
        if self._spot(where) is None or part not in self._indexes[file]:
            return []
        whole, path = self._indexes[file][part]
        found = [*whole.earlier(path), whole.origin(path)]
        places = [f"{self._shown(source.file)}:{source.line(there)}" for source, there in found]
        for source, there in found:
            if (entry := self._shared.uses.get((source.file, there))) is not None:
                places += self.standing(f"{SHARED}: {dotted(entry)}")
        return list(dict.fromkeys(places))

    def _spot(self, where: str) -> _Spot | None:
        """The place of `FILE: PART`, or of what is around the part; None if the file is none of the policy."""
        file, _, part = where.partition(": ")
        if file not in self._sources:
            return None
        index = self._indexes.get(file) or self._indexes.setdefault(file, self._index(file))
        known = part
        while known not in index:
            known = known.rpartition(".")[0]
        whole, path = index[known]
        source, there = whole.origin(path)
        entry = self._shared.uses.get((source.file, there)) if len(path) == _USE else None
        rest = part[len(known) :]
        return _Spot(source.file, there, source.line(there), f"{dotted(entry)}{rest}" if entry else "")

    def _index(self, file: str) -> dict[str, tuple[Written, Path_]]:
        """Every part of a file and of the files of its parts, as the check names it."""
        index: dict[str, tuple[Written, Path_]] = {}
        for name in (file, *self._parts.get(file, ())):
            source = self._sources[name]
            for path in source.lines:
                index.setdefault(dotted(_as_checked(source, path)), (source, path))
        return index

    def _in_file(self, problem: Problem, spot: _Spot) -> Problem:
        part = problem.where.partition(": ")[2]
        return replace(problem, where=f"{spot.file}: {part}" if part else spot.file, line=spot.line)

    def _in_shared(self, problem: Problem, spot: _Spot) -> Problem:
        there = self._spot(f"{SHARED}: {spot.taken}")
        file, line = (there.file, there.line) if there else (SHARED, 0)
        return replace(problem, where=f"{file}: {spot.taken}", line=line)

    def _everywhere(self, uses: set[tuple[str, Path_]]) -> bool:
        """True if these are all uses of what they use, and more than one."""
        entry = self._shared.uses[next(iter(uses))]
        return len(uses) > 1 and len(uses) == sum(used == entry for used in self._shared.uses.values())


def _as_checked(source: Written, path: Path_) -> Path_:
    """The path with the id of a requirement in place of its number, as the check names requirements."""
    match path:
        case ("steps", str() as step_id, "requires", int() as number, *rest):
            item = source.value["steps"][step_id]["requires"][number]
            name = item.get("id") or item.get("must") or item.get("should")
            return ("steps", step_id, "requires", name, *rest)
    return path
