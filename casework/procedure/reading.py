"""Reading the files of one folder: a policy's or a catalogue's. Errors of all files gather, and nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, TypeVar

from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError
from casework.procedure.files import RulesFile, StrandFile, StrandPart
from casework.procedure.model import CitedRule, Model, Step, Strand
from casework.procedure.shared import SHARED, Shared
from casework.procedure.source import Source, read_source
from casework.procedure.validate import validated

M = TypeVar("M", bound=Model)

_PART: Final = re.compile(r"[a-z][a-z0-9_-]*")


class Reading:
    """One folder being read.

    Args:
        folder: where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, Source] = {}
        """Every file that was read, by its name as seen from the folder."""
        self.parts: dict[str, tuple[str, ...]] = {}
        """The files of the parts of each strand that is written in parts, by the file of the strand."""
        self.shared = Shared(None)
        self._strand_sources: list[Source | None] = []
        self._errors: list[PolicyError] = []

    @property
    def errors(self) -> list[PolicyError]:
        """Everything that is wrong so far, in order of file and line."""
        return sorted([*self._errors, *(error for one in self.sources.values() for error in one.errors)])

    def only(self, files: set[str], subfolder: str = "") -> None:
        """Refuse what does not belong into the folder, so that a misspelt name is never quietly ignored."""
        for entry in sorted(self.folder.iterdir()):
            known = entry.name == subfolder if entry.is_dir() else entry.name in files
            if entry.is_symlink() or not known:
                wanted = ", ".join(sorted(files)) + (f" and the folder {subfolder}" if subfolder else "")
                self._add(entry.name, "This does not belong into the folder.", f"There may be {wanted}.")

    def file(self, name: str, model: type[M]) -> M | None:
        """Read one file into its model; None if it is missing or wrong."""
        source = self._open(name)
        return None if source is None else validated(source, model)

    def read_shared(self) -> None:
        """Read what steps may use, before the strands are read."""
        if (self.folder / SHARED).exists():
            self.shared = Shared(self._open(SHARED))

    def strands(self) -> dict[str, Strand]:
        """Read each strand; its id is the name of its file, and its parts are in the folder of that name."""
        folder = self.folder / "strands"
        entries = sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
        if not entries:
            remedy = "Add a file for each strand, such as strands/procedure.yaml."
            self._add("strands", "There is no strand.", remedy)
        names = [entry.stem for entry in entries if entry.suffix == ".yaml" and _is_file(entry)]
        for entry in entries:
            parts = entry.name in names and entry.is_dir() and not entry.is_symlink()
            if not parts and entry.name not in {f"{name}.yaml" for name in names}:
                remedy = "Each strand is one file, NAME.yaml; its parts, if any, are in the folder NAME."
                self._add(f"strands/{entry.name}", "This does not belong into the folder.", remedy)
        found = {name: self._strand(name) for name in names}
        if all(source is not None and source.value is not None for source in self._strand_sources):
            self.shared.note_unused()
        return {name: strand for name, strand in found.items() if strand is not None}

    def rules(self) -> dict[str, CitedRule]:
        """Read the shared rules and the policy's own, which may add to them but not redefine them."""
        beside = self.folder.resolve().parent / "rules.yaml"
        path = beside if beside.is_file() else workflows_dir() / "rules.yaml"
        source = self._open("../rules.yaml", path)
        common = None if source is None else validated(source, RulesFile)
        rules = dict(common.rules) if common else {}
        if (self.folder / "rules.yaml").is_file() and (own := self.file("rules.yaml", RulesFile)) is not None:
            for rule in own.rules.keys() & rules.keys():
                reason = f"The rule {rule} is already defined."
                self.sources["rules.yaml"].add(("rules", rule), reason, "Give yours an id of its own.")
            rules |= own.rules
        return rules

    def _strand(self, name: str) -> Strand | None:
        """One strand with the steps of its parts; None if its file is wrong."""
        file = f"strands/{name}.yaml"
        source = self._open(file)
        self._strand_sources.append(source)
        if source is None:
            return None
        self.shared.put_in(source)
        head = validated(source, StrandFile)
        steps = dict(head.steps) if head else {}
        self.parts[file] = self._part_files(name, source)
        for position, part in enumerate(self.parts[file]):
            steps |= self._part(part, self.parts[file][:position])
        if head is None:
            return None
        return Strand(
            title=head.title,
            initial=head.initial,
            ordinary_path=head.ordinary_path,
            states=head.states,
            steps=steps,
        )

    def _part_files(self, name: str, source: Source) -> tuple[str, ...]:
        """The files of the parts that a strand names, in its order; what is named or there in vain is noted."""
        named = source.value.get("parts") if isinstance(source.value, dict) else ()
        files: list[str] = []
        for index, part in enumerate(named if isinstance(named, tuple) else ()):
            file = f"strands/{name}/{part}.yaml"
            if not isinstance(part, str) or not _PART.fullmatch(part):
                continue  # the language refuses it
            if file in files:
                source.add(("parts", index), f"The part {part} is named twice.", "Name it once.")
            elif not _is_file(self.folder / file):
                source.add(("parts", index), f"There is no file {file}.", "Add it, or leave the part out.")
                self._strand_sources.append(None)
            else:
                files.append(file)
        folder = self.folder / "strands" / name
        for entry in sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else ():
            if source.value is not None and (file := f"strands/{name}/{entry.name}") not in files:
                remedy = f"Name it in `parts` of strands/{name}.yaml, or take it away."
                self._add(file, "This is no part of the strand.", remedy)
                self._strand_sources.append(None)
        return tuple(files)

    def _part(self, file: str, before: tuple[str, ...]) -> dict[str, Step]:
        """The steps of one part; those that stand in a part before it are noted."""
        source = self._open(file)
        self._strand_sources.append(source)
        if source is None:
            return {}
        self.shared.put_in(source)
        part = validated(source, StrandPart)
        for step_id in _step_ids(source):
            for other in before:
                if step_id in _step_ids(self.sources[other]):
                    reason = f"The step {step_id} already stands in {other}."
                    source.add(("steps", step_id), reason, "Give one of them another name.")
        return dict(part.steps) if part else {}

    def _open(self, name: str, path: Path | None = None) -> Source | None:
        """Read a file as YAML; None, with the error noted, if it is missing."""
        path = path or self.folder / name
        if not path.is_file():
            self._add(name, "The file is missing.", "Add it.")
            return None
        self.sources[name] = read_source(path, name)
        return self.sources[name]

    def _add(self, file: str, reason: str, remedy: str) -> None:
        self._errors.append(PolicyError(file, 0, "", reason, remedy))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _step_ids(source: Source) -> dict[str, Any]:
    steps = source.value.get("steps") if isinstance(source.value, dict) else None
    return steps if isinstance(steps, dict) else {}
