"""A pack of papers for a hearing or an appeal that was built: what was in it, and its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from casework.base.time import Occurred
from casework.cases.fields import FieldInvalid
from casework.cases.request import Context, Decision

PURPOSES: Final = ("hearing", "appeal")
"""What a pack is for."""


def build_pack(
    *,
    pack: str,
    purpose: str,
    pages: int,
    checkpoint_size: int,
    letters: Iterable[str],
    evidence: Iterable[str],
    withheld: Iterable[str],
    late: Iterable[str],
    documents: Iterable[str],
    words: Mapping[str, Any],
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record a pack, built today, with the school's own `documents` in it.

    `words` (fingerprint, what stands on which page) go into the body.

    Raises: FieldInvalid for an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise FieldInvalid(f"A pack is for {' or '.join(PURPOSES)}, not for {purpose!r}.")
    facts = {
        "kind": "pack_built",
        "pack": pack,
        "purpose": purpose,
        "pages": pages,
        "checkpoint_size": checkpoint_size,
        "letters": list(letters),
        "evidence": list(evidence),
        "withheld": list(withheld),
        "late": list(late),
        "documents": list(documents),
        "occurred": Occurred(context.today, None, "day").to_facts(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, dict(words))
