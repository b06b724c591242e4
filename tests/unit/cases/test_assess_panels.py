"""Who sits, who heard, who judged before, who declared an interest: people by what they did, not only by their part."""

from __future__ import annotations

from typing import Any

from casework.procedure.model import Role
from tests.support.core import Core
from tests.support.judging import Judge, told
from tests.support.policies import small

AWAY: dict[str, Any] = {
    "absent": {"type": "parties", "label": "Absent", "optional": True},
    "interest": {
        "type": "enum",
        "label": "Interest",
        "optional": True,
        "options": {"none": "None", "own": "Their own"},
    },
}

fresh = Judge({"kind": "took_no_part_in", "roles": ["chair", "member"], "steps": ["send_home", "decide"]})
heard = Judge({"kind": "heard_the_case", "roles": ["chair", "member"], "steps": ["hear"]})
enough = Judge({"kind": "quorate", "roles": ["chair", "member"], "at_least": 2, "absent": "absent"}, AWAY)
no_fewer = Judge(
    {
        "kind": "panel_no_smaller",
        "roles": ["appeal_chair"],
        "than": ["chair", "member"],
        "steps": ["hear"],
        "absent": "absent",
    },
    AWAY,
)
open_minded = Judge(
    {
        "kind": "no_conflict_declared",
        "roles": ["chair", "member"],
        "step": "probe",
        "field": "interest",
        "values": ["none"],
    },
    AWAY,
)
apart = Judge({"kind": "different_people", "roles": ["chair"], "apart_from": ["appeal_chair"]})


def hearing(core: Core) -> int:
    """Record the hearing as it may have been, in order or not; the number of its event."""
    core.take("hear", "felix", irregular="It was held in a hurry.", held_at="2026-03-02T10:00")
    return core.case.n


def test_who_did_something_before_does_not_sit_whatever_their_part_was_then() -> None:
    core = told(diane=["head", "chair"], felix=["member"], moira=["clerk"], wendy=["witness"])
    assert fresh(core).status == "met"
    core.take("send_home", "diane", risk={"harm": "no", "other": "no"}, review_on="2026-03-16")
    found = fresh(core)
    assert found.status == "breached"
    assert found.says == "Somebody who is to be chair or member did this before: “Send home”."
    assert (found.remedy, found.events) == ("Ask somebody else.", (core.case.n,))
    core.roles("diane", "head")
    assert fresh(core).status == "met"


def test_a_decision_is_for_those_who_were_at_the_hearing() -> None:
    core = told()
    assert heard(core, "felix").status == "not_reached"
    n = hearing(core)
    found = heard(core, "felix")
    assert (found.status, found.events) == ("met", (n,))
    core.join("late", "member")
    found = heard(core, "felix")
    assert found.status == "breached"
    assert found.says == f"One person would decide without having heard the case (event {n})."
    core.roles("late")
    assert heard(core, "felix").status == "met"
    core.roles("felix")
    core.join("other", "chair")
    assert heard(core, "other").says.startswith("One person would decide without having heard")


def test_a_member_who_stayed_away_is_not_counted_among_those_who_decide() -> None:
    rule = {"kind": "heard_the_case", "roles": ["chair", "member"], "steps": ["probe"], "absent": "absent"}
    judge = Judge(rule, AWAY, by=["chair", "member"])
    core = Core(judge.policy, people={"diane": ["head"], "felix": ["chair"], "moira": ["member"]})
    core.take("probe", "felix", absent=["moira"])
    assert judge(core, "felix").status == "met"
    assert judge(core, "moira").status == "breached"


def test_a_quorum_is_of_those_who_came() -> None:
    core = told()
    assert enough(core).status == "met"
    found = enough(core, absent=["moira"])
    assert found.status == "breached"
    assert found.says == "1 of at least 2 people are there as chair or member."
    assert found.remedy == "Adjourn, or move the hearing, until enough are there."


def test_a_panel_is_no_smaller_than_the_one_before() -> None:
    core = told(arthur=["appeal_chair"])
    assert no_fewer(core).status == "not_reached"
    n = hearing(core)
    found = no_fewer(core)
    assert found.status == "breached"
    assert found.says == "The first panel had 2 people, this one has 1."
    assert n in found.events
    core.join("ada", "appeal_chair")
    assert no_fewer(core).status == "met"
    assert no_fewer(core, absent=["ada"]).status == "breached"


def test_who_was_replaced_is_in_nobodys_way() -> None:
    core = told(felix=["chair"], moira=["member"])
    core.take("decide", "felix", irregular="He wrote that it was proved.", sanction="oral")
    assert fresh(core, "diane").status == "breached"
    core.roles("felix")
    core.join("ada", "chair")
    assert fresh(core, "diane").status == "met"


def test_the_newest_declaration_of_each_member_counts() -> None:
    core = Core(open_minded.policy, people={"diane": ["head"], "felix": ["chair"], "moira": ["member"]})
    assert open_minded(core).status == "met"
    core.take("probe", "felix", irregular="As chair.", interest="own")
    found = open_minded(core)
    assert found.status == "breached"
    assert found.says == "One person would sit with an interest in the case that they declared."
    assert found.events == (core.case.n,)
    core.take("probe", "felix", irregular="It was a mistake.", interest="none")
    assert open_minded(core).status == "met"
    core.take("probe", "moira", irregular="As member.", interest="own")
    assert open_minded(core).status == "breached"
    core.roles("moira")
    assert open_minded(core).status == "met"


def test_who_did_irregularly_what_one_part_alone_may_do_has_acted_in_it() -> None:
    core = told(arthur=["appeal_chair"])
    assert apart(core).status == "met"
    core.take(
        "hear", "arthur", irregular="He held it, although nobody had named him.", held_at="2026-03-02T10:00"
    )
    assert apart(core).status == "breached"


def test_nobody_acts_as_head_in_a_case_about_the_head() -> None:
    policy = small()
    roles = {**policy.roles, "head": Role(title="Head teacher", not_about="head")}
    policy = policy.model_copy(update={"roles": roles})
    people = {"jordan": ["employee"], "diane": ["head"], "wendy": ["clerk"]}
    core = Core(policy, people=people, flags={"jordan": {"head": True}})
    found = core.why("look", "diane", why="It was reported.")["taken_by"]
    assert found.says.startswith("In this case nobody acts as head teacher: it is about the head teacher")
    assert found.cites == ("SSR-HT",)
    core = Core(policy, people=people)
    core.take("look", "diane", why="It was reported.")
