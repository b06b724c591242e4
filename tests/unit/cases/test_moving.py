"""Moving a case to another policy: who approves it, what stands in the way, and by which policy what is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from casework.cases.amend import CannotAmend
from casework.cases.fields import FieldInvalid
from casework.cases.followed import followed, in_force
from casework.cases.legality import unlawful_steps
from casework.cases.moving import CannotMove, approvers, hindrances
from casework.cases.rehearsal import Rehearsal, rehearse
from casework.cases.replay import Recorded, replay, replay_before
from casework.cases.review_case import review_case
from casework.procedure.model import Policy
from tests.support.core import CALENDAR, POLICY, Core
from tests.support.judging import PEOPLE
from tests.support.policies import SMALL, england, with_recorders

NEW = "another-digest"
REASONED = {"must": "evidence_recorded", "id": "evidence", "at_least": 1, "cites": ["ACAS-5"]}

Change = Callable[[dict[str, Any]], None]


def other(*changes: Change) -> Policy:
    """The small policy in its next version, changed."""
    data = deepcopy(with_recorders(SMALL))
    data["version"] = "2"
    for change in changes:
        change(data)
    return Policy.model_validate(data)


def main(data: Mapping[str, Any]) -> Any:
    return data["strands"]["procedure"]


def look_asks_for_evidence(data: dict[str, Any]) -> None:
    main(data)["steps"]["look"]["requires"] = [REASONED]


def no_hearing_clock(data: dict[str, Any]) -> None:
    del data["deadlines"]["hearing"]


def hearing_in_five_days(data: dict[str, Any]) -> None:
    data["deadlines"]["hearing"]["days"] = 5


def a_strand_more(data: dict[str, Any]) -> None:
    data["strands"]["hold"] = {
        "title": "Hold",
        "initial": "free",
        "states": {"free": {"title": "Free"}, "held": {"title": "Held", "final": True}},
        "steps": {
            "hold": {
                "title": "Hold it",
                "from": ["free"],
                "to": "held",
                "by": ["head"],
                "recorders": ["adviser"],
            }
        },
    }


def looked_at() -> Core:
    """A report that the head has looked at; the hearing is due on 24 March."""
    core = Core(people=PEOPLE)
    core.on("2026-03-03").take("look", "diane", why="It was seen.")
    return core


def moved(*changes: Change) -> Core:
    core = looked_at()
    core.on("2026-03-05").move(other(*changes), "diane")
    return core


# --- What the event says, and what follows from it ---


def test_the_event_names_both_policies_and_who_approved_it() -> None:
    core = moved()
    facts = core.history[-1].facts
    assert (facts["kind"], facts["policy"], facts["to"]) == ("policy_moved", POLICY, NEW)
    assert facts["approved_by"] == {"party": "diane", "role": "head"}
    assert facts["recorded_by"] == core.by
    assert facts["occurred"] == {"date": "2026-03-05", "precision": "day"}
    assert core.bodies[-1] == {"reason": "It is newer."}
    assert "It is newer." not in repr(facts)


def test_from_the_event_on_the_case_follows_the_new_policy() -> None:
    core = moved(look_asks_for_evidence)
    n = len(core.history)
    assert core.case.policy == NEW
    assert replay_before(core.history, n).policy == POLICY
    core.take("put_off", "wendy")
    assert core.history[-1].facts["policy"] == NEW
    assert followed(core.history) == [(1, POLICY), (n + 1, NEW)]
    assert [in_force(core.history, at) for at in (n, n + 1)] == [POLICY, NEW]
    assert core.unlawful() == []


def test_running_clocks_keep_their_dates_and_the_next_ones_count_by_the_new_policy() -> None:
    core = moved(hearing_in_five_days)
    assert [(clock.id, str(clock.due)) for clock in core.case.running()] == [("hearing", "2026-03-24")]
    core.take("put_off", "wendy")
    assert [(clock.id, str(clock.due)) for clock in core.case.running()] == [("hearing", "2026-03-12")]
    assert core.unlawful() == []


def test_a_clock_that_the_new_policy_does_not_have_ends_openly() -> None:
    core = moved(no_hearing_clock)
    assert core.history[-1].facts["stopped"] == ["hearing", "paused.hearing"]
    assert core.case.running() == ()
    assert core.case.clocks[-1].stopped == len(core.history)
    core.take("put_off", "wendy")
    assert core.unlawful() == []


def test_a_strand_that_the_new_policy_has_beside_the_others_begins() -> None:
    core = moved(a_strand_more)
    assert core.history[-1].facts["states"] == {"hold": "free"}
    assert core.state("hold") == "free"
    core.take("hold", "diane")
    assert core.state("hold") == "held"
    assert core.unlawful() == []


def test_a_case_moves_back() -> None:
    core = moved()
    small = core.policies[POLICY]
    core.move(small, "diane", to=POLICY, reason="It was the wrong one.")
    core.take("put_off", "wendy")
    assert [digest for _, digest in followed(core.history)] == [POLICY, NEW, POLICY]
    assert core.unlawful() == []


# --- Refusals ---


@pytest.mark.parametrize("who", ["wendy", "felix", "jordan", "nobody"])
def test_only_who_decides_on_a_report_approves(who: str) -> None:
    core = looked_at()
    with pytest.raises(CannotMove, match=r"has approved it: head\."):
        core.move(other(), who)


def test_nobody_approves_the_move_of_a_case_about_themselves() -> None:
    core = Core(people={**PEOPLE, "diane": ["head", "employee"], "jordan": ["reporter"]})
    with pytest.raises(CannotMove):
        core.move(other(), "diane")


def test_the_head_approves_nothing_in_a_case_about_the_head() -> None:
    def apart(data: dict[str, Any]) -> None:
        data["roles"]["head"]["not_about"] = "head"
        main(data)["steps"]["look"]["by"] = ["head", "governors"]

    policy = other(apart)
    core = Core(policy, people=PEOPLE, flags={"jordan": {"head": True}})
    assert approvers(core.case, policy) == ("governors",)


def test_the_same_policy_is_refused_and_so_is_a_move_without_a_reason() -> None:
    core = looked_at()
    with pytest.raises(CannotMove, match="already"):
        core.move(core.policy, "diane", to=POLICY)
    with pytest.raises(FieldInvalid, match="needs a reason"):
        core.move(other(), "diane", reason=" ")


def _without_state(data: dict[str, Any]) -> None:
    strand = main(data)
    for step in strand["steps"].values():
        step["from"] = [state for state in step["from"] if state != "looked_at"] or ["reported"]
        step["to"] = "heard" if step.get("to") == "looked_at" else step.get("to", "reported")
    del strand["states"]["looked_at"]


def _without_leave(data: dict[str, Any]) -> None:
    del data["strands"]["leave"]
    main(data)["steps"]["close"]["requires"] = []


def _renamed(data: dict[str, Any]) -> None:
    steps = main(data)["steps"]
    steps["read"] = steps.pop("look")
    main(data)["ordinary_path"][0] = "read"


def _another_act(data: dict[str, Any]) -> None:
    main(data)["steps"]["look"]["act"] = "investigation"


def _without_field(data: dict[str, Any]) -> None:
    del main(data)["steps"]["look"]["fields"]["why"]


def _without_role(data: dict[str, Any]) -> None:
    del data["roles"]["reporter"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without_state, "“Procedure” stands at “Looked at”, which it does not have."),
        (_without_leave, "It has no “Leave” beside the procedure."),
        (_renamed, "“Look at the report” (event 11) was done, a step that it does not have."),
        (_another_act, "“Look at the report” (event 11) was done, and means something else there."),
        (
            _without_field,
            "“Why” of “Look at the report” (event 11) was answered, and is not asked there in that form.",
        ),
        (_without_role, "Somebody is or was reporter, a part that it does not have."),
    ],
)
def test_a_policy_that_lacks_what_the_record_names_is_refused(change: Change, says: str) -> None:
    core = looked_at()
    new = other(change)
    assert hindrances(core.case, core.policy, new) == [says]
    with pytest.raises(CannotMove) as refused:
        core.move(new, "diane")
    assert says in refused.value.message


def test_an_answer_that_the_new_policy_does_not_have_is_in_the_way() -> None:
    def fewer(data: dict[str, Any]) -> None:
        del data["checklists"]["risk"]["questions"]["other"]

    core = looked_at()
    core.take("send_home", "diane", risk={"harm": "no", "other": "no"}, review_on="2026-03-20")
    found = hindrances(core.case, core.policy, other(fewer))
    assert found == ["“Risk” of “Send home” (event 12) has an answer that it does not have: other."]


# --- Judged again ---


def changed(core: Core, **parts: Any) -> list[Recorded]:
    """The history with other facts in its newest event."""
    last = core.history[-1]
    return [*core.history[:-1], replace(last, facts={**last.facts, **parts})]


@pytest.mark.parametrize(
    "parts",
    [
        {"approved_by": {"party": "wendy", "role": "clerk"}},
        {"approved_by": {"party": "diane", "role": "governors"}},
        {"approved_by": {"party": "nobody", "role": "head"}},
        {"to": "never-seen"},
        {"to": POLICY},
        {"policy": NEW},
        {"states": {"leave": "back"}},
        {"stopped": ["hearing"]},
        {"final": True},
        {"stage": "appeal"},
        {"occurred": {"date": "2026-03-01", "precision": "day"}},
        {"clocks": [{"clock": "hearing", "from": "2026-03-03", "due": "2027-03-03"}]},
    ],
)
def test_a_move_that_was_altered_is_found(parts: dict[str, Any]) -> None:
    core = moved()
    assert core.unlawful() == []
    found = unlawful_steps(changed(core, **parts), core.policies, {CALENDAR: england()})
    assert [item.n for item in found] == [len(core.history)]


def test_a_move_to_what_the_record_does_not_fit_is_found() -> None:
    core = moved()
    policies = {**core.policies, NEW: other(_renamed)}
    found = unlawful_steps(core.history, policies, {CALENDAR: england()})
    assert "a step that it does not have" in found[0].says


def test_past_steps_are_not_judged_by_the_new_policy() -> None:
    core = moved(look_asks_for_evidence)
    assert core.unlawful() == []
    found = review_case(core.history, core.policies, {CALENDAR: england()}, core.context.today)
    assert not any("evidence" in item.says.lower() for item in found)
    as_if_new = {**core.policies, POLICY: core.policy}
    assert [item.n for item in unlawful_steps(core.history, as_if_new, {CALENDAR: england()})] == [11]


def test_a_clock_that_ended_late_with_the_move_is_told_so_in_the_review() -> None:
    core = looked_at()
    core.on("2026-04-07").move(other(no_hearing_clock), "diane")
    found = review_case(core.history, core.policies, {CALENDAR: england()}, core.context.today)
    assert any("was not done when the case moved" in item.says for item in found)


# --- Mending what came before ---


def test_a_correction_of_an_earlier_step_is_judged_by_the_policy_of_that_step() -> None:
    core = moved(look_asks_for_evidence)
    core.correct(11, why="It was read twice.")
    assert core.history[-1].facts["replaces"] == {"breached": []}
    assert core.unlawful() == []


def test_later_steps_are_rejudged_each_by_its_own_policy() -> None:
    def in_order(data: dict[str, Any]) -> None:
        asked = {
            "must": "step_taken",
            "id": "looked",
            "steps": ["look"],
            "in_order": True,
            "cites": ["ACAS-5"],
        }
        main(data)["steps"]["put_off"]["requires"] = [asked]

    core = looked_at()
    core.on("2026-03-04").take("put_off", "wendy")
    core.on("2026-03-06").move(other(in_order), "diane")
    core.correct(11, on="2026-03-05")
    told = core.history[-1].facts.get("rejudged", [])
    assert not any("looked" in item["breached"] for item in told)
    assert core.unlawful() == []


def test_an_amendment_that_leads_where_the_new_policy_has_nothing_is_refused() -> None:
    def begins_later(data: dict[str, Any]) -> None:
        strand = main(data)
        strand["initial"] = "looked_at"
        strand["steps"]["look"]["from"] = ["looked_at"]
        del strand["states"]["reported"]

    core = moved(begins_later)
    with pytest.raises(CannotAmend, match="stands at “Reported”, which it does not have"):
        core.annul(11)


def test_a_move_is_neither_annulled_nor_corrected() -> None:
    core = moved()
    with pytest.raises(CannotAmend):
        core.annul(len(core.history))
    with pytest.raises(CannotAmend):
        core.correct(len(core.history), on="2026-03-04")


def test_a_correction_that_finds_a_clock_which_the_new_policy_lacks_leaves_none_running() -> None:
    core = Core(people=PEOPLE)
    core.on("2026-03-03").take("look", "diane", why="It was seen.")
    core.on("2026-03-05").move(other(no_hearing_clock), "diane")
    core.correct(11, on="2026-03-04")
    assert core.case.running() == ()
    assert replay(core.history) == core.case
    assert core.unlawful() == []


# --- The rehearsal ---


def rehearsed(*changes: Change, core: Core | None = None) -> Rehearsal:
    core = core or looked_at()
    return rehearse(core.history, core.policies, other(*changes), {CALENDAR: england()}, core.context)


def test_a_rehearsal_of_the_same_rules_finds_nothing() -> None:
    found = rehearsed()
    assert found.approvers == ("head",)
    assert not any(
        (
            *(found.hindrances, found.begins, found.lost, found.not_met, found.clocks),
            *(found.changes,),
        )
    )


def test_a_rehearsal_names_what_stands_in_the_way_and_compares_no_steps_then() -> None:
    found = rehearsed(_renamed)
    assert found.hindrances == ("“Look at the report” (event 11) was done, a step that it does not have.",)
    assert (found.lost, found.not_met) == ((), ())


def test_a_rehearsal_shows_what_past_steps_would_not_meet_and_what_steps_to_come_ask() -> None:
    found = rehearsed(look_asks_for_evidence)
    assert [(item.event, item.title, item.cites) for item in found.not_met] == [
        (11, "Look at the report", ("ACAS-5",))
    ]
    assert found.changes == (), "that step has been taken and cannot be taken again"
    before = rehearsed(look_asks_for_evidence, core=Core(people=PEOPLE))
    assert [(item.entry, item.part, item.before, item.after) for item in before.changes] == [
        ("look", "requires.evidence", "", "must: Evidence is on the case.")
    ]
    assert before.not_met == ()


def test_a_rehearsal_shows_steps_that_could_no_longer_be_taken() -> None:
    def stricter(data: dict[str, Any]) -> None:
        main(data)["steps"]["put_off"]["requires"] = [REASONED]
        main(data)["steps"]["close"]["from"] = ["decided", "appealed"]

    found = {item.step: item.why for item in rehearsed(stricter).lost}
    assert found.keys() == {"put_off", "close"}
    assert "does not start from where the case stands" in found["close"][0]


def test_a_rehearsal_shows_running_clocks_that_would_be_others() -> None:
    found = rehearsed(hearing_in_five_days).clocks
    assert [(item.clock, str(item.due), item.ends, str(item.new)) for item in found] == [
        ("hearing", "2026-03-24", False, "2026-03-10")
    ]
    found = rehearsed(no_hearing_clock).clocks
    assert [(item.clock, item.ends, item.new) for item in found] == [("hearing", True, None)]


def test_a_rehearsal_shows_settings_sanctions_fields_and_strands_that_differ() -> None:
    def several(data: dict[str, Any]) -> None:
        data["settings"]["notice_days"]["value"] = 12
        data["settings"]["strict"]["value"] = True
        data["sanctions"]["first"]["live_months"] = 6
        data["sanctions"]["final"]["decided_by"] = ["governors"]
        main(data)["steps"]["appeal"]["fields"]["late"] = {"type": "text", "label": "Why it is late"}
        del main(data)["steps"]["tell_council"]["fields"]["told_on"]
        data["deadlines"]["council_ends"]["counted_from"] = "occurred"

    found = rehearsed(several, a_strand_more)
    told = {(item.entry, item.part): (item.before, item.after) for item in found.changes}
    assert told["notice_days", "value"] == ("10", "12")
    assert told["strict", "value"] == ("no", "yes")
    assert told["first", "live_months"] == ("12", "6")
    assert told["final", "decided_by"] == ("chair", "governors")
    assert told["appeal", "fields.late"] == ("", "Why it is late")
    assert told["tell_council", "fields.told_on"] == ("When it was told", "")
    assert [
        f"{days} clear working days" in told["hear", "requires.notice"][at] for at, days in ((0, 10), (1, 12))
    ]
    assert {item.entry for item in found.changes if item.section.startswith("Steps")} == {
        *("appeal", "tell_council", "hear")
    }
    assert found.begins == ("Hold",)


def test_another_title_of_a_part_or_another_reason_is_no_difference() -> None:
    def retitled(data: dict[str, Any]) -> None:
        main(data)["steps"]["hear"]["requires"][0] |= {"cites": ["ACAS-11"], "because": "It is fair."}
        data["roles"]["chair"]["title"] = "Chair of the panel"

    assert rehearsed(retitled).changes == ()
