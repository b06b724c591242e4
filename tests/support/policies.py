"""A policy of a few states for tests of the core, and the shipped one; calendars and catalogues, each made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from casework.procedure.bank_holidays import england_calendar
from casework.procedure.calendar import Calendar
from casework.procedure.load import load_catalogue, load_policy, shipped_catalogues, shipped_policies
from casework.procedure.model import Catalogue, Policy
from casework.procedure.resolve import with_settings

ROLES = (
    "employee",
    "reporter",
    "witness",
    "head",
    "investigator",
    "chair",
    "member",
    "appeal_chair",
    "clerk",
    "adviser",
    "governors",
    "companion",
)
"""The parts that people have in the small policy."""

RECORDERS = ["adviser", "clerk"]

SMALL: dict[str, Any] = {
    "language": 1,
    "id": "small",
    "version": "1",
    "title": "A small policy",
    "settings": {
        "notice_days": {"title": "Notice", "type": "integer", "value": 10, "minimum": 0, "maximum": 20},
        "floor_days": {"title": "Least notice", "type": "integer", "value": 5},
        "panel_size": {"title": "Panel", "type": "integer", "value": 3},
        "employer": {
            "title": "Employer",
            "type": "enum",
            "value": "council",
            "options": {"council": "The council", "school": "The school"},
            "dated": True,
        },
        "strict": {"title": "Strict", "type": "boolean", "value": False},
    },
    "roles": {role: {"title": role.replace("_", " ").capitalize()} for role in ROLES}
    | {"adviser": {"title": "HR adviser"}},
    "powers": {"dismiss": {"title": "Dismiss"}, "suspend": {"title": "Suspend"}},
    "sanctions": {
        "oral": {"title": "Oral warning", "level": 10, "decided_by": ["chair", "head"], "live_months": 6},
        "first": {
            "title": "First warning",
            "level": 20,
            "decided_by": ["chair"],
            "letter": "outcome",
            "live_months": 12,
        },
        "final": {
            "title": "Final warning",
            "level": 30,
            "decided_by": ["chair"],
            "follows": ["first"],
            "live_months": 12,
        },
        "dismissal": {
            "title": "Dismissal",
            "level": 50,
            "decided_by": ["governors"],
            "follows": ["final"],
            "dismissal": True,
            "power": "dismiss",
        },
    },
    "checklists": {
        "risk": {
            "title": "Risk",
            "questions": {
                "harm": {"text": "Was a child harmed?", "reasons": ["yes", "unclear"]},
                "other": {"text": "Is there anything else?", "answers": ["yes", "no"]},
            },
        }
    },
    "deadlines": {
        "look": {
            "title": "Look at the report",
            "starts": ["case_opened"],
            "stops": ["step:look"],
            "days": 3,
            "act_by": ["head"],
            "then": "Look now.",
        },
        "hearing": {
            "title": "Hold the hearing",
            "starts": ["step:look", "step:put_off"],
            "stops": ["step:hear"],
            "days": 15,
            "act_by": ["clerk"],
            "then": "Hold it now.",
        },
        "appeal": {
            "title": "Last day for an appeal",
            "starts": ["letter_served:outcome"],
            "stops": ["step:appeal"],
            "days": 10,
            "act_by": ["employee"],
            "then": "Close the case.",
        },
        "council_ends": {
            "title": "The council ends the contract",
            "starts": ["step:tell_council"],
            "stops": ["step:close"],
            "days": 14,
            "unit": "calendar_days",
            "count": "beginning_with",
            "counted_from": "told_on",
            "act_by": ["governors"],
            "then": "Ask for the letter.",
            "when": {"field": "effect", "is": "at_once"},
        },
    },
    "strands": {
        "procedure": {
            "title": "Procedure",
            "initial": "reported",
            "ordinary_path": ["look", "hear", "decide", "close"],
            "states": {
                "reported": {"title": "Reported", "stage": "reported"},
                "looked_at": {"title": "Looked at", "stage": "triaged"},
                "heard": {"title": "Heard", "stage": "hearing"},
                "decided": {"title": "Decided", "stage": "outcome"},
                "appealed": {"title": "Appealed", "stage": "appeal"},
                "closed": {"title": "Closed", "final": True},
            },
            "steps": {
                "look": {
                    "title": "Look at the report",
                    "from": ["reported"],
                    "to": "looked_at",
                    "by": ["head"],
                    "fields": {
                        "why": {"type": "text", "label": "Why"},
                        "investigator": {
                            "type": "party",
                            "label": "Investigator",
                            "assigns": "investigator",
                            "optional": True,
                        },
                    },
                },
                "put_off": {"title": "Put the hearing off", "from": ["looked_at"], "by": ["clerk", "chair"]},
                "hear": {
                    "title": "Hold the hearing",
                    "from": ["looked_at"],
                    "to": "heard",
                    "by": ["chair"],
                    "act": "hearing",
                    "fields": {
                        "held_at": {
                            "type": "datetime",
                            "label": "When it was held",
                            "occurrence": True,
                            "must_be": "on_or_before",
                        },
                        "answers": {"type": "text", "label": "What was answered", "each": "allegation"},
                    },
                    "requires": [
                        {"must": "letter_served", "letter": "invitation", "cites": ["ACAS-9a"]},
                        {
                            "must": "notice",
                            "letter": "invitation",
                            "until": "held_at",
                            "clear_working_days": "notice_days",
                            "cites": ["ACAS-11"],
                        },
                        {
                            "must": "different_people",
                            "id": "apart",
                            "roles": ["investigator"],
                            "apart_from": ["chair", "member"],
                            "waivable_by": ["governors"],
                            "cites": ["ACAS-6"],
                        },
                        {"should": "evidence_disclosed", "waivable_by": ["chair"], "cites": ["ACAS-9b"]},
                    ],
                },
                "decide": {
                    "title": "Decide on a sanction",
                    "from": ["heard"],
                    "to": "decided",
                    "by": ["chair", "head"],
                    "act": "decision",
                    "imposes": "field:sanction",
                    "letters": ["outcome"],
                    "fields": {
                        "sanction": {"type": "sanction", "label": "Sanction"},
                        "findings": {
                            "type": "enum",
                            "label": "Finding",
                            "each": "allegation",
                            "options": {"proved": "Proved", "not_proved": "Not proved"},
                        },
                        "reasons": {"type": "text", "label": "Reasons", "each": "allegation"},
                    },
                    "requires": [
                        {
                            "must": "findings_complete",
                            "field": "findings",
                            "proved": "at_least_one",
                            "cites": ["ACAS-18"],
                        },
                        {"must": "sanction_authority", "sanction": "sanction", "cites": ["ACAS-22a"]},
                        {
                            "should": "live_warning",
                            "sanction": "sanction",
                            "waivable_by": ["chair"],
                            "cites": ["ACAS-20"],
                            "because": "A final warning usually follows a first one.",
                        },
                    ],
                },
                "tell_council": {
                    "title": "Tell the council",
                    "from": ["decided"],
                    "by": ["governors", "clerk"],
                    "fields": {
                        "told_on": {"type": "date", "label": "When it was told", "must_be": "on_or_before"},
                        "effect": {
                            "type": "enum",
                            "label": "When it takes effect",
                            "options": {"at_once": "At once", "later": "Later"},
                        },
                    },
                },
                "appeal": {
                    "title": "Receive an appeal",
                    "from": ["decided"],
                    "to": "appealed",
                    "by": ["employee"],
                    "fields": {"grounds": {"type": "text", "label": "Grounds"}},
                    "requires": [
                        {
                            "should": "in_time",
                            "clock": "appeal",
                            "waivable_by": ["governors"],
                            "cites": ["ACAS-26"],
                        }
                    ],
                },
                "reduce": {
                    "title": "Uphold the appeal in part",
                    "from": ["appealed"],
                    "to": "decided",
                    "by": ["appeal_chair"],
                    "act": "appeal_decision",
                    "appeal_outcome": "upheld_in_part",
                    "imposes": "field:sanction",
                    "fields": {"sanction": {"type": "sanction", "label": "Sanction"}},
                    "requires": [
                        {"must": "sanction_not_increased", "sanction": "sanction", "cites": ["PAN-12"]},
                        {
                            "must": "different_people",
                            "id": "no_part",
                            "roles": ["appeal_chair"],
                            "apart_from": ["chair", "member", "investigator"],
                            "cites": ["ACAS-27"],
                        },
                    ],
                },
                "close": {
                    "title": "Close the case",
                    "from": ["looked_at", "decided", "appealed"],
                    "to": "closed",
                    "by": ["head", "clerk"],
                    "requires": [
                        {
                            "must": "strand_state",
                            "id": "nobody_is_away",
                            "strand": "leave",
                            "states": ["at_work", "back"],
                            "cites": ["SSR-19c"],
                        }
                    ],
                },
            },
        },
        "leave": {
            "title": "Leave",
            "initial": "at_work",
            "states": {
                "at_work": {"title": "At work"},
                "away": {"title": "Away"},
                "back": {"title": "Back", "final": True},
            },
            "steps": {
                "send_home": {
                    "title": "Send home",
                    "from": ["at_work"],
                    "to": "away",
                    "by": ["head"],
                    "fields": {
                        "risk": {"type": "checklist", "label": "Risk", "checklist": "risk"},
                        "review_on": {"type": "date", "label": "First review", "must_be": "after"},
                    },
                    "requires": [
                        {
                            "must": "checklist_answered",
                            "id": "risk_answered",
                            "field": "risk",
                            "cites": ["KCSIE-4.2"],
                        }
                    ],
                },
                "bring_back": {"title": "Bring back", "from": ["away"], "to": "back", "by": ["governors"]},
            },
        },
    },
    "rules": {},
}
"""The small policy as plain data: report, hearing after a served invitation, sanction, appeal; leave beside it."""


def with_recorders(data: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as plain data, with the usual recorders where a step names none."""
    strands = {
        name: {
            **strand,
            "steps": {key: {"recorders": RECORDERS, **step} for key, step in strand["steps"].items()},
        }
        for name, strand in data["strands"].items()
    }
    return {**data, "strands": strands}


