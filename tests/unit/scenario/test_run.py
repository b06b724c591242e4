"""Playing a scenario: whatever comes out otherwise than expected fails, and the failure says which act and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.scenario.model import Scenario
from casework.scenario.played import ScenarioFailed
from casework.scenario.run import play

TRIAGE: dict[str, Any] = {
    "route": "formal",
    "enquiry": "Seen.",
    "harm_threshold": dict.fromkeys(("harmed", "offence", "risk", "suitability"), "no"),
    "screening": dict.fromkeys(
        ("child_abuse", "low_level", "whistleblowing", "belief", "hostility", "personal_data"), "no"
    ),
    "lado_contact": "not_needed",
}
BLUNT: dict[str, Any] = {"on": "2026-03-03", "try": "appoint_investigator", "by": "diane"}
REPORT: dict[str, Any] = {"investigator": "rachel", "terms_of_reference": "What.", "report_due": "2026-03-20"}


def scenario(*acts: dict[str, Any], **then: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "scenario": 1,
            "name": "A report",
            "seed": "run",
            "recorder": "helen",
            "school": {"name": "A school", "prefix": "ABC"},
            "people": {
                "helen": {"name": "Helen Marsh", "title": "HR adviser", "phone": "01632 960 150"},
                "diane": {"name": "Diane Whitfield", "title": "Head teacher", "head": True},
                "kit": {"name": "Kit Lawson", "title": "Cook"},
                "rachel": {"name": "Rachel Okafor", "title": "Deputy"},
            },
            "case": {
                "reported": "2026-03-02",
                "summary": "Something was reported.",
                "roles": {"kit": ["employee"], "diane": ["headteacher"]},
            },
            "do": list(acts),
            "then": then,
        }
    )


def failure(folder: Path, *acts: dict[str, Any], **then: Any) -> str:
    with pytest.raises(ScenarioFailed) as caught:
        play(scenario(*acts, **then), folder / "data")
    assert caught.value.exit_code == 1
    return caught.value.message


DONE: dict[str, Any] = {"on": "2026-03-03", "step": "triage", "by": "diane", "with": TRIAGE}


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        (
            [{"on": "2026-03-03", "step": "triage", "by": "diane"}],
            "Act 1 (step, 2026-03-03): it was refused: field:route",
        ),
        ([DONE | {"by": "nobody"}], "Act 1 (step, 2026-03-03): Nobody called 'nobody'"),
        (
            [{"on": "2026-03-03", "step": "vanish", "by": "diane"}],
            "Act 1 (step, 2026-03-03): There is no step 'vanish'",
        ),
        ([BLUNT | {"with": REPORT}], "Act 1 (try, 2026-03-03): it was refused: state"),
        (
            [BLUNT | {"with": REPORT, "refused": {"because": ["taken_by"]}}],
            "it was refused because of ['state'], not ['taken_by']",
        ),
        (
            [BLUNT | {"with": REPORT, "refused": {"because": ["state"], "earliest": "2026-03-09"}}],
            "the earliest date named is None, not 2026-03-09",
        ),
        ([BLUNT | {"with": REPORT, "refused": {"because": ["state"], "cites": ["X-1"]}}], "not ['X-1']"),
        (
            [DONE, BLUNT | {"with": REPORT, "refused": {"because": ["state"]}}],
            "Act 2 (try, 2026-03-03): it was allowed, and should be refused because of ('state',)",
        ),
        (
            [{"on": "2026-03-03", "note": "So.", "refused": {"because": ["field-invalid"]}}],
            "Act 1 (note, 2026-03-03): it was allowed, and should be refused",
        ),
        ([{"on": "2026-03-03", "note": " "}], "Act 1 (note, 2026-03-03): A note needs words."),
        (
            [{"on": "2026-03-03", "note": " ", "refused": {"because": ["unknown-item"]}}],
            "Act 1 (note, 2026-03-03): A note needs words.",
        ),
        (
            [DONE | {"irregular": "So.", "breached": ["state"], "by": "rachel"}],
            "it breached ('taken_by',), not ('state',)",
        ),
    ],
)
def test_what_goes_otherwise_fails_and_names_the_act(
    tmp_path: Path, acts: list[dict[str, Any]], says: str
) -> None:
    assert says in failure(tmp_path, *acts)


@pytest.mark.parametrize(
    ("then", "says"),
    [
        ({"states": {"procedure": "closed"}}, "At the end procedure is triaged, not closed."),
        ({"states": {"moon": "full"}}, "At the end moon is None, not full."),
        ({"late": ["triage"]}, "At the end these clocks were late: (), not ('triage',)."),
        (
            {"due": {"triage": "2026-03-06"}},
            "At the end the clock triage is due on 2026-03-05, not 2026-03-06.",
        ),
        ({"due": {"hearing": "2026-03-06"}}, "At the end the clock hearing is due on None, not 2026-03-06."),
        ({"warnings": ["oral_warning"]}, "At the end these warnings are live: (), not ('oral_warning',)."),
        ({"irregular": ["triage"]}, "At the end these steps are irregular: (), not ('triage',)."),
    ],
)
def test_a_case_that_ends_otherwise_fails(tmp_path: Path, then: dict[str, Any], says: str) -> None:
    assert says in failure(tmp_path, DONE, **then)


def test_what_is_expected_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    refused = {"on": "2026-03-03", "note": " ", "refused": {"because": ["field-invalid"]}}
    dropped = {"on": "2026-03-02", "drop": 1, "because": "mistaken", "refused": {"because": ["unknown-item"]}}
    played = play(
        scenario(
            dropped, BLUNT | {"with": REPORT, "refused": {"because": ["state"]}}, refused, DONE, late=[]
        ),
        tmp_path / "data",
        told.append,
    )
    played.workspace.close()
    text = "\n".join(told)
    assert "REFUSED: “Appoint the investigator” cannot be recorded now" in text
    assert "REFUSED: A note needs words." in text
    assert "Decide on a formal investigation." in text
    assert [item.step for item in played.refusals] == ["appoint_investigator"]


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    late = {"on": "2026-03-05", "note": "Later."}
    played = play(scenario(late, DONE, late=[]), tmp_path / "data")
    assert played.case.history[-1].recorded.startswith("2026-03-05")
    assert played.case.case.steps[-1].occurred.to_facts()["date"] == "2026-03-03"
    played.workspace.close()
