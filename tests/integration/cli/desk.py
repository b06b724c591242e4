"""A school in a data folder, made through the services, and a way to type commands at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from casework.base.ids import SeededDice
from casework.base.resources import DEFAULT_POLICY
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.cli.main import main
from casework.cli.session import Session
from casework.keyring.files import read_account_keys, seal_account_keys
from casework.services import allegations, cases, evidence, personnel
from casework.services.directory import add_person, find_person
from casework.services.loading import find_case
from casework.services.recorder import record
from casework.services.schools import choose_school, log_of
from casework.services.setup import NewSchool, create_workspace
from casework.services.steps import take_step
from casework.services.workspace import Workspace
from tests.support.accounts import WEAK

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=LONDON)
PEOPLE = {
    "Jordan Blake": ("Teaching assistant", {}),
    "Helen Marsh": ("Head teacher", {"head": True}),
    "Daniel Okoro": ("Deputy head teacher", {}),
    "Ruth Adeyemi": ("Governor", {}),
    "Sam Field": ("Governor", {}),
    "Lena Petrov": ("Governor", {}),
    "Ines Duarte": ("Clerk to the governors", {}),
}
TRIAGE = {
    "route": "formal",
    "enquiry": "Looked at the page.",
    "harm_threshold": dict.fromkeys(("harmed", "offence", "risk", "suitability"), "no"),
    "screening": {
        **dict.fromkeys(("child_abuse", "low_level", "whistleblowing", "belief", "hostility"), "no"),
        "personal_data": "yes:Names and photographs of pupils",
    },
    "lado_contact": "not_needed",
}


def lock_key(folder: Path) -> None:
    """Put the account's key under a passphrase that no command is given: whose it is can be read, and no more."""
    file = folder / "keys" / "account.key"
    keys = read_account_keys(file)
    sealed = seal_account_keys(
        keys,
        protection="passphrase",
        passphrase=lambda: "three words nobody types",
        dice=SeededDice(b"lock"),
        cost=WEAK,
    )
    file.write_bytes(sealed)


@dataclass
class Answer:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """The words on standard error as one line, however they were wrapped."""
        return " ".join(self.stderr.split())

    @property
    def said_out(self) -> str:
        """The words on standard output as one line."""
        return " ".join(self.stdout.split())

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.stdout)


@dataclass
class Desk:
    """A data folder and somebody who types commands at it."""

    folder: Path
    reference: str = ""
    now: datetime = NOW

    def type(self, *words: str, answers: Sequence[str] | None = None, ok: int | None = 0) -> Answer:
        """Type a command; with `answers`, at a terminal where questions are answered with them."""
        session = Session(
            clock=FixedClock(self.now),
            interactive=answers is not None,
        )
        typed = "\n".join(answers) + "\n" if answers else None
        done = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(
            main, ["--data", str(self.folder), *words], input=typed, obj=session, prog_name="casework"
        )
        answer = Answer(done.exit_code, done.stdout, done.stderr)
        if ok is not None:
            assert answer.exit_code == ok, f"{words}: {answer.exit_code}\n{answer.stdout}\n{answer.stderr}"
        return answer


def make_school(folder: Path, now: datetime = NOW, policy: str = DEFAULT_POLICY) -> str:
    """Make the school, its people, and one case that stands at `reported`; return the case's reference."""
    workspace, school = create_workspace(
        folder,
        NewSchool(
            name="Ashgrove Primary School",
            prefix="ASH",
            adviser="Priya Nair",
            policy=policy,
            settings={"employer_type": "M-LA"} if policy == DEFAULT_POLICY else {},
            procedure_date="2025-09-01",
            details={
                "address": ["Mill Lane", "Ashgrove"],
                "phone": "01234 567890",
                "email": "office@ashgrove.example",
            },
        ),
        passphrase=None,
        recovery_file=folder / "recovery.key",
        clock=FixedClock(now),
        dice=SeededDice(b"cli"),
    )
    with workspace:
        for name, (title, flags) in PEOPLE.items():
            add_person(
                workspace,
                school,
                name=name,
                title=title,
                address=["7 Mill Lane", "Ashgrove", "AS1 2BC"],
                phone="01234 567891",
                email="somebody@ashgrove.example",
                salutation=f"Ms {name.split()[1]}",
                flags=flags,
            )
        opened = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-02-23"),
            summary="Photographs of pupils put on the school's page",
            people=[
                (find_person(workspace, school, "Jordan Blake"), ["employee"]),
                (find_person(workspace, school, "Helen Marsh"), ["headteacher"]),
            ],
        )
        return opened.reference


def warn(workspace: Workspace, reference: str, given: tuple[str, date, date]) -> None:
    """Put a warning on the employee's file, as the letter that gives one does: its level, first and last day."""
    school = choose_school(workspace, None)
    entry = personnel._warning(workspace, school, find_case(workspace, school, reference), given)
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    record(
        workspace,
        log,
        [(entry.stream, decision) for decision in entry.decisions],
        seen={entry.stream: entry.n},
        command=workspace.new_id(),
        prepare=entry.enter,
    )


def lead_to_hearing(folder: Path, reference: str, seed: bytes = b"lead") -> None:
    """Lead a case to `case_to_answer`, with an allegation and an item of evidence that the employee has had.

    Each case of a data folder needs a seed of its own.
    """
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=SeededDice(seed)) as workspace:
        school = choose_school(workspace, None)

        def take(step: str, on: str, by: str, **values: Any) -> None:
            loaded = find_case(workspace, school, reference)
            take_step(
                workspace, school, loaded, step, values=values, occurred=parse_occurred(on), taken_by=by
            )

        def case() -> Any:
            return find_case(workspace, school, reference)

        allegations.allege(
            workspace,
            school,
            case(),
            text="Put photographs of named pupils on the school's page without consent",
            clauses=["SMP-4.1b", "SMP-4.3"],
            band="S3",
            period=(NOW.date().replace(month=2, day=20), NOW.date().replace(month=2, day=20)),
        )
        take("triage", "2026-02-23", "Helen Marsh", **TRIAGE)
        take(
            "appoint_investigator",
            "2026-02-23",
            "Helen Marsh",
            investigator="Daniel Okoro",
            terms_of_reference="Who put the photographs up",
            report_due="2026-02-27",
        )
        evidence.add_evidence(workspace, school, case(), title="Screenshot", type_="screenshot", supports=[1])
        take(
            "hold_investigation_meeting",
            "2026-02-24T10:00",
            "Daniel Okoro",
            held_at="2026-02-24T10:00",
            invited="agreed",
            account="She thought that the forms were in.",
        )
        take(
            "report_investigation",
            "2026-02-25",
            "Daniel Okoro",
            summary="The photographs went up on 20 February.",
            points_for="The screenshot",
            points_against="She asked for the forms twice",
            rule_known="acknowledged",
            rule_known_because="Signed in September",
            evidence_obtained="The page is public",
            monitored="no",
            private_post=False,
            criminal_matter=False,
        )
        take("find_case_to_answer", "2026-02-26", "Helen Marsh", reasons="Consent is in doubt")
        evidence.disclose(workspace, school, case(), numbers=[1])
