"""`casework case show` and `brief`: a case with its names and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer, strong
from casework.cli.session import Session
from casework.cli.standing import (
    announced,
    due_json,
    due_text,
    may_be_done,
    next_json,
    states_json,
    states_text,
)
from casework.cli.tables import day, listed, pairs, paragraph, table

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase

_ASKED_OF_EVERY_STEP = {
    "state": "where the case stood",
    "taken_by": "who may take it",
    "recorded_by": "who may record it",
    "occurred": "the date",
}


@click.command(
    short_help="Show everything that is on a case.",
    epilog=example("casework case show ASH-26-7KQ4", "casework case show ASH-26-7KQ4 --json"),
)
@reference
@as_json
@pass_session
def show(session: Session, reference: str, as_json: bool) -> None:
    """Show everything that is on a case: where it stands, people, allegations, evidence, letters, steps and notes.

    That you read it is put on the access log.
    """
    from casework.cli.case_review import review_line
    from casework.cli.letters_due import letters_next
    from casework.services.case_view import opened
    from casework.services.steps import next_steps

    loaded = session.case(reference)
    view = opened(session.workspace, session.school, loaded)
    today = local_date(session.workspace.clock.now())
    possible = next_steps(session.workspace, session.school, loaded)
    letters, letters_data = letters_next(session, loaded, today)
    due = due_text(loaded, today)
    parts = [
        strong(f"{view['reference']}, reported {day(view['reported'])}"),
        paragraph(view["summary"]),
        announced(loaded),
        pairs([*states_text(loaded), ("Policy", view["policy"]), review_line(session, loaded)]),
        _section("People", _people(loaded, view)),
        _section("Allegations", _allegations(view)),
        _section("Evidence", _evidence(view)),
        _section("Letters", _letters(view)),
        _section("Steps", _steps(loaded, view)),
        _section(
            "Notes", pairs([(f"{n['event']}  {n['type']}", n["text"]) for n in view["notes"]], indent=2)
        ),
        _section("Due", due),
        letters,
        may_be_done(possible),
    ]
    data = {
        **view,
        "states": states_json(loaded),
        "due": due_json(loaded, today),
        "letters_due": letters_data,
        "next": next_json(possible),
    }
    answer(as_json, data, "\n\n".join(part for part in parts if part))


@click.command(
    short_help="Say on half a page where a case stands.", epilog=example("casework case brief ASH-26-7KQ4")
)
@reference
@as_json
@pass_session
def brief(session: Session, reference: str, as_json: bool) -> None:
    """Say on half a page what a case is about, where it stands, what is due and what may be done next.

    That you read it is put on the access log.
    """
    from casework.cli.letters_due import letters_next
    from casework.services.case_view import names_of, opened
    from casework.services.steps import next_steps

    loaded = session.case(reference)
    view = opened(session.workspace, session.school, loaded)
    today = local_date(session.workspace.clock.now())
    possible = next_steps(session.workspace, session.school, loaded)
    _, letters_data = letters_next(session, loaded, today)
    roles = [
        (loaded.policy.roles[role].title, listed(names_of(view, role)))
        for role in loaded.policy.roles
        if names_of(view, role)
    ]
    alleged = "\n".join(
        paragraph(item["text"], indent=5, first=f"  {item['number']}  ")
        for item in view["allegations"]
        if not item["withdrawn"]
    )
    due = due_text(loaded, today)
    triaged, registers = _triage(session, loaded)
    parts = [
        strong(f"{view['reference']}, reported {day(view['reported'])}"),
        paragraph(view["summary"]),
        pairs([*states_text(loaded), *roles]),
        _section("Alleged", alleged),
        _section("Triage", triaged.pop("text", "")),
        _section("The registers", registers.pop("text", "")),
        _section("Due", due),
        may_be_done(possible),
    ]
    data = {
        "reference": view["reference"],
        "seen": view["seen"],
        "summary": view["summary"],
        "people": view["people"],
        "allegations": view["allegations"],
        **triaged,
        **registers,
        "states": states_json(loaded),
        "due": due_json(loaded, today),
        "letters_due": letters_data,
        "next": next_json(possible),
    }
    answer(as_json, data, "\n\n".join(part for part in parts if part))


def _triage(session: Session, loaded: LoadedCase) -> tuple[dict[str, Any], dict[str, Any]]:
    """What triage has come to and what the registers say, as data and as `text`; nothing where there is no triage."""
    if loaded.policy.triage is None:
        return {}, {}
    from casework.cli.triage_view import band_text, registers_json, registers_text, routed_json
    from casework.services.triage import registers_say, routed_now, worth_showing

    routed = routed_now(loaded)
    shown = worth_showing(loaded, registers_say(session.workspace, session.school, loaded))
    rows = []
    if len(routed.open) < len(loaded.policy.triage.questions):
        matters = (*routed.of("handled_by"), *routed.of("opens"), *routed.of("tag"))
        rows = [
            ("How serious", band_text(loaded.policy.triage, routed)),
            ("Bear in mind", "; ".join(item.says for item in matters)),
        ]
    return (
        {"triage": routed_json(routed), "text": pairs(rows, indent=2)},
        {"registers": registers_json(shown), "text": registers_text(shown)},
    )


def _section(heading: str, text: str) -> str:
    return f"{strong(heading)}\n{text}" if text else ""


def _people(loaded: LoadedCase, view: dict[str, Any]) -> str:
    titles = loaded.policy.roles
    return table(
        ["Name", "Job", "Part in the case"],
        [
            (
                person["name"],
                person["title"],
                listed([titles[role].title if role in titles else role for role in person["roles"]]),
            )
            for person in view["people"]
        ],
    )


def _allegations(view: dict[str, Any]) -> str:
    return table(
        ["No.", "Alleged", "Clauses", "Band", "When", "Standing"],
        [
            (
                str(item["number"]),
                item["text"],
                ", ".join(item["clause_numbers"]),
                f"{item['band']}{', may be gross misconduct' if item['gross_misconduct'] else ''}",
                listed(list(dict.fromkeys(map(day, item["period"] or ()))), "to"),
                "withdrawn" if item["withdrawn"] else "stands",
            )
            for item in view["allegations"]
        ],
    )


def _evidence(view: dict[str, Any]) -> str:
    given = {"disclosed": "yes", "withheld": "withheld", "supplied": "supplied it", "open": "not yet"}
    return table(
        ["No.", "What", "Type", "Points", "Employee has it"],
        [
            (
                str(item["number"]),
                item["title"],
                item["type"].replace("_", " "),
                item["points"],
                given[item["status"]],
            )
            for item in view["evidence"]
        ],
    )


def _letters(view: dict[str, Any]) -> str:
    return table(
        ["No.", "Letter", "To", "Issued", "Counts as received"],
        [
            (
                str(item["number"]),
                item["letter"],
                item["to"],
                f"{day(item['issued_on'])}{'' if item['stands'] else ' (no longer stands)'}",
                day(item["effective"]),
            )
            for item in view["letters"]
        ],
    )


def _steps(loaded: LoadedCase, view: dict[str, Any]) -> str:
    titles = loaded.policy.roles
    return table(
        ["Event", "When", "Step", "Taken by", "Remarks"],
        [
            (
                str(item["event"]),
                _when(item["occurred"]),
                item["title"],
                f"{item['taken_by']} ({titles[item['role']].title if item['role'] in titles else item['role']})",
                _remarks(item),
            )
            for item in view["steps"]
        ],
    )


def _when(occurred: dict[str, str]) -> str:
    if "date" not in occurred:
        return "not known"
    return day("T".join(part for part in (occurred["date"], occurred.get("time")) if part))


def _remarks(step: dict[str, Any]) -> str:
    remarks = []
    if step["irregular"] or step["breached"]:
        remarks.append(f"irregular: {_named(step['breached'])}")
    if step["waived"]:
        remarks.append(f"waived: {_named(step['waived'])}")
    if step["corrected_by"]:
        remarks.append(f"corrected by event {listed([str(n) for n in step['corrected_by']])}")
    return "; ".join(remarks)


def _named(requirements: list[str]) -> str:
    """Requirements in words: those that every step has by what they ask, the policy's by their own names."""
    return listed([_ASKED_OF_EVERY_STEP.get(name, name.replace("_", " ")) for name in requirements])
