"""From a folder of YAML files to a policy: everything that is wrong is reported at once, with file and line.

A policy folder holds `policy.yaml` (its head), `roles.yaml`, `sanctions.yaml`, one file for each strand in
`strands/` and, where the policy has them, `settings.yaml`, `checklists.yaml` and `deadlines.yaml`; nothing else.
The rules of law that it cites stand in `rules.yaml` beside the folder (a policy that lies elsewhere uses the
shipped one), and a policy may add rules of its own in a `rules.yaml` inside. A breach catalogue is a folder with
one `catalogue.yaml`.

Loading proves the form. What a policy means is proved by `casework.procedure.check`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeVar

from casework.base.errors import BadInput
from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.files import KINDS_OF_FILE, FileKind, Head, RulesFile
from casework.procedure.model import Catalogue, CitedRule, Model, Policy, Strand
from casework.procedure.resolve import (
    catalogue_from_resolved,
    digest,
    from_resolved,
    to_resolved,
    with_settings,
)
from casework.procedure.source import Source, read_source
from casework.procedure.validate import validated

__all__ = [
    "NoPolicy",
    "PolicyError",
    "PolicyInvalid",
    "catalogue_from_resolved",
    "digest",
    "from_resolved",
    "load_catalogue",
    "load_policy",
    "shipped_catalogues",
    "shipped_policies",
    "to_resolved",
    "with_settings",
]

_REQUIRED: Final[tuple[FileKind, ...]] = ("policy", "roles", "sanctions")
_OPTIONAL: Final[tuple[FileKind, ...]] = ("settings", "checklists", "deadlines", "rules")

M = TypeVar("M", bound=Model)


class NoPolicy(BadInput):
    """There is no policy or catalogue in the folder that was named."""

    code = "no-policy"


def shipped_policies() -> dict[str, Path]:
    """The policies that come with casework: the folder of each by its id."""
    return {
        folder.name: folder
        for folder in sorted(workflows_dir().iterdir())
        if (folder / "policy.yaml").is_file()
    }


def shipped_catalogues() -> dict[str, Path]:
    """The breach catalogues that come with casework: the folder of each by its id."""
    conduct = workflows_dir() / "conduct"
    return {
        folder.name: folder for folder in sorted(conduct.iterdir()) if (folder / "catalogue.yaml").is_file()
    }


def load_policy(folder: Path) -> Policy:
    """Read the policy in `folder`, with the rules that it cites.

    Raises:
        NoPolicy: there is no `policy.yaml` in the folder.
        PolicyInvalid: every error of every file, in order of file and line.
    """
    if not (folder / "policy.yaml").is_file():
        raise NoPolicy(f"There is no policy in {folder}.", remedy="Name a folder that holds a policy.yaml.")
    reading = _Reading(folder)
    reading.only({f"{kind}.yaml" for kind in (*_REQUIRED, *_OPTIONAL)}, "strands")
    head = reading.file("policy.yaml", Head)
    parts: dict[str, Any] = {}
    for kind in (*_REQUIRED[1:], *_OPTIONAL[:-1]):
        if (folder / f"{kind}.yaml").exists() or kind in _REQUIRED:
            held = reading.file(f"{kind}.yaml", KINDS_OF_FILE[kind])
            parts[kind] = getattr(held, kind, None)
    strands = reading.strands()
    rules = reading.rules()
    if reading.errors or head is None:
        raise PolicyInvalid(f"The policy in {folder.name}", sorted(reading.errors))
    return Policy(**dict(head), **parts, strands=strands, rules=rules)


def load_catalogue(folder: Path) -> Catalogue:
    """Read the breach catalogue in `folder`. Raises as `load_policy`."""
    if not (folder / "catalogue.yaml").is_file():
        raise NoPolicy(
            f"There is no breach catalogue in {folder}.", remedy="Name a folder with a catalogue.yaml."
        )
    reading = _Reading(folder)
    reading.only({"catalogue.yaml"})
    catalogue = reading.file("catalogue.yaml", Catalogue)
    if reading.errors or catalogue is None:
        raise PolicyInvalid(f"The catalogue in {folder.name}", sorted(reading.errors))
    return catalogue


class _Reading:
    """One folder being read; errors of all its files gather here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[PolicyError] = []

    def only(self, files: set[str], subfolder: str = "") -> None:
        """Refuse what does not belong into the folder, so that a misspelt name is never quietly ignored."""
        for entry in sorted(self.folder.iterdir()):
            known = entry.name == subfolder if entry.is_dir() else entry.name in files
            if entry.is_symlink() or not known:
                wanted = ", ".join(sorted(files)) + (f" and the folder {subfolder}" if subfolder else "")
                self._add(entry.name, "This does not belong into the folder.", f"There may be {wanted}.")

    def file(self, name: str, model: type[M], path: Path | None = None) -> M | None:
        """Read one file into its model; None if it is missing or wrong."""
        path = path or self.folder / name
        if not path.is_file():
            self._add(name, "The file is missing.", "Add it.")
            return None
        source: Source = read_source(path, name)
        found = validated(source, model)
        self.errors.extend(source.errors)
        return found

    def strands(self) -> dict[str, Strand]:
        """Read each strand; its id is the name of its file."""
        strands: dict[str, Strand] = {}
        folder = self.folder / "strands"
        entries = sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
        if not entries:
            self._add(
                "strands",
                "There is no strand.",
                "Add a file for each strand, such as strands/procedure.yaml.",
            )
        for entry in entries:
            name = f"strands/{entry.name}"
            if entry.suffix != ".yaml" or not entry.is_file() or entry.is_symlink():
                self._add(
                    name, "This does not belong into the folder.", "Each strand is one file, NAME.yaml."
                )
            elif (strand := self.file(name, Strand)) is not None:
                strands[entry.stem] = strand
        return strands

    def rules(self) -> dict[str, CitedRule]:
        """Read the shared rules and the policy's own, which may add to them but not redefine them."""
        beside = self.folder.resolve().parent / "rules.yaml"
        shared = self.file(
            "../rules.yaml", RulesFile, beside if beside.is_file() else workflows_dir() / "rules.yaml"
        )
        rules = dict(shared.rules) if shared else {}
        if (self.folder / "rules.yaml").is_file() and (own := self.file("rules.yaml", RulesFile)) is not None:
            for rule in sorted(own.rules.keys() & rules.keys()):
                self._add(
                    "rules.yaml", f"The rule {rule} is already defined.", "Give yours an id of its own."
                )
            rules |= own.rules
        return rules

    def _add(self, file: str, reason: str, remedy: str) -> None:
        self.errors.append(PolicyError(file, 0, "", reason, remedy))
