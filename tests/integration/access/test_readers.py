"""Letting in and out: by a step, by name, for a time; and parties are shut out of their case in the act itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from casework.base.time import LONDON, parse_occurred
from casework.cases.fields import FieldInvalid
from casework.services import cases
from casework.services.audit import verify
from casework.services.directory import find_person
from casework.services.errors import NoAccess
from casework.services.guard import NotYours
from casework.services.handing_over import hand_over, stand_in
from casework.services.letting_in import ShutOut
from casework.services.listing import list_cases, list_due
from casework.services.loading import body_of, find_case, people_of
from casework.services.readers import CannotBeLetIn, let_somebody_in, let_somebody_out, readers_of_case
from casework.services.schools import schools
from tests.integration.access.conftest import ME, Office


def assign(office: Office, name: str, *roles: str, by: str = ME) -> None:
    loaded = office.case(by)
    cases.assign(office.as_(by), office.school(), loaded, named=name, roles=roles, reason="Because")


def note(office: Office, by: str = ME, **more: str) -> int:
    loaded = office.case(by)
    cases.add_note(office.as_(by), office.school(), loaded, text="Something was said", **more)
    return loaded.n


def let_in(office: Office, name: str, by: str = ME, **more: object) -> None:
    loaded = office.case(by)
    let_somebody_in(
        office.as_(by),
        office.school(),
        loaded,
        named=name,
        reason="Works on it",
        **more,  # type: ignore[arg-type]
    )


def test_nobody_but_its_reader_sees_a_case(office: Office) -> None:
    for name in office.keys:
        listed = [row.reference for row in list_cases(office.as_(name), office.school())]
        if name == "Rosa Lind":
            assert listed == [office.reference]
        else:
            assert listed == []
            assert list_due(office.as_(name), [office.school()], date(2026, 3, 2)) == []
            with pytest.raises(NoAccess):
                office.case(name)


def test_a_case_that_is_not_there_and_one_that_is_not_for_you_answer_alike(office: Office) -> None:
    for words in (("case", "show"), ("case", "next"), ("letter", "list"), ("access", "log"), ("due",)):
        answers = [office.type("Helen Marsh", *words, ref) for ref in (office.reference, "ASH-26-ZZZZ")]
        assert answers[0] == answers[1]
        assert answers[0].exit_code == 6


def test_a_part_in_the_case_lets_in_and_losing_it_lets_out(office: Office) -> None:
    assign(office, "Daniel Okoro", "case_manager")
    assert body_of(office.as_("Daniel Okoro"), office.case("Daniel Okoro"), 1)["summary"]
    assign(office, "Daniel Okoro")
    with pytest.raises(NoAccess):
        office.case("Daniel Okoro")
    told = [event.facts for event in office.case(ME).history if event.facts["kind"].startswith("let_")]
    his = [facts for facts in told if facts["account"] == office.keys["Daniel Okoro"].account]
    assert [facts["kind"] for facts in his] == ["let_in", "let_out"]
    assert [facts["basis"] for facts in his] == ["part", "part"]


def test_what_is_written_after_somebody_was_let_out_is_under_a_key_that_they_never_had(
    office: Office,
) -> None:
    assign(office, "Daniel Okoro", "case_manager")
    his = office.as_("Daniel Okoro")
    stream = office.case("Daniel Okoro").stream
    old = his.stream_key(stream)
    assign(office, "Daniel Okoro")
    n = note(office)
    sealed = office.case(ME).sealed[n]
    assert sealed is not None
    assert office.as_(ME).key_to(stream, sealed).key_id != old.key_id
    his.forget_key(stream)
    with pytest.raises(NoAccess):
        his.key_to(stream, sealed)
    assert body_of(office.as_(ME), office.case(ME), 1)["summary"]  # older words stay open to who stays


def test_somebody_let_in_reads_what_was_written_in_every_epoch(office: Office) -> None:
    first = note(office)
    assign(office, "Daniel Okoro", "case_manager")
    assign(office, "Daniel Okoro")
    second = note(office)
    let_in(office, "Ines Duarte")
    loaded = office.case("Ines Duarte")
    for n in (1, first, second):
        assert body_of(office.as_("Ines Duarte"), loaded, n)
    readers = readers_of_case(office.as_(ME), office.school(), office.case(ME))
    assert [item.name for item in readers] == ["Helen Marsh", "Ines Duarte", ME]


@pytest.mark.parametrize("role", ["witness", "reporter", "companion"])
def test_whoever_becomes_a_party_is_let_out_in_the_same_act(office: Office, role: str) -> None:
    let_in(office, "Helen Marsh")
    before = office.case(ME).n
    assign(office, "Helen Marsh", role)
    loaded = office.case(ME)
    assert [event.facts["kind"] for event in loaded.history[before:]] == ["let_out", "party_roles_changed"]
    with pytest.raises(NoAccess):
        office.case("Helen Marsh")
    assert list_cases(office.as_("Helen Marsh"), office.school()) == []
    with pytest.raises(CannotBeLetIn):
        let_in(office, "Helen Marsh")


def test_whoever_opens_a_case_about_themselves_is_refused(office: Office) -> None:
    school = office.school()
    me = find_person(office.as_("Dana Whitfield"), school, "Dana Whitfield")
    for role in ("employee", "reporter"):
        with pytest.raises(ShutOut):
            cases.open_case(
                office.as_("Dana Whitfield"),
                school,
                reported=parse_occurred("2026-02-23"),
                summary="Something happened",
                people=[(me, [role])],
            )


def test_a_new_case_lets_in_the_advisers_and_shuts_out_its_subject(office: Office) -> None:
    school, hers = office.school(), office.as_("Dana Whitfield")
    opened = cases.open_case(
        hers,
        school,
        reported=parse_occurred("2026-02-23"),
        summary="Something happened",
        people=[
            (find_person(hers, school, "Helen Marsh"), ["employee"]),
            (find_person(hers, school, "Daniel Okoro"), ["case_manager"]),
        ],
    )
    readers = {
        item.name: item.basis
        for item in readers_of_case(hers, school, office.case("Dana Whitfield", opened.reference))
    }
    assert readers == {"Dana Whitfield": "opened", ME: "role", "Daniel Okoro": "part"}
    for name in (ME, "Daniel Okoro"):
        assert people_of(office.as_(name), office.case(name, opened.reference))
    with pytest.raises(NoAccess):
        office.case("Helen Marsh", opened.reference)
    assert cases.add_note(office.as_(ME), school, office.case(ME, opened.reference), text="Seen").events


def test_nobody_shuts_themselves_out(office: Office) -> None:
    with pytest.raises(ShutOut):
        assign(office, ME, "witness")
    with pytest.raises(ShutOut):
        let_somebody_out(office.as_(ME), office.school(), office.case(ME), named=ME, reason="Enough")
    note(office)


def test_an_administrator_and_an_auditor_without_an_end_date_are_not_let_in(office: Office) -> None:
    for name in ("Ada Quill", "Rosa Lind"):
        with pytest.raises(CannotBeLetIn):
            let_in(office, name)
    with pytest.raises(FieldInvalid, match="reason"):
        let_somebody_in(office.as_(ME), office.school(), office.case(ME), named="Helen Marsh", reason=" ")


def test_an_auditors_grant_ends(office: Office) -> None:
    with pytest.raises(NotYours):
        people_of(office.as_("Rosa Lind"), office.case("Rosa Lind"))
    let_in(office, "Rosa Lind", until=date(2026, 3, 4))
    hers = office.as_("Rosa Lind")
    assert people_of(hers, office.case("Rosa Lind"))
    with pytest.raises(NotYours):
        cases.add_note(hers, office.school(), office.case("Rosa Lind"), text="Mine")
    after = office.later(datetime(2026, 3, 5, 9, 0, tzinfo=LONDON))
    with pytest.raises(NotYours):
        people_of(after.as_("Rosa Lind"), after.case("Rosa Lind"))
    note(after)
    (ended,) = [e.facts for e in after.case(ME).history if e.facts["kind"] == "let_out"]
    assert ended["basis"] == "ended"


def test_deliberations_are_for_the_panel_and_safeguarding_for_the_lead(office: Office) -> None:
    assign(office, "Ruth Adeyemi", "hearing_panel_member")
    assign(office, "Tom Reed", "safeguarding_lead")
    kept = {
        "Ruth Adeyemi": note(office, "Ruth Adeyemi", type_="deliberation"),
        "Tom Reed": note(office, "Tom Reed", type_="safeguarding"),
    }
    for name in ("Ruth Adeyemi", "Tom Reed", "Helen Marsh"):
        loaded = office.case(name)
        for owner, n in kept.items():
            assert bool(body_of(office.as_(name), loaded, n)) is (name == owner), (name, owner)
    with pytest.raises(NotYours):
        note(office, "Ruth Adeyemi", type_="safeguarding")


def test_a_deputy_reads_from_the_first_day_to_the_last(office: Office) -> None:
    days = {"since": date(2026, 3, 4), "until": date(2026, 3, 6)}
    passed = stand_in(
        office.as_(ME), office.school(), absent=ME, deputy="Dana Whitfield", reason="On leave", **days
    )
    assert passed.done == (office.reference,)
    for shift, sees in ((0, False), (2, True), (4, True), (5, False)):
        there = office.later(office.now + timedelta(days=shift))
        listed = [row.reference for row in list_cases(there.as_("Dana Whitfield"), there.school())]
        assert (listed == [office.reference]) is sees
    there = office.later(office.now + timedelta(days=2))
    assert note(there, "Dana Whitfield")


def test_a_leaver_hands_over_the_part_the_keys_and_no_history_is_lost(office: Office) -> None:
    steps = len(office.case(ME).case.steps)
    passed = hand_over(office.as_(ME), office.school(), leaver=ME, to="Dana Whitfield", reason="Leaves")
    assert (passed.done, passed.left) == ((office.reference,), ())
    with pytest.raises(NoAccess):
        office.case(ME)
    loaded = office.case("Dana Whitfield")
    people = people_of(office.as_("Dana Whitfield"), loaded)
    (adviser,) = loaded.case.holders("hr_adviser")
    assert people[adviser.id]["name"] == "Dana Whitfield"
    assert ME in {words["name"] for words in people.values()}
    assert len(loaded.case.steps) == steps
    assert note(office, "Dana Whitfield")


def test_a_case_is_not_handed_over_to_a_party(office: Office) -> None:
    assign(office, "Helen Marsh", "witness")
    passed = hand_over(office.as_(ME), office.school(), leaver=ME, to="Helen Marsh", reason="Leaves")
    assert passed.done == ()
    assert passed.left[0][0] == office.reference
    assert find_case(office.as_(ME), office.school(), office.reference)


def test_a_record_with_many_keys_verifies_and_each_new_key_is_announced(office: Office) -> None:
    assign(office, "Ruth Adeyemi", "hearing_panel_member")
    note(office, "Ruth Adeyemi", type_="deliberation")
    assign(office, "Daniel Okoro", "case_manager")
    assign(office, "Daniel Okoro", "witness")
    note(office, "Ruth Adeyemi", type_="deliberation")
    let_somebody_out(office.as_(ME), office.school(), office.case(ME), named="Ruth Adeyemi", reason="Ill")
    announced = [e.facts["kind"] for e in office.case(ME).history if "new_key" in e.facts]
    assert announced == ["note_added", "let_out", "note_added", "let_out"]
    assert verify(office.as_(ME), schools(office.as_(ME))).whole


def test_an_auditor_sees_what_happened_with_numbers_for_names(office: Office) -> None:
    shown = office.type("Rosa Lind", "case", "timeline", office.reference)
    assert shown.exit_code == 0
    assert "joined the case as employee" in shown.stdout
    assert not [name for name in ("Jordan", "Blake", "Priya", "Photographs") if name in shown.stdout]
    log = office.type("Rosa Lind", "access", "log", office.reference).stdout
    assert "timeline, read" in log


def test_a_hand_over_is_rehearsed(office: Office) -> None:
    words = ("access", "hand-over", ME, "Dana Whitfield", "--reason", "Leaves", "--dry-run")
    assert office.reference in office.type(ME, *words).stdout
    assert office.case(ME)
    assert office.type(ME, *words[:-1]).exit_code == 0
    assert office.case("Dana Whitfield")
