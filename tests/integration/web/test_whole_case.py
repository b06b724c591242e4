"""A whole case on the pages alone: from what a parent said to the letter with the outcome."""

from __future__ import annotations

from casework.services.loading import find_case
from casework.services.schools import schools
from casework.services.workspace import Workspace
from casework.web.site import Site
from tests.integration.cli.desk import lead_to_hearing
from tests.integration.web.conftest import Browser
from tests.integration.web.play import Player
from tests.support.accounts import enrol, open_as

ALLEGATION = {
    "text": "Put photographs of pupils online.",
    "from": "2026-02-20",
    "band": "S3",
    "gross": "no",
}
REACHED = {"named": "Priya Nair", "phone": "01234 567899"}
INVITED = {
    "hearing_at.day": "2026-04-01",
    "hearing_at.time": "10:00",
    "venue": "The school",
    "method": "hand",
    "worst_outcome": "first_written_warning",
    "heard_by": "panel",
    "chair": "Ruth Adeyemi",
    "members": "Sam Field\nLena Petrov",
    "clerk": "Ines Duarte",
    "presenting_officer": "Daniel Okoro",
    "adjustments": "None known",
    "papers_checked": "yes",
    "employee_agreed_shorter": "no",
}


def test_a_case_is_played_from_the_report_to_the_letter_of_outcome(
    browser: Browser, workspace: Workspace
) -> None:
    player = Player(browser, workspace)
    player.open_case("2026-03-02", "Photographs of pupils on the school's page.", "Jordan Blake")
    player.give("Helen Marsh", "headteacher")
    player.send("people/details", REACHED, start="people/details?named=Priya%20Nair")
    player.send("allegations/0", {**ALLEGATION, "clauses": "SMP-4.3"})
    player.send("allegations/0", {**ALLEGATION, "text": "Did not ask the parents.", "clauses": "SMP-4.1b"})
    assert "A formal investigation" in player.first_look(route="formal")
    head, chair, officer = {"by": "Helen Marsh"}, {"by": "Ruth Adeyemi"}, {"by": "Daniel Okoro"}
    triage = {"enquiry": "Looked at the page.", "route": "formal", "lado_contact": "not_needed"}
    player.take("triage", triage, **head)

    player.now("2026-03-03T09:00")
    appointed = {
        "investigator": "Daniel Okoro",
        "terms_of_reference": "Who did it",
        "report_due": "2026-03-20",
    }
    player.take("appoint-investigator", appointed, **head)
    player.write("allegation-and-investigation", "2026-03-03")
    seen = {"title": "The page as a picture", "type": "screenshot", "points": "for"}
    player.send("evidence", seen)

    player.now("2026-03-05T12:00")
    met = {"held_at.day": "2026-03-05", "held_at.time": "10:00", "invited": "agreed"}
    player.take("hold-investigation-meeting", {**met, "account": "She thought that she might."}, **officer)
    report = {
        "summary": "The photographs went up on 20 February.",
        "points_for": "The picture of the page",
        "points_against": "She asked for the forms twice",
        "rule_known": "acknowledged",
        "rule_known_because": "Signed in September",
        "evidence_obtained": "The page is public",
        "monitored": "no",
        "private_post": "no",
        "criminal_matter": "no",
    }
    player.take("report-investigation", report, **officer)
    player.take("find-case-to-answer", {"reasons": "Consent is in doubt"}, **head)
    player.send("evidence/given", {"item": "1"}, start="evidence")

    player.now("2026-03-09T09:00")
    player.take("invite-to-hearing", INVITED, **head)
    player.write("hearing-invitation", "2026-03-09")

    player.now("2026-04-01T13:00")
    player.take("declare-interest", {"interest": "none"}, **chair)
    held = {
        "held_at.day": "2026-04-01",
        "held_at.time": "10:00",
        "attendance": "attended",
        "companion_class": "none",
        "conflicts_declared": "yes",
        "members_eligible": "yes",
        "requests": "None",
        "requests_met": "none",
    }
    player.take("hold-hearing", held, each={"responses": "She is sorry."}, **chair)
    decided = {
        "sanction": "first_written_warning",
        "mitigation": "Nine years without complaint",
        "consistency": "Nothing like it is known",
        "alternatives": "A talk would not do",
        "change_required": "No photographs without the form",
        "about_speech": "no",
    }
    finding = {"findings": "proved", "evidence": "1", "reasons": "The picture shows it."}
    minute = {"basis": "minute", "authority": "Decision of the hearing panel of 1 April 2026"}
    player.take("give-warning", decided, each=finding, beside=minute, **chair)
    player.write("first-written-warning", "2026-04-01")
    assert "Warning given" in browser.get(player.address).text


