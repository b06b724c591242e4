"""What happened, in plain words, for every kind of event but steps, corrections and annulments.

One function for each kind. A kind that this release does not know is named and otherwise left alone.
"""

from __future__ import annotations

from collections.abc import Callable

from casework.records.entry import (
    Field,
    Item,
    Taken,
)
from casework.records.telling_evidence import EVIDENCE_TELLERS
from casework.records.told import Facts, Told, let_in_or_out, link_made, link_revoked, said
from casework.records.words import BANDS, METHODS, Words, day, lowered, period, readable


def tell(words: Words, facts: Facts, body: Facts | None) -> Told:
    """Return what an event says, from its facts and, where they may be shown, its words."""
    teller = _TELLERS.get(facts["kind"])
    if teller is None:
        return Told(
            "An event of a kind that this release does not know",
            f"Its kind is “{facts['kind']}”. Its fingerprint is below.",
        )
    return teller(words, facts, body or {})


def _case_opened(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        "Case opened",
        f"Under {words.policy.label}. The date is the day on which the school became aware."
        + (" It was taken over from paper where it stood." if facts.get("taken_over") else ""),
        said("What was reported", body, "summary"),
    )


def _policy_moved(words: Words, facts: Facts, body: Facts) -> Told:
    by = facts["approved_by"]
    return Told(
        f"Moved to the policy {words.policy_label(facts['to'])}",
        f"From {words.policy_label(facts['policy'])}, approved by {words.who(by['party']).full}"
        f" ({lowered(words.role(by['role']))}). What came before is not judged again; deadlines that run keep"
        " their dates.",
        said("Reason", body, "reason"),
    )


def _party_added(words: Words, facts: Facts, body: Facts) -> Told:
    roles = _roles(words, facts)
    return Told(
        "Person joined the case",
        f"{words.who(facts['party']).full} joined the case{f' as {roles}' if roles else ', without a part yet'}.",
    )


def _party_roles_changed(words: Words, facts: Facts, body: Facts) -> Told:
    roles = _roles(words, facts)
    now = f"now has the part of {roles}" if roles else "has no part any more"
    return Told(
        "Person’s part changed", f"{words.who(facts['party']).full} {now}.", said("Reason", body, "reason")
    )


def _party_details_changed(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        "Person’s details changed",
        f"The case has these details of {words.who(facts['party']).full} from here on. Old and new both stand.",
    )


def _roles(words: Words, facts: Facts) -> str:
    return ", ".join(lowered(words.role(role)) for role in facts["roles"])


def _allegation_put(words: Words, facts: Facts, body: Facts) -> Told:
    amended = facts["kind"] == "allegation_amended"
    clauses = list(dict.fromkeys(words.clause(code).number for code in facts["clauses"]))
    word = "Clauses" if len(clauses) > 1 else "Clause"
    lines = [f"{word} {', '.join(clauses)}" if clauses else "No clause named"]
    lines.append(f"band {BANDS.get(facts['band'], facts['band'])}")
    if facts.get("period"):
        lines.append(period(facts["period"]))
    if facts["gross_misconduct"]:
        lines.append("may be gross misconduct")
    return Told(
        f"{words.allegation(facts['allegation'])} {'amended' if amended else 'put'}",
        f"{'; '.join(lines)}.",
        said("The allegation now" if amended else "The allegation", body, "text"),
    )


