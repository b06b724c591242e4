"""Where on the site what stands in the way of a step can be put right."""

from __future__ import annotations

from typing import Final

CURES: Final = {
    "role": ("people", "People and their parts"),
    "party_assigned": ("people", "People and their parts"),
    "different_people": ("people", "People and their parts"),
    "took_no_part_in": ("people", "People and their parts"),
    "allegations_specified": ("allegations", "Word what is alleged"),
    "evidence_recorded": ("evidence", "Add evidence"),
    "evidence_disclosed": ("evidence", "Evidence"),
    "letter_issued": ("letters", "Letters"),
    "letter_served": ("letters", "Letters"),
    "notice": ("letters", "Letters"),
}
"""The page of a case and its name, by the kind of requirement."""
