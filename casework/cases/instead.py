"""What to do instead of a correction or an annulment that cannot be, by what is on record."""

from __future__ import annotations


def instead_of_annulling(kind: str) -> str:
    """What can be done instead of annulling an event on which the whole case rests."""
    return {
        "case_opened": "Correct the date of the report (`casework case correct`), or end the case by a step: "
        "`casework case next` says which.",
        "annulled": "Record anew what was annulled by mistake.",
        "party_added": "Change the parts that the person has: `casework case assign`.",
        "policy_moved": "Move the case again: `casework case move`.",
        "let_in": "Let them out again: `casework case let-out`.",
        "let_out": "Let them in again: `casework case let-in`.",
        "link_made": "Revoke the link: `casework case link revoke`.",
        "link_revoked": "Make another link: `casework case link create`.",
    }[kind]


def instead_of_correcting(kind: str) -> str:
    """How what an event of this kind says is put right, where a correction does not do it."""
    ways = {
        "party": "Change somebody's parts with `casework case assign`, their name and address with "
        "`casework case update-person`.",
        "allegation": "Amend the allegation: `casework case allege --amend`.",
        "let": "Let them in or out again: `casework case let-in`, `casework case let-out`.",
        "link": "Revoke the link and make another: `casework case link revoke`, `casework case link create`.",
        "letter": "A letter is not altered: issue a new one in its place, `casework letter issue --supersedes`.",
    }
    if kind == "letter_served":
        return "Annul it (`casework case annul`), and record again how the letter was served."
    usual = "Only a date can be corrected here, or the answers of a step. Add what is right: `casework case note`."
    return ways.get(kind.partition("_")[0], usual)
