"""Reading a policy's or a catalogue's files, layer by layer. Errors of all files gather, and nothing is ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, TypeVar

from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError
from casework.procedure.files import Base, PartOverlay, RulesFile, StrandFile, StrandOverlay, StrandPart
from casework.procedure.layer import BASE, Layer, layers_of
from casework.procedure.merging import Merged
from casework.procedure.model import CitedRule, Model, Step, Strand
from casework.procedure.shared import SHARED, Shared
from casework.procedure.source import Source, Written
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
        sources = [layer.open(name) for layer in self.layers if layer.has(name)] or [self.own.open(name)]
        whole = self._whole(name, sources)
        return None if whole is None else validated(whole, model)

    def head(self, model: type[M]) -> M | None:
        """Read the head of the policy: of what it extends it takes what it does not say itself, but for its name."""
        sources = [layer.open(layer.head) for layer in self.layers]
        for layer, source in zip(self.layers, sources, strict=True):
            if layer.head == BASE and source is not None:
                validated(source, Base)
        own = sources[-1]
        for name in ("id", "version") if len(sources) > 1 and own is not None else ():
            if own is not None and isinstance(own.value, dict) and name not in own.value:
                own.add((name,), f"`{name}` is missing.", "Add it.", 1)
        whole = self._whole(self.own.head, sources, leave_out=("extends",))
        return None if whole is None else validated(whole, model)

    def read_shared(self) -> None:
        """Read what steps may use, before the strands are read."""
        sources = [layer.open(SHARED) for layer in self.layers if layer.has(SHARED)]
        if sources:
            self.shared = Shared(self._whole(SHARED, sources))

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
        return rules

    def _whole(
        self, name: str, sources: list[Source | None], leave_out: tuple[str, ...] = ()
    ) -> Written | None:
        """One file as it stands with what it extends; None if one of them cannot be read."""
        read = [source for source in sources if source is not None]
        if not read or len(read) < len(sources):
            return None
        if len(read) == 1:
            self.wholes[name] = read[0]
            return read[0]
        for source in read:
            if source.value is not None and not isinstance(source.value, dict):
                source.add((), "Expected a mapping.", "Begin with `NAME:`.")
        if not all(isinstance(source.value, dict) for source in read):
            return None
        self.wholes[name] = Merged(name, read, leave_out)
        return self.wholes[name]

    def _strand(self, name: str, layers: list[Layer]) -> Strand | None:
        """One strand: of one layer as it stands, of several put together."""
        return self._single(name, layers[0]) if len(layers) == 1 else self._layered(name, layers)

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
        documents: list[Source] = []
        sound = True
        for layer in layers:
            head = self._open(layer, file)
            if head is None:
                return None
            sound = validated(head, StrandOverlay) is not None and sound
            documents.append(head)
            before: tuple[str, ...] = ()
            for part in self._part_files(layer, name, head):
                source = self._open(layer, part)
                if source is None or validated(source, PartOverlay) is None:
                    sound = False
                    continue
                self._note_twice(layer, source, before)
                documents.append(source)
                before = (*before, part)
        if not sound:
            return None
        self.wholes[file] = whole = Merged(file, documents, leave_out=("parts",))
        return validated(whole, Strand)

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


def _step_ids(source: Source) -> dict[str, Any]:
    steps = source.value.get("steps") if isinstance(source.value, dict) else None
    return steps if isinstance(steps, dict) else {}