def _allegation_withdrawn(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(f"{words.allegation(facts['allegation'])} withdrawn", "", said("Reason", body, "reason"))


def _letter_proposed(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        f"{words.letter(facts['letter'])} proposed",
        f"{words.letter_title(facts['letter'], facts['template'])}, to {words.who(facts['recipient']).full}.",
    )


def _letter_revised(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        f"{words.letter(facts['letter'])} written anew",
        f"{words.letter_title(facts['letter'], facts['template'])}. An approval of what it said before ends.",
    )


def _letter_approved(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(
        f"{words.letter(facts['letter'])} approved",
        f"By {words.who(facts['approved_by']['party']).full}, as it stands.",
        said("What shows it", body, "evidence"),
    )


def _letter_issued(words: Words, facts: Facts, body: Facts) -> Told:
    replaced = facts.get("supersedes")
    instead = f" It takes the place of {lowered(words.letter(replaced))}." if replaced else ""
    sender = facts.get("sender", {})
    by = f" Signed by {words.who(sender['party']).full}." if "party" in sender else ""
    return Told(
        f"{words.letter(facts['letter'])} issued",
        f"{words.letter_title(facts['letter'], facts['template'])}.{by}{instead}",
    )


def _letter_served(words: Words, facts: Facts, body: Facts) -> Told:
    method = METHODS.get(facts["method"], readable(facts["method"]))
    return Told(
        f"{words.letter(facts['letter'])} served",
        f"{method}. It counts as received on {day(facts['effective'])}.",
        said("Proof", body, "proof"),
    )


_FAILURES = {
    "refused": "It was refused.",
    "returned": "It came back.",
    "not_found": "Nobody was there to take it.",
}
_SCANS = {
    "signed_copy": "Signed copy",
    "receipt": "Receipt",
    "proof_of_posting": "Proof of posting",
    "reply": "Reply",
    "other": "Scan",
}


def _letter_undelivered(words: Words, facts: Facts, body: Facts) -> Told:
    stands = (
        "It was sent all the same, and counts as received as before."
        if facts["counts"]
        else f"That service does not count. The letter counts as received on {day(facts['effective'])}."
        if "effective" in facts
        else "That service does not count, and nothing runs from it."
    )
    return Told(
        f"{words.letter(facts['letter'])} not delivered",
        f"{_FAILURES.get(facts['failure'], readable(facts['failure']))} {stands}",
        said("What is known of it", body, "words"),
    )


def _letter_file_added(words: Words, facts: Facts, body: Facts) -> Told:
    kind = _SCANS.get(facts["type"], readable(facts["type"]))
    return Told(
        f"{kind} added to {lowered(words.letter(facts['letter']))}", "", said("File", body, "file_name")
    )


def _letter_withdrawn(words: Words, facts: Facts, body: Facts) -> Told:
    return Told(f"{words.letter(facts['letter'])} withdrawn", "", said("Reason", body, "reason"))


def _triage_answered(words: Words, facts: Facts, body: Facts) -> Told:
    questions = words.policy.triage.questions if words.policy.triage else {}
    items = []
    order = {name: at for at, name in enumerate(questions)}
    given = sorted(facts["answers"].items(), key=lambda item: order.get(item[0], len(order)))
    for name, answer in given:  # facts have them by name, people read them as they were asked
        asked = questions.get(name)
        label = asked.text if asked else readable(name)
        said_ = asked.answers.get(answer, readable(answer)) if asked else readable(answer)
        reason = str(body.get("reasons", {}).get(name, ""))
        how = (
            " (with the rest)"
            if name in facts["bulk"]
            else " (on record already)"
            if name in facts["known"]
            else ""
        )
        items.append(Item(label, f"{said_}{how}{f': {reason}' if reason else ''}", answer))
    band = facts.get("band")
    bands = dict.fromkeys((band["from"], band["to"])) if band else ()
    severity = " to ".join(BANDS.get(item, item) for item in bands) or "left open"
    stop = " Somebody had to act first." if facts["stop"] else ""
    by = words.who(facts["answered_by"]["party"]).full
    return Told(
        "Triage questions answered",
        f"Answered by {by}. Severity: {severity}.{stop}",
        said("Why no to the rest", body, "rest"),
        fields=(
            Field("answers", "What was answered", "", None, tuple(items), not body and bool(facts["given"])),
        ),
    )


_NOTES = {"note": "Note added", "advice": "Advice recorded", "minutes": "Minutes added"}
_APART = {"deliberation": "The panel’s deliberation", "safeguarding": "Safeguarding note"}
_NOTE_LABELS = {"note": "Note", "advice": "Advice", "minutes": "Minutes"}


def _note_added(words: Words, facts: Facts, body: Facts) -> Told:
    kind = facts["type"]
    label = _NOTE_LABELS.get(kind) or _APART.get(kind) or readable(kind)
    apart = "It is kept apart, and opens only for those whom it concerns." if kind in _APART else ""
    return Told(_NOTES.get(kind, f"{label} added"), apart, said(label, body, "text"))


_MOVED = {
    "deadline_extended": "Deadline extended",
    "deadline_paused": "Deadline stands still",
    "deadline_resumed": "Deadline runs on",
}


def _deadline_moved(words: Words, facts: Facts, body: Facts) -> Told:
    decided = words.who(facts["taken_by"]["party"]).full
    return Told(
        f"{_MOVED[facts['kind']]}: {words.clock(facts['deadline'])}",
        f"Decided by {decided}.",
        said("Reason", body, "reason"),
    )


def _step_on_paper(words: Words, facts: Facts, body: Facts) -> Told:
    taken, found = facts["taken_by"], body.get("findings", ())
    others = ", ".join(words.who(party).name for party in facts["with"])
    items = [Item("With", others, None)] if others else []
    items += [Item(f"Not in order ({item['rule']})", str(item["says"]), None) for item in found]
    items += [Item("What can be done", str(item["remedy"]), None) for item in found if item.get("remedy")]
    return Told(
        f"{words.step_title(facts['step'])} (on paper)",
        "It happened before the case was taken over. It moved nothing, and nothing is decided on it.",
        tuple(items),
        strand=words.strand(facts["strand"]),
        taken_by=Taken(
            words.who(taken["party"]),
            words.role(taken["role"]) if taken["role"] else "No role in the case",
            "From paper",
            "",
        ),
        irregular=bool(facts["broke"]),
    )


_TELLERS: dict[str, Callable[[Words, Facts, Facts], Told]] = {
    "case_opened": _case_opened,
    "policy_moved": _policy_moved,
    "party_added": _party_added,
    "party_roles_changed": _party_roles_changed,
    "party_details_changed": _party_details_changed,
    "allegation_added": _allegation_put,
    "allegation_amended": _allegation_put,
    "allegation_withdrawn": _allegation_withdrawn,
    **EVIDENCE_TELLERS,
    "letter_proposed": _letter_proposed,
    "letter_revised": _letter_revised,
    "letter_approved": _letter_approved,
    "letter_issued": _letter_issued,
    "letter_served": _letter_served,
    "letter_undelivered": _letter_undelivered,
    "letter_file_added": _letter_file_added,
    "letter_withdrawn": _letter_withdrawn,
    "note_added": _note_added,
    "triage_answered": _triage_answered,
    "step_on_paper": _step_on_paper,
    "deadline_extended": _deadline_moved,
    "deadline_paused": _deadline_moved,
    "deadline_resumed": _deadline_moved,
    "let_in": let_in_or_out,
    "let_out": let_in_or_out,
    "link_made": link_made,
    "link_revoked": link_revoked,
}
