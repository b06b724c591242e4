"""From a folder of YAML files to a policy: everything that is wrong is reported at once, with file and line.

A policy folder holds `policy.yaml` (its head), `roles.yaml`, `sanctions.yaml`, the strands in `strands/` and, where
the policy has them, `settings.yaml`, `powers.yaml`, `checklists.yaml`, `deadlines.yaml`, `registers.yaml`,
`triage.yaml`, `card.yaml`, `retention.yaml` and `shared.yaml`; nothing else. A strand is one file, or a file and a
folder of its name that holds its steps in parts. Fields and requirements that several steps have in common stand once
in `shared.yaml`. The policy is the same however it is laid out in files.

A policy may extend another one, or a base: a folder with a `base.yaml` in the place of its head, which is no policy by
itself. It then holds only what differs (`casework.procedure.merging`). The policy is the same, with the same digest, as
one that is written out.

The rules of law that it cites stand in `rules.yaml` beside the folder (a policy that lies elsewhere uses the
shipped one), and a policy may add rules of its own in a `rules.yaml` inside. A breach catalogue is a folder with
one `catalogue.yaml`.

Loading proves the form. What a policy means is proved by `casework.procedure.check`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from casework.base.errors import BadInput
from casework.base.resources import workflows_dir
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.files import KINDS_OF_FILE, FileKind, Head
from casework.procedure.layer import BASE, POLICY, layers_of
from casework.procedure.model import Catalogue, Policy
from casework.procedure.places import Places
from casework.procedure.reading import Reading
from casework.procedure.resolve import (
    catalogue_from_resolved,
    digest,
    from_resolved,
    to_resolved,
    with_settings,
)

__all__ = [
    "NoPolicy",
    "PolicyError",
    "PolicyInvalid",
    "catalogue_from_resolved",
    "digest",
    "extended_by",
    "from_resolved",
    "load_catalogue",
    "load_policy",
    "read_policy",
    "shipped_catalogues",
    "shipped_policies",
    "to_resolved",
    "with_settings",
]

_REQUIRED: Final[tuple[FileKind, ...]] = ("roles", "sanctions")
_OPTIONAL: Final[tuple[FileKind, ...]] = (
    "settings",
    "powers",
    "checklists",
    "deadlines",
    "registers",
    "triage",
    "card",
    "retention",
)


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
    return read_policy(folder)[0]


def read_policy(folder: Path) -> tuple[Policy, Places]:
    """Read the policy in `folder`, and where each part of it stands in the files. Raises as `load_policy`."""
    if not (folder / POLICY).is_file():
        if (folder / BASE).is_file():
            raise NoPolicy(
                f"{folder.name} is no policy by itself; other policies extend it.",
                remedy="Name one of those; `casework policy list` has them.",
            )
        raise NoPolicy(f"There is no policy in {folder}.", remedy="Name a folder that holds a policy.yaml.")
    reading = Reading(folder)
    if reading.lost:
        raise PolicyInvalid(f"The policy in {folder.name}", reading.errors)
    reading.only({f"{kind}.yaml" for kind in (*_REQUIRED, *_OPTIONAL, "shared", "rules")}, "strands")
    head = reading.head(Head)
    sections: dict[str, Any] = {}
    for kind in (*_REQUIRED, *_OPTIONAL):
        if kind in _REQUIRED or reading.has(f"{kind}.yaml"):
            held = reading.file(f"{kind}.yaml", KINDS_OF_FILE[kind])
            sections[kind] = getattr(held, kind, None)
            if kind == "deadlines":
                sections["counted_elsewhere"] = getattr(held, "counted_elsewhere", {})
    reading.read_shared()
    strands = reading.strands()
    rules = reading.rules()
    if reading.errors or head is None:
        raise PolicyInvalid(f"The policy in {folder.name}", reading.errors)
    named = {name: value for name, value in head if name in Policy.model_fields}
    policy = Policy(**named, **sections, strands=strands, rules=rules)
    return policy, Places(reading.wholes, reading.parts, reading.shared, folder.resolve().name)


def extended_by(folder: Path) -> Path | None:
    """Return the folder of the policy that the one in `folder` extends; None if it extends a base, or nothing."""
    layers = layers_of(folder)
    below = layers[-2] if len(layers) > 1 else None
    return below.folder if below is not None and below.head == POLICY else None


def load_catalogue(folder: Path) -> Catalogue:
    """Read the breach catalogue in `folder`. Raises as `load_policy`."""
    if not (folder / "catalogue.yaml").is_file():
        raise NoPolicy(
            f"There is no breach catalogue in {folder}.", remedy="Name a folder with a catalogue.yaml."
        )
    reading = Reading(folder)
    reading.own.only({"catalogue.yaml"})
    catalogue = reading.file("catalogue.yaml", Catalogue)
    if reading.errors or catalogue is None:
        raise PolicyInvalid(f"The catalogue in {folder.name}", reading.errors)
    return catalogue
