"""Breaking the glass takes two people and the recovery key, and is announced to everybody who reads the case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.keyring.files import RecoveryKey, read_recovery_key
from casework.services.break_glass import confirm, propose
from casework.services.errors import NoAccess
from casework.services.guard import NotYours
from casework.services.loading import people_of
from casework.services.readers import let_somebody_out
from casework.services.second_person import NotConfirmed
from tests.integration.access.conftest import ME, Office
from tests.integration.access.test_readers import assign


@pytest.fixture
def recovery(office: Office) -> RecoveryKey:
    return read_recovery_key(office.folder / "recovery.key", str)


def test_two_people_open_a_case_for_a_week_and_its_readers_are_told(
    office: Office, recovery: RecoveryKey
) -> None:
    school, his, hers = office.school(), office.as_("Daniel Okoro"), office.as_("Dana Whitfield")
    made = propose(his, school, office.reference, reason="Its adviser is in hospital")
    with pytest.raises(NotConfirmed, match="two people"):
        confirm(his, school, office.reference, proposal=made.id, recovery=recovery)
    confirm(hers, school, office.reference, proposal=made.id, recovery=recovery)
    assert people_of(his, office.case("Daniel Okoro"))
    with pytest.raises(NoAccess):
        office.case("Dana Whitfield")
    for words in (("case", "show", office.reference), ("status",)):
        assert "The glass was broken" in office.type(ME, *words).stdout
    facts = office.case(ME).history[-1].facts
    assert facts["confirmed_by"] == office.keys["Dana Whitfield"].account
    assert date.fromisoformat(facts["until"]) == date(2026, 3, 9)
    after = office.later(office.now + timedelta(days=8))
    with pytest.raises(NoAccess):
        after.case("Daniel Okoro")
    with pytest.raises(NotConfirmed, match="before"):
        confirm(hers, school, office.reference, proposal=made.id, recovery=recovery)


def test_it_opens_a_case_that_nobody_reads_any_more(office: Office, recovery: RecoveryKey) -> None:
    school = office.school()
    assign(office, "Daniel Okoro", "case_manager")
    let_somebody_out(
        office.as_("Daniel Okoro"), school, office.case("Daniel Okoro"), named=ME, reason="Has left"
    )
    made = propose(office.as_(ME), school, office.reference, reason="Daniel Okoro has had an accident")
    confirm(office.as_("Dana Whitfield"), school, office.reference, proposal=made.id, recovery=recovery)
    loaded = office.case(ME)
    assert all(people_of(office.as_(ME), loaded).values())  # of every epoch


def test_a_party_neither_proposes_nor_confirms_and_learns_nothing(
    office: Office, recovery: RecoveryKey
) -> None:
    school = office.school()
    assign(office, "Helen Marsh", "witness")
    for first, second in (("Helen Marsh", "Dana Whitfield"), ("Dana Whitfield", "Helen Marsh")):
        answers = []
        for reference in (office.reference, "ASH-26-ZZZZ"):
            made = propose(office.as_(first), school, reference, reason="To see what there is")
            with pytest.raises(NoAccess) as refused:
                confirm(office.as_(second), school, reference, proposal=made.id, recovery=recovery)
            answers.append((refused.value.message, refused.value.remedy))
        assert answers[0] == answers[1]


def test_an_administrator_cannot(office: Office, recovery: RecoveryKey) -> None:
    made = propose(office.as_("Daniel Okoro"), office.school(), office.reference, reason="Now")
    with pytest.raises(NotYours):
        propose(office.as_("Ada Quill"), office.school(), office.reference, reason="Now")
    with pytest.raises(NotYours):
        confirm(
            office.as_("Ada Quill"), office.school(), office.reference, proposal=made.id, recovery=recovery
        )
