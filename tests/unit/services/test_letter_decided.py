"""What stands in a letter that tells of a decision: the record where it answers, the writer where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from casework.correspondence.catalogue import FieldSpec
from casework.services.letter_decided import NotAsDecided, as_decided

TEXT = FieldSpec.model_validate({"type": "text", "label": "What must change", "from": "step.warn.change"})
ASKED = FieldSpec.model_validate({"type": "boolean", "label": "Longer?", "from": ["case.longer", "asked"]})
ROWS = FieldSpec.model_validate(
    {
        "type": "rows",
        "label": "The findings",
        "each": "allegation",
        "columns": {
            "finding": {"type": "text", "label": "The finding", "from": "step.warn.findings"},
            "reasons": {"type": "text", "label": "The reasons", "from": "step.warn.reasons"},
        },
    }
)
KNOWN = [{"allegation": 1, "finding": "proved", "reasons": None}]


@pytest.mark.parametrize(
    ("spec", "given", "known", "says"),
    [
        (TEXT, " Nothing  is posted.", "Nothing is posted.", "Nothing is posted."),
        (ASKED, True, False, True),
        (ROWS, [{"allegation": 1, "reasons": "Admitted."}], KNOWN, [{**KNOWN[0], "reasons": "Admitted."}]),
        (ROWS, [{"allegation": 1, "finding": "x"}], [{"allegation": 1}], [{"allegation": 1, "finding": "x"}]),
        (ROWS, "no rows", KNOWN, "no rows"),
    ],
)
def test_what_the_letter_says(spec: FieldSpec, given: Any, known: Any, says: Any) -> None:
    assert as_decided(spec, given, known, 7) == says


@pytest.mark.parametrize(
    ("spec", "given", "known", "named"),
    [
        (TEXT, "Resign.", "Nothing is posted.", "What must change"),
        (ROWS, [{"allegation": 1, "finding": "not_proved"}], KNOWN, "The finding"),
        (ROWS, [{"allegation": 2, "finding": "proved"}], KNOWN, "The findings"),
        (ROWS, [*KNOWN, {"allegation": 2, "finding": "proved"}], KNOWN, "The findings"),
    ],
)
def test_what_nobody_can_put_in_its_place(spec: FieldSpec, given: Any, known: Any, named: str) -> None:
    with pytest.raises(NotAsDecided) as refused:
        as_decided(spec, given, known, 7)
    assert f"“{named}” is on record with it (event 7)" in refused.value.message
