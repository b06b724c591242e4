"""A letter that did not arrive, one that a second person approves, and the scans that are kept with one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.base.time import parse_occurred
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.fields import FieldInvalid
from casework.cases.letter_acts import LetterNotReady
from casework.cases.letter_approval import approve_letter, needs_approval
from casework.cases.letter_delivery import LETTER_FILES, add_letter_file, undelivered_letter
from casework.cases.model import Letter
from casework.cases.request import Decision
from casework.cli import letter_after
from casework.procedure.model import Policy
from casework.procedure.service import FAILURES, METHODS, still_counts
from tests.support.core import Core
from tests.support.judging import PEOPLE
from tests.support.policies import SMALL, shipped, with_recorders

AGAIN = {
    "title": "Deliver it again",
    "starts": ["delivery_failed"],
    "stops": ["letter_delivered"],
    "days": 1,
    "act_by": ["adviser"],
    "then": "Deliver it.",
}


@pytest.fixture
def core() -> Core:
    """A case under the small policy, in which a letter that did not arrive is to be delivered again."""
    data = with_recorders({**SMALL, "deadlines": {**SMALL["deadlines"], "again": AGAIN}})
    return Core(Policy.model_validate(data), people=PEOPLE)


def issued(core: Core, template: str = "outcome") -> str:
    letter = core.propose(template)
    core.issue(letter)
    return letter


def fails(core: Core, letter: str, failure: str, **asked: Any) -> Decision:
    """Decide that a service of a letter failed, the newest if none is named."""
    given: dict[str, Any] = {
        "service": core.case.letters[letter].services[-1].n,
        "occurred": parse_occurred("2026-03-06"),
        **asked,
    }
    return undelivered_letter(
        core.on("2026-03-06").case,
        letter=letter,
        failure=failure,
        policy=core.policy,
        words="It came back.",
        recorder=core.by,
        context=core.context,
        **given,
    )


def failed(core: Core, letter: str, failure: str, **asked: Any) -> Letter:
    """Record that a service of a letter failed; return the letter."""
    core.record(fails(core, letter, failure, **asked))
    return core.case.letters[letter]


def running(core: Core) -> dict[str, date]:
    """The clocks that run beside those of the small policy's beginning."""
    return {clock.id: clock.due for clock in core.case.running() if clock.id in ("again", "appeal")}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("failure", FAILURES)
def test_post_that_was_refused_or_came_back_was_sent_and_nothing_else_counts(
    method: str, failure: str
) -> None:
    post = method in ("first_class", "signed_for", "second_class")
    assert still_counts(method, failure) == (post and failure != "not_found")


def test_refused_post_still_counts_from_the_same_day_and_makes_a_task(core: Core) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02", "signed_for")
    before = running(core)["appeal"]
    found = failed(core, letter, "refused")
    assert found.earliest_service is not None
    assert found.earliest_service.effective == date(2026, 3, 4)
    assert core.history[-1].facts["effective"] == "2026-03-04"
    assert running(core) == {"appeal": before, "again": date(2026, 3, 9)}
    assert core.unlawful() == []


def test_what_was_never_handed_over_does_not_count_and_what_ran_from_it_stops(core: Core) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02")
    found = failed(core, letter, "not_found")
    assert found.earliest_service is None
    assert "effective" not in core.history[-1].facts
    assert running(core) == {"again": date(2026, 3, 9)}
    core.serve(letter, "2026-03-09")
    assert running(core) == {"appeal": date(2026, 3, 23)}
    assert core.case.letters[letter].undelivered is False
    assert core.unlawful() == []


def test_what_ran_from_a_service_that_failed_runs_from_the_next_that_counts(core: Core) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02")
    core.serve(letter, "2026-03-03", "first_class")
    first = core.case.letters[letter].services[0].n
    assert running(core)["appeal"] == date(2026, 3, 16)
    found = failed(core, letter, "refused", service=first)
    assert found.earliest_service is not None
    assert found.earliest_service.effective == date(2026, 3, 5)
    assert running(core)["appeal"] == date(2026, 3, 19)
    assert core.unlawful() == []


def test_the_task_runs_until_every_letter_is_delivered_or_stands_no_more(core: Core) -> None:
    first, second = issued(core), issued(core, "invitation")
    for letter in (first, second):
        core.serve(letter, "2026-03-02", "email_agreed")
        failed(core, letter, "returned")
    core.serve(first, "2026-03-06")
    assert "again" in running(core)
    core.record(
        letter_acts.withdraw_letter(
            core.case, letter=second, reason="Written anew", policy=core.policy, recorder=core.by
        )
    )
    assert "again" not in running(core)