def test_what_somebody_may_allow_is_asked_for_with_the_reason_and_stands_on_record(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    lead_to_hearing(workspace.folder, reference)
    player = Player(browser, workspace)
    player.address = f"/cases/{reference}"
    address, two = f"{player.address}/steps/invite-to-hearing", INVITED | {"members": "Sam Field"}
    browser.get(address)
    sent = {f"f.{name}": value for name, value in two.items()} | {"taken_by": "Helen Marsh", "do": "take"}
    refused = browser.post(address, sent)
    assert refused.status_code == 422 and "May it be done all the same?" in refused.text
    assert 'name="allow.full_panel.by" value="Ruth Adeyemi"' in refused.text
    assert "investigator_does_not_decide" not in refused.text
    allowed = {"allow.full_panel.by": "Ruth Adeyemi", "allow.full_panel.because": ""}
    again = browser.post(address, {**sent, **allowed})
    assert again.status_code == 422 and "needs a reason" in again.text
    assert 'value="Ruth Adeyemi" checked' in again.text
    done = browser.post(
        address, {**sent, **allowed, "allow.full_panel.because": "No third governor is free."}
    )
    assert "Recorded: Invite the employee to a hearing." in done.text
    taken = find_case(workspace, schools(workspace)[0], reference).case.steps[-1]
    assert [waiver.requirement for waiver in taken.waived] == ["full_panel"]


def test_a_decision_is_asked_one_allegation_a_page_with_what_bears_on_it_and_each_answer_is_kept(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    lead_to_hearing(workspace.folder, reference)
    address = f"/cases/{reference}/steps/find-no-case-to-answer"
    asked = browser.get(address)
    assert asked.url.path == f"{address}/allegations/1" and "Allegation 1 of 1" in asked.text
    for beside in ("Put photographs of named pupils", "Friday 20 February 2026", "1. Screenshot"):
        assert beside in asked.text
    empty = browser.post(f"{address}/allegations/1", {"do": "next"})
    assert empty.status_code == 422 and "This answer is needed." in empty.text


def test_a_head_teacher_goes_from_the_complaint_to_the_first_letter_on_her_own(
    site: Site, workspace: Workspace
) -> None:
    keys = enrol(workspace.folder, "Helen Marsh", "headteacher")
    with open_as(workspace.folder, keys) as hers:
        browser = Browser(site)
        browser.send("/open", {"key": site.sessions.link(hers)})
        player = Player(browser, hers)
        player.open_case("2026-03-02", "Photographs of pupils on the school's page.", "Jordan Blake")
        assert "Who decides in this case?" not in browser.page and "Begin the first look" in browser.page
        assert "A formal investigation" in player.first_look(route="formal")
        triage = {"enquiry": "Looked at the page.", "route": "formal", "lado_contact": "not_needed"}
        decided = player.take("triage", triage)
        assert "Appoint the investigator" in decided and decided.count("Word what is alleged") == 2
        player.send("allegations/0", {**ALLEGATION, "clauses": "SMP-4.3"})
        player.send("people/details", REACHED, start="people/details?named=Priya%20Nair")
        player.write("allegation-received", "2026-03-02")
        assert "Helen Marsh" in browser.get(f"{player.address}/timeline?order=newest").text
