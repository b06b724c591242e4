"""Reading a policy's or a catalogue's files, layer by layer. Errors of all files gather, and nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, TypeVar

from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError
from casework.procedure.files import (
    Base,
    HeadOverlay,
    PartOverlay,
    RulesFile,
    StrandFile,
    StrandOverlay,
    StrandPart,
)
from casework.procedure.layer import BASE, Layer, layers_of
from casework.procedure.merging import Merged
from casework.procedure.model import CitedRule, Model, Step, Strand
from casework.procedure.shared import SHARED, Shared
from casework.procedure.source import Path_, Source, Written
from casework.procedure.validate import validated

M = TypeVar("M", bound=Model)

_PART: Final = re.compile(r"[a-z][a-z0-9_-]*")


class Reading:
    """One policy or catalogue being read, with everything that it extends.

    Args:
        folder: where its own files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layers = layers_of(folder)
        self.wholes: dict[str, Written] = {}
        """Every file as the check knows it: with what it extends, by its name as seen from the folder."""
        self.parts: dict[str, tuple[str, ...]] = {}
        """The files of the parts of each strand that is written in parts, by the file of the strand."""
        self.shared = Shared(None)
        self._all_read = True

    @property
    def own(self) -> Layer:
        """The policy's own folder."""
        return self.layers[-1]

    @property
    def errors(self) -> list[PolicyError]:
        """Everything that is wrong so far, in order of file and line."""
        return sorted(error for layer in self.layers for error in layer.errors)

    @property
    def lost(self) -> bool:
        """True if what the policy extends cannot be found: nothing else can be said then."""
        return any(error.path == "extends" for error in self.errors)

    def only(self, files: set[str], subfolder: str = "") -> None:
        """Refuse what does not belong into the folders; `files` are those beside their heads."""
        for layer in self.layers:
            layer.only({*files, layer.head}, subfolder)

    def has(self, name: str) -> bool:
        """True if a layer has a file of that name."""
        return any(layer.has(name) for layer in self.layers)

    def file(self, name: str, model: type[M]) -> M | None:
        """Read a file, with what it extends, into its model; None if it is missing or wrong."""
        whole = self._whole(name)
        return None if whole is None else validated(whole, model)

    def head(self, model: type[M]) -> M | None:
        """Read the head of the policy: of what it extends it takes what it does not say itself, but for its name."""
        for below, layer in zip([None, *self.layers], self.layers, strict=False):
            source = layer.open(layer.head)
            if source is None or len(self.layers) == 1:
                continue
            if layer.head == BASE:
                validated(source, Base)
            elif (read := validated(source, HeadOverlay)) is not None and read.leaves_out is not None:
                layer.leaves_out = read.leaves_out
            if "leaves_out" in (source.value or {}) and (below is None or below.head != BASE):
                remedy = "What a policy asks for can be made stricter, never taken away."
                source.add(("leaves_out",), "Of another policy nothing can be left out.", remedy)
        own = self.own.open(self.own.head)
        if len(self.layers) > 1 and own is not None and isinstance(own.value, dict):
            for name in {"id", "version"} - own.value.keys():
                own.add((name,), f"`{name}` is missing.", "Add it.", 1)
        whole = self._whole(self.own.head, ("extends", "leaves_out"))
        return None if whole is None else validated(whole, model)

    def read_shared(self) -> None:
        """Read what steps may use, before the strands are read; a step may give an entry another source."""
        if self.has(SHARED):
            self.shared = Shared(self._whole(SHARED, rules_out=False))

    def strands(self) -> dict[str, Strand]:
        """Read each strand; its id is the name of its file, and its parts are in the folder of that name."""
        layers = {layer: layer.strand_names() for layer in self.layers}
        names = sorted({name for held in layers.values() for name in held})
        if not names:
            remedy = "Add a file for each strand, such as strands/procedure.yaml."
            self.own.add("strands", "There is no strand.", remedy)
        found = {
            name: self._strand(name, [item for item in layers if name in layers[item]]) for name in names
        }
        for layer in self.layers:
            for said in sorted(layer.wanted - layer.left, key=str):
                _note_absent(layer, said)
        if self._all_read:
            self.shared.note_unused()
        return {name: strand for name, strand in found.items() if strand is not None}

    def rules(self) -> dict[str, CitedRule]:
        """Read the shared rules and the policy's own, which may add to them but not redefine them."""
        beside = self.folder.resolve().parent / "rules.yaml"
        path = beside if beside.is_file() else workflows_dir() / "rules.yaml"
        source = self.own.open("../rules.yaml", path)
        common = None if source is None else validated(source, RulesFile)
        rules = dict(common.rules) if common else {}
        for layer in self.layers:
            source = layer.open("rules.yaml") if layer.has("rules.yaml") else None
            own = validated(source, RulesFile) if source is not None else None
            if source is None or own is None:
                continue
            for rule in own.rules.keys() & rules.keys():
                reason = f"The rule {rule} is already defined."
                source.add(("rules", rule), reason, "Give yours an id of its own.")
            rules |= own.rules
        for layer in self.layers:
            for rule in layer.leaves_out.rules:
                if rules.pop(rule, None) is None:
                    _note_absent(layer, ("rules", rule))
        return rules

    @property
    def _rules_out(self) -> set[str]:
        """The rules of law that a layer says do not apply."""
        return {rule for layer in self.layers for rule in layer.leaves_out.rules}

    def _whole(self, name: str, leave_out: tuple[str, ...] = (), *, rules_out: bool = True) -> Written | None:
        """One file as it stands with what it extends; None if there is none, or one of them cannot be read."""
        heads = name == self.own.head
        files = [(layer, layer.head if heads else name) for layer in self.layers]
        if len(self.layers) == 1:
            source = self.own.open(name)
            if source is not None:
                self.wholes[name] = source
            return source
        if not any(layer.has(file) for layer, file in files):
            self.own.open(name)  # which notes that it is missing
            return None
        whole, section = Merged(name), name.removesuffix(".yaml")
        for layer, file in files:
            for item in getattr(layer.leaves_out, section, ()):
                if not whole.take_out((section, item)):
                    _note_absent(layer, (section, item))
            source = layer.open(file) if layer.has(file) else None
            if source is not None and not _is_mapping(source):
                return None
            if source is not None:
                whole.put(source, leave_out)
        if rules_out:
            whole.uncite(self._rules_out)
        self.wholes[name] = whole
        return whole

    def _strand(self, name: str, layers: list[Layer]) -> Strand | None:
        """One strand: of one layer as it stands, of several put together."""
        return self._single(name, layers[0]) if len(self.layers) == 1 else self._layered(name, layers)

    def _single(self, name: str, layer: Layer) -> Strand | None:
        """One strand with the steps of its parts; None if its file is wrong."""
        file = f"strands/{name}.yaml"
        source = self._open(layer, file)
        if source is None:
            return None
        self.wholes[file] = source
        head = validated(source, StrandFile)
        steps = dict(head.steps) if head else {}
        self.parts[file] = self._part_files(layer, name, source)
        for position, part in enumerate(self.parts[file]):
            steps |= self._part(layer, part, self.parts[file][:position])
        if head is None:
            return None
        return Strand(
            title=head.title,
            initial=head.initial,
            ordinary_path=head.ordinary_path,
            states=head.states,
            steps=steps,
        )

    def _layered(self, name: str, layers: list[Layer]) -> Strand | None:
        """One strand as its layers say it together; each layer is laid out as it likes."""
        file = f"strands/{name}.yaml"
        whole, sound = Merged(file), True
        for layer in self.layers:
            self._take_steps_out(whole, layer)
            for source in self._documents(name, layer) if layer in layers else ():
                model = StrandOverlay if source is layer.sources.get(file) else PartOverlay
                if source.value is None or validated(source, model) is None:
                    sound = False
                else:
                    whole.put(source, leave_out=("parts",))
        whole.uncite(self._rules_out)
        self.wholes[file] = whole
        return validated(whole, Strand) if sound else None

    def _documents(self, name: str, layer: Layer) -> list[Source]:
        """The files of one layer that say something about a strand: its own, and its parts."""
        head = self._open(layer, f"strands/{name}.yaml")
        found: list[Source] = [] if head is None else [head]
        before: tuple[str, ...] = ()
        for part in self._part_files(layer, name, head) if head is not None else ():
            source = self._open(layer, part)
            if source is not None:
                self._note_twice(layer, source, before)
                found.append(source)
                before = (*before, part)
        return found

    def _take_steps_out(self, whole: Merged, layer: Layer) -> None:
        """Take out of a strand what a layer leaves out of it, and note that it was there."""
        out = layer.leaves_out
        named: list[tuple[Path_, Path_]] = [(("states", name), ("states", name)) for name in out.states]
        for word, section, parts in (
            ("fields", "fields", out.fields),
            ("requirements", "requires", out.requirements),
        ):
            named += [
                ((word, step, name), ("steps", step, section, name))
                for step, names in parts.items()
                for name in names
            ]
        named += [(("steps", name), ("steps", name)) for name in out.steps]
        for said, path in named:
            if whole.take_out(path):
                layer.left.add(said)
            layer.wanted.add(said)

    def _part_files(self, layer: Layer, name: str, source: Source) -> tuple[str, ...]:
        """The files of the parts that a strand names, in its order; what is named or there in vain is noted."""
        named = source.value.get("parts") if isinstance(source.value, dict) else ()
        files: list[str] = []
        for index, part in enumerate(named if isinstance(named, tuple) else ()):
            file = f"strands/{name}/{part}.yaml"
            if not isinstance(part, str) or not _PART.fullmatch(part):
                continue  # the language refuses it
            if file in files:
                source.add(("parts", index), f"The part {part} is named twice.", "Name it once.")
            elif not layer.has(file):
                source.add(("parts", index), f"There is no file {file}.", "Add it, or leave the part out.")
                self._all_read = False
            else:
                files.append(file)
        folder = layer.folder / "strands" / name
        for entry in sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else ():
            if source.value is not None and (file := f"strands/{name}/{entry.name}") not in files:
                remedy = f"Name it in `parts` of strands/{name}.yaml, or take it away."
                layer.add(file, "This is no part of the strand.", remedy)
                self._all_read = False
        return tuple(files)

    def _part(self, layer: Layer, file: str, before: tuple[str, ...]) -> dict[str, Step]:
        """The steps of one part; those that stand in a part before it are noted."""
        source = self._open(layer, file)
        if source is None:
            return {}
        self.wholes[file] = source
        part = validated(source, StrandPart)
        self._note_twice(layer, source, before)
        return dict(part.steps) if part else {}

    def _note_twice(self, layer: Layer, source: Source, before: tuple[str, ...]) -> None:
        """Note the steps of a part that stand in a part of the same layer before it."""
        for step_id in _step_ids(source):
            for other in before:
                if step_id in _step_ids(layer.sources[other]):
                    reason = f"The step {step_id} already stands in {other}."
                    source.add(("steps", step_id), reason, "Give one of them another name.")

    def _open(self, layer: Layer, name: str) -> Source | None:
        """Read a file of a strand, with what it uses put in; None, with the error noted, if there is none."""
        source = layer.open(name)
        if source is None or source.value is None:
            self._all_read = False
        if source is not None:
            self.shared.put_in(source)
        return source


def _note_absent(layer: Layer, said: Path_) -> None:
    """Note what a layer leaves out although it is not there."""
    source = layer.open(layer.head)
    if source is not None:
        reason = f"There is no {'.'.join(map(str, said[1:]))} that could be left out."
        source.add(("leaves_out", *said), reason, "Take it off the list.")


def _is_mapping(source: Source) -> bool:
    """True if a file holds a mapping; if it holds something else, that is noted."""
    if source.value is not None and not isinstance(source.value, dict):
        source.add((), "Expected a mapping.", "Begin with `NAME:`.")
    return isinstance(source.value, dict)


def _step_ids(source: Source) -> dict[str, Any]:
    steps = source.value.get("steps") if isinstance(source.value, dict) else None
    return steps if isinstance(steps, dict) else {}