def test_a_service_that_failed_begins_nothing_but_the_task(core: Core) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02")
    stopped = [clock.id for clock in core.case.clocks]
    failed(core, letter, "refused", service=core.case.letters[letter].services[0].n)
    assert [clock.id for clock in core.case.clocks] == [*stopped, "again"]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"service": 1}, UnknownItem),
        ({"failure": "lost"}, FieldInvalid),
        ({"occurred": parse_occurred("2026-03-01")}, FieldInvalid),
        ({"occurred": parse_occurred("2026-03-20")}, FieldInvalid),
    ],
)
def test_what_cannot_have_failed_is_refused(
    core: Core, asked: dict[str, Any], problem: type[Exception]
) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02")
    given = {"failure": "returned", **asked}
    with pytest.raises(problem):
        fails(core, letter, given.pop("failure"), **given)


def test_a_service_fails_once(core: Core) -> None:
    letter = issued(core)
    core.serve(letter, "2026-03-02")
    failed(core, letter, "refused")
    with pytest.raises(LetterNotReady, match="on record already"):
        fails(core, letter, "refused")


def attached(core: Core, letter: str, type_: str = "receipt", service: int | None = None) -> Letter:
    decision = add_letter_file(
        core.case,
        letter=letter,
        service=service,
        type_=type_,
        file={"id": "f"},
        words={"file_name": "scan.pdf"},
        occurred=core.today,
        recorder=core.by,
        context=core.context,
    )
    core.record(decision)
    return core.case.letters[letter]


def test_scans_belong_to_an_issued_letter_or_to_one_of_its_services(core: Core) -> None:
    proposed, letter = core.propose("outcome"), issued(core)
    core.serve(letter, "2026-03-02")
    service = core.case.letters[letter].services[0].n
    found = [attached(core, letter), attached(core, letter, "signed_copy", service)][-1]
    assert [(file.type, file.service) for file in found.files] == [
        ("receipt", None),
        ("signed_copy", service),
    ]
    with pytest.raises(UnknownItem):
        attached(core, letter, service=1)
    with pytest.raises(FieldInvalid):
        attached(core, letter, "poem")
    with pytest.raises(LetterNotReady):
        attached(core, proposed)


def approves(core: Core, letter: str, by: str, evidence: str = "An e-mail of today") -> Decision:
    return approve_letter(
        core.case,
        letter=letter,
        approved_by={"party": by, "role": "head"},
        evidence=evidence,
        occurred=core.today,
        recorder=core.by,
        context=core.context,
    )


def test_a_second_person_approves_and_a_new_version_ends_that(core: Core) -> None:
    letter = core.propose()
    for wrong in ("helen", "jordan"):
        with pytest.raises(FieldInvalid):
            approves(core, letter, wrong)
    with pytest.raises(FieldInvalid, match="what shows the approval"):
        approves(core, letter, "diane", "")
    core.record(approves(core, letter, "diane"))
    assert core.case.letters[letter].approved == core.case.n
    with pytest.raises(LetterNotReady, match="approved as it stands"):
        approves(core, letter, "diane")
    core.record(letter_acts.revise_letter(core.case, letter=letter, words={}, recorder=core.by))
    found = core.case.letters[letter]
    assert (found.approved, found.version, len(found.versions)) == (None, core.case.n, 2)
    core.issue(letter)
    with pytest.raises(LetterNotReady, match="issued already"):
        letter_acts.revise_letter(core.case, letter=letter, words={}, recorder=core.by)
    assert core.unlawful() == []


def test_an_approval_of_an_older_version_is_none_once_read_again(core: Core) -> None:
    letter = core.propose()
    early = approves(core, letter, "diane")
    core.record(letter_acts.revise_letter(core.case, letter=letter, words={}, recorder=core.by))
    core.record(early)
    assert core.case.letters[letter].approved is None
    assert core.unlawful() != []


def test_the_policy_says_which_letters_need_a_second_person() -> None:
    letters = ("final-written-warning", "suspension", "hearing-invitation")
    wanted = {"none": [], "decisions": [*letters[:2]], "all": [*letters]}
    for value, needed in wanted.items():
        policy = shipped(letter_approval=value)
        assert [letter for letter in letters if needs_approval(policy, letter)] == needed


def test_a_letter_that_needs_an_approval_is_not_issued_without_one() -> None:
    core = Core(
        shipped(letter_approval="all"),
        people={"jordan": ["employee"], "diane": ["headteacher"]},
        recorder=("helen", "hr_adviser"),
    )
    letter = core.propose("hearing-invitation")
    with pytest.raises(LetterNotReady, match="a second person"):
        core.issue(letter)
    core.record(approves(core, letter, "diane"))
    core.issue(letter)
    assert core.case.letters[letter].stands


def test_the_lists_of_the_command_line_are_those_of_the_core() -> None:
    assert letter_after.FAILURES == FAILURES
    assert letter_after.SCANS == LETTER_FILES
