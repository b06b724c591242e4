"""The layers of a policy: its own folder, and the folders of what it extends, each read as files and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError
from casework.procedure.files import LeavesOut
from casework.procedure.source import Path_, Source, read_shared_source

BASE: Final = "base.yaml"
"""The head of a folder that policies extend, and that is none by itself."""

POLICY: Final = "policy.yaml"
"""The head of a policy."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")


class Layer:
    """One folder of a policy.

    Args:
        folder: where its files are.
        prefix: what its files are called before their names, as seen from the policy's own folder: `../england/`.
    """

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder = folder
        self.prefix = prefix
        self.sources: dict[str, Source] = {}
        """Every file that was read, by its name as seen from this folder."""
        self.leaves_out = LeavesOut()
        """What of the layers before it does not apply from this one on."""
        self.wanted: set[Path_] = set()
        """Parts of strands that are to be left out, by their paths in `leaves_out`."""
        self.left: set[Path_] = set()
        """Those of them that were there."""
        self._errors: list[PolicyError] = []

    @property
    def errors(self) -> list[PolicyError]:
        """What is wrong in this folder so far."""
        return [*self._errors, *(error for one in self.sources.values() for error in one.errors)]

    @property
    def head(self) -> str:
        """The file that says which policy, or which base, this is."""
        return POLICY if is_file(self.folder / POLICY) else BASE

    def has(self, name: str) -> bool:
        """True if there is a file of that name here."""
        return is_file(self.folder / name)

    def open(self, name: str, path: Path | None = None) -> Source | None:
        """Read a file as YAML, once; None, with the error noted, if it is missing."""
        if name not in self.sources:
            path = path or self.folder / name
            if not path.is_file():
                self.add(name, "The file is missing.", "Add it.")
                return None
            self.sources[name] = read_shared_source(path, f"{self.prefix}{name}")
        return self.sources[name]

    def only(self, files: set[str], subfolder: str = "") -> None:
        """Refuse what does not belong into the folder, so that a misspelt name is never quietly ignored."""
        for entry in sorted(self.folder.iterdir()):
            known = entry.name == subfolder if entry.is_dir() else entry.name in files
            if entry.is_symlink() or not known:
                wanted = ", ".join(sorted(files)) + (f" and the folder {subfolder}" if subfolder else "")
                self.add(entry.name, "This does not belong into the folder.", f"There may be {wanted}.")

    def strand_names(self) -> list[str]:
        """The strands that have a file here; what else lies among them is noted."""
        folder = self.folder / "strands"
        entries = sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
        names = [entry.stem for entry in entries if entry.suffix == ".yaml" and is_file(entry)]
        for entry in entries:
            parts = entry.name in names and entry.is_dir() and not entry.is_symlink()
            if not parts and entry.name not in {f"{name}.yaml" for name in names}:
                remedy = "Each strand is one file, NAME.yaml; its parts, if any, are in the folder NAME."
                self.add(f"strands/{entry.name}", "This does not belong into the folder.", remedy)
        return names

    def add(self, file: str, reason: str, remedy: str) -> None:
        """Note what is wrong with a file as a whole."""
        self._errors.append(PolicyError(f"{self.prefix}{file}", 0, "", reason, remedy))


def layers_of(folder: Path) -> list[Layer]:
    """The layers of the policy in `folder`, what is extended first; its own folder comes last.

    What `extends` names in vain, or in a circle, is noted in the file that names it.
    """
    layers = [Layer(folder)]
    names = [folder.name]
    while (parent := _extended(layers[0], folder, names)) is not None:
        names.append(parent.name)
        layers.insert(0, Layer(parent, f"../{parent.name}/"))
    return layers


def _extended(layer: Layer, own: Path, names: list[str]) -> Path | None:
    """The folder that a layer extends; None if it extends nothing."""
    source = layer.open(layer.head) if layer.has(layer.head) else None
    name = source.value.get("extends") if source and isinstance(source.value, dict) else None
    if source is None or not isinstance(name, str):
        return None
    known = extendable(own)
    if name in names:
        source.add(("extends",), f"{name} extends itself.", "Name another one.")
    elif not _NAME.fullmatch(name) or name not in known:
        remedy = f"There are: {', '.join(sorted(known.keys() - set(names)))}."
        source.add(("extends",), f"There is no policy {name!r} that could be extended.", remedy)
    else:
        return known[name]
    return None


def extendable(own: Path) -> dict[str, Path]:
    """What a policy in the folder `own` may extend, by name: what lies beside it goes before what is shipped."""
    beside = own.resolve().parent
    return {
        folder.name: folder
        for place in (workflows_dir(), beside)
        for folder in sorted(place.iterdir())
        if is_file(folder / BASE) or is_file(folder / POLICY)
    }


def is_file(path: Path) -> bool:
    """True for a file that is no link."""
    return path.is_file() and not path.is_symlink()