@cache
def small() -> Policy:
    """The small policy."""
    return Policy.model_validate(with_recorders(SMALL))


def probing(
    requires: Sequence[Mapping[str, Any]] = (), fields: Mapping[str, Any] | None = None, **step: Any
) -> Policy:
    """The small policy with one more step, `probe`, which starts from every state and asks for `requires`."""
    data = with_recorders(SMALL)
    main = data["strands"]["procedure"]
    probe = {
        "title": "Probe",
        "from": list(main["states"]),
        "by": ["head"],
        "recorders": RECORDERS,
        "fields": dict(fields or {}),
        "requires": list(requires),
        **step,
    }
    main = {**main, "steps": {**main["steps"], "probe": probe}}
    return Policy.model_validate({**data, "strands": {**data["strands"], "procedure": main}})


@cache
def shipped(**settings: bool | int | str) -> Policy:
    """The shipped policy for maintained schools, with settings as a school adopts them."""
    policy = load_policy(shipped_policies()["england-maintained"])
    return with_settings(policy, settings, {}) if settings else policy


@cache
def social_media() -> Catalogue:
    """The shipped social media policy as a breach catalogue."""
    return load_catalogue(shipped_catalogues()["social-media"])


@cache
def england() -> Calendar:
    """England's working days around the dates of the tests."""
    return england_calendar(2025, 2028)
