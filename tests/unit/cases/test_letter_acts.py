"""A letter's life: proposed, issued, served perhaps several times, superseded or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.base.time import parse_occurred
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.fields import FieldInvalid
from casework.cases.letter_acts import LetterNotReady
from casework.cases.request import Decision
from tests.support.core import CALENDAR, Core
from tests.support.judging import told
from tests.support.policies import shipped


def test_a_proposal_names_what_is_gross_misconduct_at_that_moment() -> None:
    core = told()
    core.allege("first", gross=True)
    core.allege("second")
    core.allege("third", gross=True)
    core.withdraw_allegation("third")
    letter = core.propose("invitation", covers=["outcome", "invitation"])
    assert core.history[-1].facts == {
        "kind": "letter_proposed",
        "letter": letter,
        "template": "invitation",
        "recipient": "jordan",
        "recorded_by": {"party": "helen", "role": "adviser"},
        "gross": ["first"],
        "covers": ["outcome"],
    }
    found = core.case.letters[letter]
    assert (found.gross, found.covers, found.stands, found.issued_on) == (
        ("first",),
        ("outcome",),
        False,
        None,
    )


def test_a_letter_goes_to_somebody_in_the_case() -> None:
    core = told()
    with pytest.raises(UnknownItem, match="The recipient is not part of the case"):
        letter_acts.propose_letter(
            core.case, letter="l", template="x", recipient="nobody", covers=(), words={}, recorder=core.by
        )


def test_issuing_records_the_file_the_checkpoint_and_the_sender() -> None:
    core = told()
    letter = core.propose("outcome")
    core.issue(letter)
    assert core.history[-1].facts == {
        "kind": "letter_issued",
        "letter": letter,
        "template": "outcome",
        "file": {"id": f"file-of-{letter}"},
        "checkpoint_size": 1,
        "sender": {"party": "helen", "role": "adviser"},
        "calendar": CALENDAR,
        "occurred": {"precision": "day", "date": "2026-03-02"},
        "recorded_by": {"party": "helen", "role": "adviser"},
    }
    assert core.case.letters[letter].issued_on == date(2026, 3, 2)


def issue(core: Core, letter: str, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "policy": core.policy,
        "file": {"id": "f"},
        "checkpoint_size": 1,
        "words": {},
        "supersedes": None,
        "sender": core.by,
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return letter_acts.issue_letter(core.case, letter=letter, **given)


def test_a_letter_is_issued_once() -> None:
    core = told()
    letter = core.letter()
    with pytest.raises(LetterNotReady, match="has been issued already") as caught:
        issue(core, letter)
    assert caught.value.remedy == "Propose a new one that supersedes it."
    assert caught.value.exit_code == 3


def withdraw(core: Core, letter: str, reason: str = "mistaken") -> Decision:
    return letter_acts.withdraw_letter(
        core.case, letter=letter, reason=reason, policy=core.policy, recorder=core.by
    )


def test_a_withdrawn_proposal_is_not_issued() -> None:
    core = told()
    letter = core.propose()
    core.record(withdraw(core, letter))
    with pytest.raises(LetterNotReady, match="has been withdrawn"):
        issue(core, letter)


def test_a_letter_bears_the_date_of_the_day_on_which_it_is_issued() -> None:
    core = told()
    letter = core.propose()
    decision = issue(core.on("2026-03-06"), letter)
    assert decision.facts["occurred"] == {"precision": "day", "date": "2026-03-06"}


def test_only_a_letter_that_stands_is_superseded() -> None:
    core = told()
    proposed, new = core.propose(), core.propose()
    with pytest.raises(LetterNotReady, match="The letter to be superseded does not stand"):
        issue(core, new, supersedes=proposed)
    with pytest.raises(LetterNotReady, match="does not stand"):
        issue(core, new, supersedes=new)
    with pytest.raises(UnknownItem, match="There is no such letter"):
        issue(core, new, supersedes="nothing")
    first = core.letter()
    core.issue(new, supersedes=first)
    with pytest.raises(LetterNotReady, match="does not stand"):
        issue(core, proposed, supersedes=first)


def test_a_superseded_letter_stays_and_stands_no_more() -> None:
    core = told()
    first = core.letter(served="2026-03-02")
    second = core.letter(supersedes=first)
    assert core.history[-1].facts["supersedes"] == first
    assert not core.case.letters[first].stands
    assert core.case.letters[first].services
    assert core.case.letters_of("invitation") == (core.case.letters[second],)


@pytest.mark.parametrize(
    ("method", "sent", "effective"),
    [
        ("hand", "2026-04-02T16:00", "2026-04-02"),
        ("hand", "2026-04-04", "2026-04-04"),  # by hand on a Saturday
        ("email_agreed", "2026-04-02T16:59", "2026-04-02"),
        ("email_agreed", "2026-04-02T17:00", "2026-04-07"),  # after the hour, across Easter
        ("email_agreed", "2026-04-02", "2026-04-07"),  # an hour that is not known counts as late
        ("first_class", "2026-04-01", "2026-04-07"),
        ("signed_for", "2026-04-01", "2026-04-07"),
        ("second_class", "2026-04-01", "2026-04-08"),
        ("first_class", "2026-08-27", "2026-09-01"),  # across the August bank holiday
        ("first_class", "2026-12-23", "2026-12-29"),  # across Christmas; 26 December falls on a Saturday
    ],
)
def test_a_service_counts_as_received_by_its_method(method: str, sent: str, effective: str) -> None:
    core = Core(
        shipped(), opened="2026-03-02", people={"jordan": ["employee"]}, recorder=("helen", "hr_adviser")
    )
    letter = core.letter("hearing-invitation")
    event = core.serve(letter, sent, method)
    facts = core.history[-1].facts
    assert facts["effective"] == effective
    assert facts["method"] == method
    assert core.bodies[-1] == {"proof": "Signed for."}
    (service,) = core.case.letters[letter].services
    assert (service.n, service.sent, service.effective) == (
        event,
        date.fromisoformat(sent[:10]),
        date.fromisoformat(effective),
    )


def test_several_services_stand_and_the_earliest_counts() -> None:
    core = told().on("2026-04-01")
    letter = core.letter()
    assert core.case.letters[letter].earliest_service is None
    core.serve(letter, "2026-04-01", "first_class")
    core.serve(letter, "2026-04-02", "hand")
    core.serve(letter, "2026-04-02", "hand")
    found = core.case.letters[letter]
    assert [service.effective for service in found.services] == [
        date(2026, 4, 7),
        date(2026, 4, 2),
        date(2026, 4, 2),
    ]
    assert found.earliest_service == found.services[1]


def serve(core: Core, letter: str, **asked: Any) -> Decision:
    given: dict[str, Any] = {
        "policy": core.policy,
        "method": "hand",
        "proof": "",
        "occurred": core.today,
        "recorder": core.by,
        "context": core.context,
        **asked,
    }
    return letter_acts.serve_letter(core.case, letter=letter, **given)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"method": "pigeon"}, "There is no method of service 'pigeon'. Methods: hand, email_agreed"),
        ({"occurred": parse_occurred("unknown")}, "The day of service must be known"),
        ({"occurred": parse_occurred("2026-03-05")}, "The service is dated in the future"),
        ({"occurred": parse_occurred("2026-03-02")}, "cannot have been served before it was issued"),
        ({"proof": "\x00"}, "cannot be printed"),
    ],
)
def test_a_service_that_cannot_be_is_refused(asked: dict[str, Any], says: str) -> None:
    core = told().on("2026-03-03")
    letter = core.letter()
    with pytest.raises(FieldInvalid, match=says):
        serve(core, letter, **asked)


def test_only_a_letter_that_stands_is_served() -> None:
    core = told()
    with pytest.raises(UnknownItem):
        serve(core, "nothing")
    proposed = core.propose()
    with pytest.raises(LetterNotReady, match="Only an issued letter that stands can be served"):
        serve(core, proposed)
    first = core.letter()
    second = core.letter(supersedes=first)
    with pytest.raises(LetterNotReady):
        serve(core, first)
    core.record(withdraw(core, second))
    with pytest.raises(LetterNotReady):
        serve(core, second)


def test_a_service_without_proof_says_none() -> None:
    core = told()
    assert serve(core, core.letter()).body == {}


def test_withdrawing_needs_a_reason_and_is_done_once() -> None:
    core = told()
    letter = core.letter(served="2026-03-02")
    for blank in ("", " ", "\u200b"):
        with pytest.raises(FieldInvalid, match="needs a reason"):
            withdraw(core, letter, blank)
    core.record(withdraw(core, letter, " mistaken "))
    assert core.bodies[-1] == {"reason": "mistaken"}
    assert not core.case.letters[letter].stands
    with pytest.raises(LetterNotReady, match="has been withdrawn already"):
        withdraw(core, letter)
    with pytest.raises(UnknownItem):
        withdraw(core, "nothing")


def test_a_merged_letter_starts_and_stops_the_clocks_of_all_that_it_covers() -> None:
    core = Core(
        shipped(),
        people={"jordan": ["employee"], "diane": ["headteacher"], "rachel": []},
        recorder=("helen", "hr_adviser"),
    )
    no = dict.fromkeys(("harmed", "offence", "risk", "suitability"), "no")
    screening = dict.fromkeys(
        ("child_abuse", "low_level", "whistleblowing", "belief", "hostility", "personal_data"), "no"
    )
    core.take(
        "triage",
        "diane",
        route="formal",
        enquiry="x",
        harm_threshold=no,
        screening=screening,
        lado_contact="not_needed",
    )
    core.take(
        "appoint_investigator",
        "diane",
        investigator="rachel",
        terms_of_reference="x",
        report_due="2026-03-30",
    )
    core.letter(
        "allegation-and-investigation",
        covers=["allegation-received", "investigation-notice", "investigation-meeting"],
        served="2026-03-02",
    )
    running = {clock.id for clock in core.case.running()}
    assert not running & {"allegation_letter", "investigation_letter"}
    assert core.case.letters_of("investigation-meeting")
    issued = next(event for event in core.history if event.facts["kind"] == "letter_issued")
    assert issued.facts["stopped"] == sorted(set(issued.facts["stopped"]))
