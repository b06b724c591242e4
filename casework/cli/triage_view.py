"""What triage has come to, for people and for programs: answers, registers, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from casework.cli.output import alarming, answer, say, strong
from casework.cli.receipts import receipt_json
from casework.cli.tables import listed, pairs, paragraph, table

if TYPE_CHECKING:
    from casework.cases.triage import Follows, Routed
    from casework.cli.session import Session
    from casework.procedure.triage import Triage
    from casework.services.loading import LoadedCase
    from casework.services.recorder import Receipt
    from casework.services.triage import RegisterSays


def show_triage(
    session: Session,
    loaded: LoadedCase,
    says: tuple[RegisterSays, ...],
    *,
    as_json: bool,
    why: bool,
    receipt: Receipt | None = None,
    opened: Sequence[str] = (),
) -> None:
    """Print the answers that stand and what follows from them; with a receipt, that they were recorded."""
    from casework.services.triage import routed_now, worth_showing

    routed = routed_now(loaded)
    data = triage_json(loaded, routed, says)
    parts = [strong(f"Triage of {loaded.case.reference}")]
    if receipt is not None:
        data |= {**receipt_json(session, receipt), "opened": list(opened)}
        if session.rehearsal:
            say("Nothing was recorded: this is what would stand.")
            data.pop("command")
        elif receipt.repeated:
            say("This command had been recorded before; nothing was added.")
    else:
        parts.append(_questions(loaded))
    parts += [
        _section("Opened with it", "\n".join(paragraph(item, 4, first="  - ") for item in opened)),
        outcome_text(loaded, routed, why=why, entered=_entered(loaded, says)),
        _section("The registers", registers_text(worth_showing(loaded, says))),
        _next(loaded, routed),
    ]
    answer(as_json, data, "\n\n".join(part for part in parts if part))


def triage_json(loaded: LoadedCase, routed: Routed, says: tuple[RegisterSays, ...]) -> dict[str, Any]:
    """Return what triage has come to as plain data."""
    from casework.cases.triage import triage_of
    from casework.cases.triage_answers import answers_of

    questions, standing = triage_of(loaded.policy).questions, answers_of(loaded.case, loaded.policy)
    return {
        "reference": loaded.case.reference,
        "questions": [
            {
                "question": name,
                "number": item.number,
                "text": item.text,
                "answers": dict(item.answers),
                "singly": item.singly,
                "answer": standing.get(name),
                "bulk": name in loaded.case.triage and loaded.case.triage[name].bulk,
                "known": name in loaded.case.triage and loaded.case.triage[name].known,
            }
            for name, item in questions.items()
        ],
        "registers": registers_json(says),
        **routed_json(routed),
    }


def routed_json(routed: Routed) -> dict[str, Any]:
    """Return what follows from the answers as plain data, each point with the question and the rules behind it."""
    return {
        "band": {"from": routed.band[0], "to": routed.band[1]} if routed.band else None,
        "stop": routed.stop,
        "usual_routes": list(routed.usual),
        "decided": routed.decided,
        "open": list(routed.open),
        "follows": [
            {
                "kind": item.kind,
                "name": item.name,
                "says": item.says,
                "question": item.question,
                "number": item.number,
                "answer": item.answer,
                "cites": list(item.cites),
            }
            for item in routed.follows
        ],
    }


def registers_json(says: tuple[RegisterSays, ...]) -> list[dict[str, Any]]:
    """Return what the registers say as plain data."""
    return [
        {
            "register": item.register,
            "number": item.number,
            "status": item.status,
            "says": item.says,
            "entries": list(item.entries),
        }
        for item in says
    ]


def registers_text(says: tuple[RegisterSays, ...]) -> str:
    """Return what the registers say, one sentence on each line."""
    lines = []
    for item in says:
        text = paragraph(item.says, 4, first="  - ")
        lines.append(alarming(text) if item.status == "pattern" else text)
    return "\n".join(lines)


def _entered(loaded: LoadedCase, says: tuple[RegisterSays, ...]) -> frozenset[str]:
    """The registers that have an entry of this very case."""
    known = loaded.policy.registers
    return frozenset(
        item.register
        for item in says
        if item.status != "none"
        and item.register in known
        and (found := known[item.register].triage) is not None
        and found.asks == "case"
    )


def outcome_text(
    loaded: LoadedCase, routed: Routed, *, why: bool = False, entered: Collection[str] = ()
) -> str:
    """Return what follows from the answers, in words."""
    from casework.cases.triage import triage_of

    triage = triage_of(loaded.policy)
    usual = listed([triage.routes[name].title.lower() for name in routed.usual], "or")
    parts = []
    if routed.stop:
        parts.append(alarming("Stop here: somebody has to act first. Nothing more is asked before that."))
    rows = [
        ("How serious", band_text(triage, routed)),
        ("Usual route", "" if _is_blank(triage, routed) else usual.capitalize()),
        ("Decided", triage.routes[routed.decided].title if routed.decided else ""),
        ("Dealt with by", "; ".join(item.says for item in routed.of("handled_by"))),
        ("Opened beside it", "; ".join(item.says for item in routed.of("opens"))),
        ("Letters due", ", ".join(item.says for item in routed.of("letter"))),
        ("Bear in mind", "; ".join(item.says for item in (*routed.of("tag"), *routed.of("says")))),
        ("No answer yet", _unanswered(triage, routed)),
    ]
    parts.append(pairs(rows))
    if routed.unusual:
        parts.append(
            paragraph(f"The route is not the usual one for this ({usual}). The reason is on record.")
        )
    parts.append(_section("To do", tasks_text(triage, routed, why=why, entered=entered)))
    if why:
        parts.append(_section("Why", _why(triage, routed)))
    return "\n\n".join(part for part in parts if part)


def band_text(triage: Triage, routed: Routed) -> str:
    """Return the range of severity in words."""
    if _is_blank(triage, routed):
        return "Nothing can be said before a question is answered"
    if routed.band is None:
        return "Open, until a question above is settled"
    low, high = routed.band
    title = triage.bands[high].title
    said = f"{high} ({title})" if low == high else f"{low} to {high} (at most {title[:1].lower()}{title[1:]})"
    return f"{said}{', by the answers so far' if routed.open else ''}. Guidance, never a result."


def _is_blank(triage: Triage, routed: Routed) -> bool:
    return len(routed.open) == len(triage.questions)


def tasks_text(triage: Triage, routed: Routed, *, why: bool = False, entered: Collection[str] = ()) -> str:
    """Return what is to be done as a table: by when, by whom, what; nothing if there is nothing.

    A task names the register that it fills; `entered` are those that have an entry of the case already.
    """
    rows = []
    for item in routed.of("task"):
        task = triage.tasks[item.name]
        there = ", entered" if task.register_ in entered else ""
        told = f"{task.text.rstrip('.')}. [{task.register_}{there}]" if task.register_ else task.text
        reason = f"\n{item.number}: {', '.join(item.cites)}" if why else ""
        rows.append((task.within, task.by, told + reason))
    return table(["By when", "Who", "What"], rows)


def _why(triage: Triage, routed: Routed) -> str:
    rows = [(item.says, _asked(triage, item), ", ".join(item.cites)) for item in routed.follows]
    return table(["What follows", "Because of", "Rules"], rows)


def _asked(triage: Triage, item: Follows) -> str:
    question = triage.questions[item.question]
    return f"{item.number} {question.text} {question.answers[item.answer]}"


def _unanswered(triage: Triage, routed: Routed) -> str:
    if not routed.open:
        return ""
    if _is_blank(triage, routed):
        return "No question has an answer yet"
    return f"{len(routed.open)} of {len(triage.questions)} questions: {', '.join(routed.open)}"


def _questions(loaded: LoadedCase) -> str:
    """Every question with its answer, as it is answered with --answer."""
    from casework.cases.triage import triage_of
    from casework.cases.triage_answers import answers_of

    standing = answers_of(loaded.case, loaded.policy)
    rows = []
    for name, question in triage_of(loaded.policy).questions.items():
        given = loaded.case.triage.get(name)
        said = question.answers[standing[name]] if name in standing else f"({'|'.join(question.answers)})"
        note = (
            " [with the rest]"
            if given and given.bulk
            else " [on record already]"
            if given and given.known
            else ""
        )
        rows.append((name, question.text, said + note))
    return table(["Question", "What is asked", "Answer"], rows)


def _next(loaded: LoadedCase, routed: Routed) -> str:
    """The command that goes on with what was decided."""
    from casework.cases.triage import triage_of
    from casework.cli.standing import typed_step

    step = triage_of(loaded.policy).routes[routed.decided].step if routed.decided else None
    if step is None or loaded.case.last_step(step) is not None:
        return ""
    return f"Then: casework case step {loaded.case.reference} {typed_step(step)} --help"


def _section(heading: str, text: str) -> str:
    return f"{strong(heading)}\n{text}" if text else ""
