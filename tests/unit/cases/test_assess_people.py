"""Who may act, and who must not act twice: a part once played stays played."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.request import WaiverRequest
from tests.support.core import Core
from tests.support.judging import Judge, told

PANEL: dict[str, Any] = {
    "chair": {"type": "party", "label": "Chair", "assigns": "chair", "optional": True},
    "members": {"type": "parties", "label": "Members", "assigns": "member", "optional": True},
}

apart = Judge(
    {
        "kind": "different_people",
        "roles": ["investigator"],
        "apart_from": ["chair", "member"],
        "waivable_by": ["governors"],
        "because": "Nobody judges what they collected.",
    },
    PANEL,
)
three = Judge({"kind": "different_people", "roles": ["investigator", "chair", "appeal_chair"]}, PANEL)
quorum = Judge({"kind": "party_assigned", "roles": ["chair", "member"], "at_least": 2}, PANEL)
full = Judge({"kind": "party_assigned", "roles": ["chair", "member"], "at_least": "panel_size"}, PANEL)
someone = Judge({"kind": "party_assigned", "roles": ["clerk", "appeal_chair"]})
chosen = Judge(
    {"kind": "sanction_authority", "sanction": "sanction"},
    {"sanction": {"type": "sanction", "label": "Sanction", "optional": True}},
    by=["head", "chair", "governors"],
    imposes="field:sanction",
)
fixed = Judge({"kind": "sanction_authority"}, by=["head", "chair"], imposes="first")
none = Judge({"kind": "sanction_authority"}, by=["head", "chair"])


def test_different_people_in_two_parts_are_in_order() -> None:
    core = told()
    found = apart(core)
    assert found.status == "met"
    assert found.events == tuple(core.case.parties[name].n for name in ("rachel", "felix", "moira"))


def test_one_person_in_two_parts_is_named_by_their_parts() -> None:
    core = told(rachel=["investigator", "member"])
    found = apart(core)
    assert found.status == "breached"
    assert found.says == (
        "The same person has two parts: the investigator is also the member. Nobody judges what they collected."
    )
    assert found.remedy == "Ask somebody else to act as investigator."
    assert found.events == (core.case.parties["rachel"].n,)
    assert found.waivable_by == ("governors",)


def test_people_whom_the_step_itself_names_count() -> None:
    core = told()
    assert apart(core, chair="rachel").status == "breached"
    assert apart(core, members=["moira", "rachel"]).says.startswith(
        "The same person has two parts: the investigator is also the member."
    )
    assert apart(core, chair="moira", members=["felix"]).status == "met"


def test_within_one_list_every_pair_is_looked_at() -> None:
    core = told(felix=["chair", "appeal_chair"])
    found = three(core)
    assert found.says == "The same person has two parts: the chair is also the appeal chair."
    both = three(told(rachel=["investigator", "chair", "appeal_chair"]))
    assert both.says.count("is also the") == 3


def test_people_within_one_list_may_coincide_when_apart_from_another() -> None:
    assert apart(told(felix=["chair", "member"])).status == "met"


def test_who_has_taken_a_step_in_a_part_keeps_it() -> None:
    core = told()
    core.take("look", "diane", why="reported")
    core.roles("diane", "chair")
    head = Judge({"kind": "different_people", "roles": ["head"], "apart_from": ["chair"]}, by=["chair"])
    assert head(core, by="felix").status == "breached"


def test_a_part_that_was_given_by_mistake_and_never_played_is_taken_back() -> None:
    core = told(moira=["member", "investigator"])
    assert apart(core).status == "breached"
    core.roles("moira", "member")
    assert apart(core).status == "met"


def heard(core: Core) -> Core:
    """A hearing was held, with the people as they are."""
    core.allege("first")
    core.take("look", "diane", why="reported")
    core.on("2026-03-03").letter(served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "nothing"})
    return core


def test_who_sat_at_the_hearing_stays_somebody_who_sat_there() -> None:
    core = heard(told())
    core.roles("moira")
    no_part = Judge(
        {"kind": "different_people", "roles": ["appeal_chair"], "apart_from": ["chair", "member"]},
        {"appeal": {"type": "party", "label": "Appeal", "assigns": "appeal_chair"}},
    )
    assert no_part(core, appeal="moira").status == "breached"
    assert no_part(core, appeal="felix").status == "breached"
    assert no_part(core, appeal="priya").status == "met"


def test_who_left_the_panel_before_the_hearing_did_not_sit() -> None:
    core = told(ian=["member"])
    core.roles("ian")
    heard(core)
    no_part = Judge(
        {"kind": "different_people", "roles": ["appeal_chair"], "apart_from": ["chair", "member"]},
        {"appeal": {"type": "party", "label": "Appeal", "assigns": "appeal_chair"}},
    )
    assert no_part(core, appeal="ian").status == "met"


def test_a_clash_may_be_waived_by_those_whom_the_rule_names_only() -> None:
    core = told(rachel=["investigator", "chair"])
    waiver = WaiverRequest("it", "priya", "Nobody else could be found.")
    assert apart(core, waive=[waiver]).status == "waived"
    wrong = apart(core, waive=[WaiverRequest("it", "diane", "Nobody else could be found.")])
    assert wrong.status == "breached"
    assert wrong.says.endswith("Only the governors may waive this.")


def test_who_has_left_a_part_waives_nothing_in_it() -> None:
    core = told(rachel=["investigator", "chair"])
    core.roles("priya")
    waiver = WaiverRequest("it", "priya", "Nobody else could be found.")
    assert apart(core, waive=[waiver]).status == "breached"


def test_people_are_assigned_by_role_or_by_the_step() -> None:
    core = told(moira=[])
    short = quorum(core)
    assert short.status == "breached"
    assert short.says == "1 of at least 2 people are named as chair or member."
    assert short.remedy == "Name 1 more."
    assert short.events == (core.case.parties["felix"].n,)
    assert quorum(core, members=["moira"]).status == "met"
    assert quorum(core, members=["felix"]).status == "breached"  # the same person twice is one
    assert full(core, members=["moira", "wendy"]).status == "met"
    assert full(core, members=["moira"]).says == "2 of at least 3 people are named as chair or member."


def test_nobody_assigned_says_so() -> None:
    core = told(wendy=[])
    found = someone(core)
    assert (found.status, found.says) == ("breached", "Nobody is named as clerk or appeal chair.")
    assert found.remedy == "Name the person."
    assert someone(told()).says == "There is a clerk or appeal chair."


@pytest.mark.parametrize(
    ("by", "sanction", "status"),
    [
        ("diane", "oral", "met"),
        ("felix", "oral", "met"),
        ("diane", "first", "breached"),
        ("felix", "first", "met"),
        ("felix", "dismissal", "breached"),
        ("priya", "dismissal", "met"),
        ("felix", None, "not_reached"),  # that the answer is missing is said once, by the field
    ],
)
def test_a_sanction_is_for_those_who_have_the_power(by: str, sanction: str | None, status: str) -> None:
    optional = (
        chosen
        if sanction
        else Judge(
            {"kind": "sanction_authority", "sanction": "sanction"},
            {"sanction": {"type": "sanction", "label": "Sanction"}},
            by=["chair"],
            imposes="field:sanction",
        )
    )
    assert optional(told(), by=by, sanction=sanction).status == status


def test_lacking_the_power_names_who_has_it() -> None:
    found = chosen(told(), by="diane", sanction="first")
    assert found.says == "The head may not impose a first warning."
    assert found.remedy == "Only the chair may decide this."
    assert chosen(told(), by="felix", sanction="oral").says == "The chair may decide this."


def test_a_fixed_sanction_needs_the_power_too() -> None:
    assert fixed(told(), by="felix").status == "met"
    assert fixed(told(), by="diane").status == "breached"


def test_no_sanction_is_not_shown() -> None:
    assert none(told()).status == "not_shown"
    assert chosen(told(), by="felix").says == "No sanction is named."
