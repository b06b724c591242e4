"""The sample case: six stages, a suspension, a waiver, an irregular hearing, a correction, an annulment.

All people are invented.
"""

from __future__ import annotations

from tests.unit.records.building import Story

EMPLOYEE, HEAD, INVESTIGATOR = "Tom Bell", "Diane Whitfield", "Priya Nair"
CHAIR, GOVERNORS, ADVISER = "Owen Marsh", "Judith Falk", "Ruth Adeyemi"

SCREENING = {"child_at_risk": "no", "protected": "unclear:he says that he raised a complaint first"}


def sample() -> Story:
    """Return the sample case, up to an appeal that waits for its hearing."""
    story = Story()
    story.open("2026-03-02T08:40", "A parent rang: a post by a teacher names her child’s class and mocks it.")
    story.join(ADVISER, "HR adviser", "hr_adviser")
    story.join(EMPLOYEE, "Class teacher, Year 4", "employee", teacher=True)
    story.join(HEAD, "Head teacher", "headteacher", head=True)
    first = _investigation(story)
    _hearing(story, first)
    _appeal(story)
    return story


def _investigation(story: Story) -> str:
    story.at("2026-03-03T09:10:00")
    first = story.allege(
        "On 1 March 2026 you posted a photograph of the class display on a public page.",
        "SMP-4.1b",
        period="2026-03-01",
    )
    second = story.allege("You wrote that the class was “beyond help”.", "SMP-5.2", band="S3")
    shot = story.evidence("Screenshot of the post, 1 March", "screenshot", first, second, file="post.png")
    story.at("2026-03-06T16:05:00")
    story.step(
        "triage",
        HEAD,
        "2026-03-06",
        enquiry="I looked at the post and rang the parent back. It names the class.",
        screening=SCREENING,
    )
    story.at("2026-03-06T16:30:00")
    story.step(
        "suspend",
        HEAD,
        "2026-03-06T16:20",
        authority="Head teacher’s e-mail to HR of 6 March, 4.12pm",
        full_pay=True,
        contact=story.join(INVESTIGATOR, "Deputy head teacher"),
        why="Colleagues named in the post share his classroom.",
    )
    story.at("2026-03-09T10:00:00")
    story.step(
        "appoint_investigator",
        HEAD,
        "2026-03-09",
        investigator=story.parties[INVESTIGATOR],
        report_due="2026-03-27",
        waivers=[
            story.waiver(
                "investigator_is_not_the_named_contact",
                HEAD,
                "We are a small school, and no other senior leader is free of the case.",
                "HR advised to look for a contact at a neighbouring school first.",
            )
        ],
    )
    wrong = story.note("Parent meeting about the Year 6 trip, 4pm.", "minutes")
    story.at("2026-03-10T08:15:00").annul(wrong, "Belongs to another matter; entered here by mistake.")
    story.allege(
        "On 1 March 2026 you wrote on a public page that your class was “beyond help”.",
        "SMP-5.2",
        band="S3",
        period="2026-03-01/2026-03-02",
        amends=second,
    )
    log = story.evidence("Sign-in log of the school account", "log", first, points="neutral")
    statement = story.evidence("Statement of a colleague", "statement", second, points="against")
    story.at("2026-03-24T09:00:00").step("review_suspension", HEAD, "2026-03-24", result="goes_on")
    story.at("2026-03-30T09:30:00")
    report = story.step(
        "report_investigation",
        INVESTIGATOR,
        received_on="2026-03-27",
        pages=14,
        summary="The post was his. He took it down within a day. He did not have consent for the photograph.",
    )
    story.at("2026-03-30T11:45:00").correct(
        report,
        "The report came in by e-mail on 26 March; I entered the day on which I read it.",
        pages=15,
        received_on="2026-03-26",
    )
    story.disclose(shot, log)
    story.disclose(statement, how="withheld", reason="The colleague fears reprisals; a summary was given.")
    return first


def _hearing(story: Story, first: str) -> None:
    story.join(CHAIR, "Governor")
    story.join(GOVERNORS, "Chair of governors", "governing_body")
    story.step(
        "invite_to_hearing",
        HEAD,
        "2026-03-30",
        hearing_at="2026-04-17T10:00",
        chair=story.parties[CHAIR],
        venue="Meeting room, Ashgrove Primary School",
    )
    invitation = story.letter("hearing-invitation", EMPLOYEE, HEAD)
    story.serve(invitation, "first_class", "2026-03-30", "Certificate of posting 7741")
    story.at("2026-03-31T12:00:00").serve(invitation, "hand", "2026-03-31", "Signed for by T Bell")
    story.step("lift_suspension", GOVERNORS, "2026-03-31", basis="minute", authority="Minute 14 of 31 March")
    story.at("2026-04-16T15:20:00").step(
        "hold_hearing",
        CHAIR,
        held_at="2026-04-16T10:00",
        present=[story.parties[name] for name in (EMPLOYEE, HEAD, CHAIR)],
        response={"1": "I thought the display was public.", "2": "I was tired and I am sorry."},
        irregular="The hearing was moved forward by a day at the employee’s wish, without anything in writing.",
    )
    story.at("2026-04-20T09:00:00").step(
        "give_warning",
        CHAIR,
        "2026-04-17",
        basis="minute",
        authority="Decision notice of 17 April",
        finding={"1": "proved", "2": "not_proved"},
        reasons={
            "1": "He accepts that he posted it.",
            "2": "The words were about the lesson, not the class.",
        },
        sanction="first_written_warning",
    )
    story.withdraw_allegation(
        next(item.id for item in story.case.standing_allegations if item.id != first),
        "Not proved at the hearing; not to be carried further.",
    )
    warning = story.letter("first-written-warning", EMPLOYEE, HEAD)
    story.at("2026-04-20T13:30:00").serve(warning, "hand", "2026-04-20T14:00")


def _appeal(story: Story) -> None:
    story.raw({"kind": "key_renewed", "epoch": 2, "recorded_by": dict(story.adviser)})
    story.at("2026-04-29T08:00:00").step(
        "lodge_appeal", EMPLOYEE, "2026-04-28", grounds="The warning is harsh for a first mistake."
    )
    story.note("Advised the governors to name a panel with no earlier part in the case.", "advice")
