"""A sample case for the tests of histories: decided by the core, recorded in a real log, always the same.

All people are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.base.ids import SeededDice, new_id
from casework.base.time import format_instant, parse_instant, parse_occurred
from casework.cases import acts, amend, evidence_acts, letter_acts
from casework.cases.decide import decide
from casework.cases.model import Case
from casework.cases.replay import Recorded, replay
from casework.cases.request import Context, Decision, StepRequest, WaiverRequest
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.checkpoint import Signer
from casework.ledger.event import NewEvent
from casework.ledger.seal import StreamKey
from casework.procedure.calendar import Calendar, NamedDay
from casework.procedure.model import Catalogue, Clause, Policy
from casework.procedure.resolve import digest
from casework.records.input import HistoryInput, RecordedEvent

GOLDEN = Path(__file__).parents[2] / "golden" / "records"

CALENDAR = Calendar(
    name="Test",
    known_from=date(2026, 1, 1),
    known_until=date(2026, 12, 31),
    holidays=(
        NamedDay(date(2026, 4, 3), "Good Friday"),
        NamedDay(date(2026, 4, 6), "Easter Monday"),
        NamedDay(date(2026, 5, 4), "Early May bank holiday"),
    ),
)

CATALOGUE = Catalogue(
    language=1,
    id="social-media",
    version="1",
    title="Social media, for tests",
    policy_name="Social Media Policy",
    clauses=(
        Clause(
            number="4.1(b)",
            code="SMP-4.1b",
            says="No upload without consent",
            type="prohibition",
            chargeable=True,
        ),
        Clause(number="5.2", code="SMP-5.2", says="No disrepute", type="prohibition", chargeable=True),
    ),
)


@cache
def sample_policy() -> Policy:
    """Return the small policy of the golden history."""
    return Policy.model_validate(yaml.safe_load((GOLDEN / "policy.yaml").read_text("utf-8")))


@dataclass
class Story:
    """A case being written: each act is decided on the case as it stands, and recorded.

    `bodies` and `facts` hold what was recorded; ids come from seeded dice.
    """

    policy: Policy = field(default_factory=sample_policy)
    seed: bytes = b"history"
    now: datetime = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    history: list[Recorded] = field(default_factory=list)
    bodies: list[Mapping[str, Any]] = field(default_factory=list)
    parties: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = SeededDice(self.seed)
        self.adviser = {"party": self.id(), "role": "hr_adviser"}
        self.parties["Ruth Adeyemi"] = self.adviser["party"]

    def id(self) -> str:
        return new_id(self.dice)

    @property
    def n(self) -> int:
        return len(self.history)

    @property
    def case(self) -> Case:
        return replay(self.history)

    @property
    def context(self) -> Context:
        return Context(self.now, CALENDAR, CALENDAR.digest())

    def at(self, instant: str) -> Story:
        """Let it be this moment: local winter or summer time makes no difference, it is UTC."""
        self.now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        return self

    def record(self, decision: Decision) -> int:
        """Record what was decided; returns the event's number."""
        self.history.append(Recorded(self.n + 1, format_instant(self.now), dict(decision.facts)))
        self.bodies.append(dict(decision.body))
        return self.n

    def raw(self, facts: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> int:
        """Record facts that no function of this release writes."""
        return self.record(Decision(facts, body or {}))

    def open(self, reported: str, summary: str) -> int:
        return self.record(
            acts.open_case(
                policy=self.policy,
                policy_digest=digest(self.policy),
                catalogues=[digest(CATALOGUE)],
                reference="ASH-26-7KQ4",
                reported=parse_occurred(reported),
                summary=summary,
                recorder=self.adviser,
                context=self.context,
            )
        )

    def join(self, name: str, title: str, *roles: str, **flags: bool) -> str:
        party = self.parties.setdefault(name, self.id())
        self.record(
            acts.add_party(
                party=party,
                roles=roles,
                person={"person": self.id(), "name": name, "title": title},
                flags=flags,
                recorder=self.adviser,
                policy=self.policy,
            )
        )
        return party

    def details(self, who: str, **words: str) -> int:
        """Give the person called `who` when they joined other details."""
        return self.record(
            acts.change_details(
                self.case, party=self.parties[who], person=words, flags={}, recorder=self.adviser
            )
        )

    def allege(
        self,
        text: str,
        *clauses: str,
        band: str = "S2",
        period: str = "",
        amends: str = "",
        gross: bool = False,
    ) -> str:
        allegation = amends or self.id()
        first, _, last = period.partition("/")
        days = (date.fromisoformat(first), date.fromisoformat(last or first)) if period else None
        self.record(
            acts.allege(
                self.case,
                allegation=allegation,
                text=text,
                clauses=clauses,
                band=band,
                period=days,
                gross_misconduct=gross,
                catalogues=[CATALOGUE],
                recorder=self.adviser,
                context=self.context,
            )
        )
        return allegation

    def withdraw_allegation(self, allegation: str, reason: str) -> int:
        return self.record(
            acts.withdraw_allegation(self.case, allegation=allegation, reason=reason, recorder=self.adviser)
        )

    def evidence(self, title: str, type_: str, *supports: str, points: str = "for", file: str = "") -> str:
        item = self.id()
        sealed = {"id": self.id(), "sealed_sha256": self.dice.bytes(32).hex()} if file else None
        words: dict[str, Any] = {"title": title, "source": "ICT technician"}
        if file:
            words |= {
                "file_key": self.dice.bytes(32).hex(),
                "file_sha256": self.dice.bytes(32).hex(),
                "file_size": 48213,
                "file_name": file,
                "media_type": "image/png",
            }
        self.record(
            evidence_acts.add_evidence(
                self.case,
                evidence=item,
                type_=type_,
                points=points,
                supports=supports,
                words=words,
                file=sealed,
                occurred=parse_occurred(self.now.date().isoformat()),
                recorder=self.adviser,
                context=self.context,
            )
        )
        return item

    def disclose(self, *items: str, how: Any = "disclosed", reason: str = "") -> int:
        return self.record(
            evidence_acts.disclose_evidence(
                self.case,
                evidence=items,
                how=how,
                reason=reason,
                occurred=parse_occurred(self.now.date().isoformat()),
                recorder=self.adviser,
                context=self.context,
            )
        )

    def note(self, text: str, type_: str = "note") -> int:
        return self.record(
            acts.add_note(
                type_=type_,
                text=text,
                occurred=parse_occurred(self.now.date().isoformat()),
                recorder=self.adviser,
                context=self.context,
            )
        )

    def step(self, step: str, by: str, on: str = "", **options: Any) -> int:
        """Take a step as the person called `by`; the rest of `options` are its fields."""
        asked = StepRequest(
            step=step,
            occurred=parse_occurred(on) if on else None,
            taken_by=self.parties[by],
            recorded_by=self.adviser["party"],
            recorder_role="hr_adviser",
            basis=options.pop("basis", "email"),
            authority=options.pop("authority", ""),
            waivers=tuple(options.pop("waivers", ())),
            irregular=options.pop("irregular", None),
            values=options,
        )
        return self.record(decide(self.case, self.policy, asked, self.context))

    def waiver(self, requirement: str, by: str, reason: str, advice: str = "") -> WaiverRequest:
        return WaiverRequest(requirement, self.parties[by], reason, advice)

    def letter(self, template: str, to: str, by: str, supersedes: str | None = None, title: str = "") -> str:
        """Propose and issue a letter on one day."""
        letter = self.id()
        self.record(
            letter_acts.propose_letter(
                self.case,
                letter=letter,
                template=template,
                recipient=self.parties[to],
                covers=(),
                words={"input": {"venue": "Room 4"}, **({"title": title} if title else {})},
                recorder=self.adviser,
            )
        )
        self.record(
            letter_acts.issue_letter(
                self.case,
                letter=letter,
                policy=self.policy,
                file={"id": self.id(), "sealed_sha256": self.dice.bytes(32).hex()},
                checkpoint_size=self.n,
                words={
                    "file_key": self.dice.bytes(32).hex(),
                    "file_sha256": self.dice.bytes(32).hex(),
                    "file_size": 31870,
                    "file_name": f"{template}.pdf",
                },
                supersedes=supersedes,
                sender={"party": self.parties[by], "role": "headteacher"},
                recorder=self.adviser,
                context=self.context,
            )
        )
        return letter

    def serve(self, letter: str, method: str, on: str, proof: str = "") -> int:
        return self.record(
            letter_acts.serve_letter(
                self.case,
                letter=letter,
                policy=self.policy,
                method=method,
                proof=proof,
                occurred=parse_occurred(on),
                recorder=self.adviser,
                context=self.context,
            )
        )

    def correct(self, event: int, reason: str, on: str = "", **values: Any) -> int:
        return self.record(
            amend.correct(
                self.history,
                event=event,
                values=values,
                occurred=parse_occurred(on) if on else None,
                reason=reason,
                policies={digest(self.policy): self.policy},
                recorder=self.adviser,
                context=self.context,
            )
        )

    def annul(self, event: int, reason: str) -> int:
        return self.record(
            amend.annul(
                self.history,
                event=event,
                reason=reason,
                policies={digest(self.policy): self.policy},
                recorder=self.adviser,
                context=self.context,
            )
        )

    def given(self, exported: str = "2026-05-20T09:00:00.000Z") -> HistoryInput:
        """Seal everything in a log of its own and return what a history is made from."""
        dice = SeededDice(self.seed + b"/log")
        log, stream = new_id(dice), new_id(dice)
        private = Ed25519PrivateKey.from_private_bytes(dice.bytes(32))
        signer = Signer.holding(f"casework.example/{new_id(dice)}/cases/1", private)
        key = StreamKey.generate(stream, "main", 1, dice)
        head, note, events = LogHead.empty(log, signer.name), "", []
        for event, body in zip(self.history, self.bodies, strict=True):
            new = NewEvent(stream, event.facts, body)
            sealed = seal_events([new], log=log, first_n={stream: event.n}, keys=lambda _: key, dice=dice)
            done = extend(head, sealed, command=new_id(dice), now=parse_instant(event.recorded), sign=signer)
            head, note = done.head, done.note
            events.append(
                RecordedEvent(
                    event.n, done.events[0].pos, event.recorded, done.events[0].envelope, event.facts, body
                )
            )
        return HistoryInput(
            school="Ashgrove Primary School",
            reference="ASH-26-7KQ4",
            exported=exported,
            policy=self.policy,
            catalogues=[CATALOGUE],
            calendars={CALENDAR.digest(): CALENDAR},
            events=events,
            note=note,
            origin=signer.name,
            verifier=signer.verifier().to_text(),
        )


def changed(given: HistoryInput, n: int, **parts: Any) -> HistoryInput:
    """Return the input with parts of event `n` changed, such as `body=None` for withheld words."""
    events = [replace(event, **parts) if event.n == n else event for event in given.events]
    return replace(given, events=events)
