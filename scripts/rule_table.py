"""Writes docs/reference/rules.md: every rule of law and practice, what holds to it, and the tests that show it.

`python scripts/rule_table.py` renews the file; a test compares it with the policies, letters and tests as they are.

Where a rule is held to is found, not written: whatever cites it in a policy, has its passage in a letter or asks it in
the fairness review. `rules_outside_policy.yaml` beside this script says it for rules that code keeps, and why for those
that nothing does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from casework.cases.review_rules import RULES as REVIEWED
from casework.correspondence.library import shipped as shipped_letters
from casework.procedure.load import load_policy, shipped_policies
from casework.procedure.model import CitedRule, Policy, Role

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference" / "rules.md"
OUTSIDE = Path(__file__).with_name("rules_outside_policy.yaml")

HEAD = """# Rules

Every rule of law and practice that casework knows, in our own words: how strong it is, what holds to it, and the tests
that show it. Built from the Acas Code and the other sources that `casework policy explain RULE` names; it is no legal
advice. Renew this page with `python scripts/rule_table.py`.

| strength | what casework does |
| --- | --- |
| HARD | refuses the step or the letter until it holds, or those who are named waive it; a clock turns red |
| SOFT | asks for a waiver, with a reason, by whoever is named; or counts the time; or asks for the facts |
| RECORD | keeps the fact |
| INFO | explains; nothing is refused |

The mark after a rule says how its source was confirmed: R the source was read, S a secondary source, G general
knowledge; a star means an older edition. Whatever is not plain R is unconfirmed.

A step, question or letter is named as in the procedure, and a test by its place under `tests/`, whole cases first.
*Maintained* and *academy* stand where only one of the two procedures has it. Those who waive are named as in a
maintained school; in an academy the trust board stands for the governing body, and the principal for the head teacher.
"""

REFUSES: Final = "Refused until it holds"
WAIVED: Final = "Refused, unless {} waives it"
SHOULD: Final = "Needs a waiver otherwise, by {}"
ASKED: Final = "Asked at"
LETTER: Final = "Said in the letter"
DATED: Final = "Has a date"
COUNTED: Final = "Counted, but no date of a case"
CHECKLIST: Final = "A question of the list"
TRIAGE: Final = "Asked or told in triage, at"
REGISTER: Final = "Kept in the register"
SETTING: Final = "Set by the school"
SANCTION: Final = "Part of the sanction"
POWER: Final = "A power that is delegated"
CARD: Final = "On the card for the first ten minutes"
STEP: Final = "A step for it"
REVIEW: Final = "Asked by the fairness review"
CODE: Final = "Kept by the program"

ORDER: Final = (
    REFUSES,
    WAIVED,
    SHOULD,
    ASKED,
    STEP,
    LETTER,
    DATED,
    COUNTED,
    CHECKLIST,
    TRIAGE,
    REGISTER,
    SANCTION,
    POWER,
    SETTING,
    CARD,
    CODE,
    REVIEW,
)
"""The places in the order in which a rule shows them."""

WEAK: Final = (COUNTED, STEP, SETTING, POWER, CARD, REVIEW)
"""Places that explain a rule or ask about it afterwards; alone they do not hold anybody to it."""

NAMED: Final = 3
"""How many steps, letters or tests stand beside a rule; more would hide them."""

_LETTER_TESTS: Final = "unit/correspondence/test_letters.py"
_SECTIONS: Final = re.compile(r"  # --- (.+?) -+$")
_KINDS: Final = {
    "deadlines": DATED,
    "counted_elsewhere": COUNTED,
    "checklists": CHECKLIST,
    "triage": TRIAGE,
    "registers": REGISTER,
    "settings": SETTING,
    "sanctions": SANCTION,
    "powers": POWER,
    "card": CARD,
}


@dataclass
class Held:
    """Where a rule is held to: each way, with who waives it and what it concerns in which policies; and its tests.

    `known_as` are the names by which tests know what holds to it, with how much each name says.
    """

    places: dict[tuple[str, tuple[str, ...]], dict[str, set[str]]] = field(default_factory=dict)
    tests: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    known_as: dict[str, int] = field(default_factory=dict)

    def add(self, how: str, what: str, policy: str = "", *, who: tuple[str, ...] = ()) -> None:
        """Note one place; `policy` is empty where it is the same for all."""
        self.places.setdefault((how, who), {}).setdefault(what, set()).add(policy)

    @property
    def holds(self) -> bool:
        """Whether something holds to the rule while a case goes on, not only afterwards."""
        return any(how not in WEAK for how, _ in self.places)

    def in_words(self, applies: set[str]) -> str:
        """All places, for a rule that these policies have; those that only explain it where no other holds."""
        told = sorted(self.places.items(), key=lambda item: ORDER.index(item[0][0]))
        return "<br>".join(
            _phrase(how, who, what, applies)
            for (how, who), what in told
            if how in (COUNTED, REVIEW) or how not in WEAK or not self.holds
        )

    def shown(self) -> list[str]:
        """The tests, whole cases first and those first that say most about what holds to the rule."""
        most = max(self.tests.values(), default=0)
        telling = [test for test, says in self.tests.items() if says > 1 or most == 1]
        return sorted(telling, key=lambda test: (not test.startswith("scenarios/"), -self.tests[test], test))


def _phrase(how: str, who: tuple[str, ...], what: Mapping[str, set[str]], applies: set[str]) -> str:
    found = set.union(*what.values())
    names = [
        name if not having - {""} or having >= applies else f"{name} (*{_short(*having)}*)"
        for name, having in what.items()
        if name
    ]
    more = f", and {len(names) - NAMED} more" if len(names) > NAMED + 1 else ""
    named = ", ".join(names[: NAMED if more else NAMED + 1])
    said = how.format(_or(who, found)) if who else how
    return f"{said}: {named}{more}" if named else said


def _or(roles: tuple[str, ...], found: set[str]) -> str:
    """Return the titles of roles as people say them, in the words of the first policy that has the place."""
    titles = next(policy.roles for name, policy in policies().items() if name in found)
    told = [
        f"the {titles[role].title[:1].lower()}{titles[role].title[1:]}{_only(titles[role])}" for role in roles
    ]
    return " or ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def _only(role: Role) -> str:
    """Return in which schools somebody may waive, where that is not all of them."""
    return f" ({' or '.join(map(str, role.waives_when.is_))} only)" if role.waives_when else ""


def _short(policy: str, *_: str) -> str:
    return policy.rpartition("-")[2]


@cache
def policies() -> dict[str, Policy]:
    """Return every procedure that a school can adopt, by name."""
    return {name: load_policy(folder) for name, folder in sorted(shipped_policies().items(), reverse=True)}


@cache
def rules() -> dict[str, CitedRule]:
    """Return every rule by id, in the order in which they are written."""
    return {rule: about for policy in policies().values() for rule, about in policy.rules.items()}


def sections() -> dict[str, str]:
    """Return the heading under which each rule stands in `rules.yaml`."""
    found, heading = {}, ""
    for line in (ROOT / "workflows" / "rules.yaml").read_text("utf-8").splitlines():
        if named := _SECTIONS.match(line):
            heading = named[1]
        elif line.startswith("  ") and not line.startswith("   ") and ":" in line:
            found[line.strip().partition(":")[0]] = heading
    return found


def _cited(
    value: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, Any]]]:
    """Yield each citation in a policy's data: the rule, where it stands, and the entry that cites it."""
    if isinstance(value, Mapping):
        for rule in value.get("cites") or ():
            yield rule, path, value
        for key, item in value.items():
            yield from _cited(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _cited(item, path)


def _note(held: Held, policy: Policy, path: tuple[str, ...], entry: Mapping[str, Any]) -> None:
    """Add the place where a policy cites a rule."""
    if path[0] == "strands":
        _note_step(held, policy, path, entry)
    elif path[0] in _KINDS:
        held.add(_KINDS[path[0]], _title(policy, path), policy.id)
        if path[0] not in ("card", "settings"):
            held.known_as.setdefault(path[1], 1)


def _title(policy: Policy, path: tuple[str, ...]) -> str:
    """Return what a person calls the place of a citation outside the steps."""
    kind, *names = path
    if kind == "card":
        return ""
    if kind == "triage":
        asked = policy.triage.questions.get(names[1]) if policy.triage and names[0] == "questions" else None
        return asked.number if asked else "the tasks"
    found = getattr(policy, kind)[names[0]]
    return f"“{found.title}”"


def _note_step(held: Held, policy: Policy, path: tuple[str, ...], entry: Mapping[str, Any]) -> None:
    step = path[path.index("steps") + 1]
    title = f"“{policy.steps[step][1].title}”"
    if path[-1] != "requires":
        held.add(ASKED if "fields" in path else STEP, title, policy.id)
        held.known_as.setdefault(step, 1)
        return
    who = tuple(entry["waivable_by"])
    how = SHOULD if entry["strength"] == "should" else WAIVED if who else REFUSES
    held.add(how, title, policy.id, who=who)
    held.known_as[str(entry["id"])] = 3


@cache
def held() -> dict[str, Held]:
    """Return where each rule is held to, by rule id; a rule that nothing holds to has no places."""
    found: dict[str, Held] = {rule: Held() for rule in rules()}
    for policy in policies().values():
        for rule, path, entry in _cited(policy.model_dump()):
            if rule in found:
                _note(found[rule], policy, path, entry)
    _add_letters(found)
    for asked in REVIEWED:
        if asked.id in found:
            found[asked.id].add(REVIEW, "")
    for rule, said in outside().items():
        if "kept" in said:
            found[rule].add(CODE, said["kept"])
        for test in said.get("tests", ()):
            found[rule].tests[test] += 9
    _add_tests(found)
    return found


def _add_letters(found: dict[str, Held]) -> None:
    spelt = {rule.lower(): rule for rule in found}
    for letter in shipped_letters().letters.values():
        for passage in letter.required:
            named = passage.rule.replace(":", "-")
            for rule in {
                spelt[name] for name in spelt if name == named or name in (f"{named}{x}" for x in "abcd")
            }:
                found[rule].add(LETTER, f"“{letter.title}”")
                found[rule].tests[_LETTER_TESTS] += 2


@cache
def outside() -> dict[str, dict[str, Any]]:
    """Return what is said by hand: for a rule, either `kept` with `tests`, or `not_kept` with the reason."""
    return yaml.safe_load(OUTSIDE.read_text("utf-8")) or {}


def _add_tests(found: dict[str, Held]) -> None:
    """Count, for each test, how much it names of a rule: the rule, and the requirements, steps and registers for it."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*")):
        if path.suffix in {".yaml", ".py"} and not {"golden", "support", "openings"} & set(path.parts):
            named = str(path.relative_to(ROOT / "tests"))
            for word in set(re.findall(r"[A-Za-z0-9_.-]+", path.read_text("utf-8"))):
                places[word.strip(".")].add(named)
    for rule, item in found.items():
        for name, says in {rule: 2, **item.known_as}.items():
            for test in places.get(name, ()):
                item.tests[test] += says


def page() -> str:
    """Return the page."""
    lines, heading = [HEAD.rstrip()], ""
    sectioned = sections()
    for rule, about in rules().items():
        named = sectioned.get(rule, "What stands in an academy for the staffing regulations")
        if named != heading:
            heading = named
            lines += ["", f"## {heading}", "", "| rule | strength | held to by | shown by |"]
            lines.append("| --- | --- | --- | --- |")
        lines.append(_row(rule, about))
    return "\n".join(lines) + "\n"


def _row(rule: str, about: CitedRule) -> str:
    applies = {policy.id for policy in policies().values() if rule in policy.rules}
    only = "" if len(applies) == len(policies()) else f" *{_short(*applies).capitalize()} only.*"
    where = held()[rule]
    said = outside().get(rule, {}).get("not_kept")
    by = "<br>".join(filter(None, (where.in_words(applies), f"Not kept: {said}" if said else "")))
    shown = "<br>".join(f"`{test}`" for test in where.shown()[:NAMED]) if where.places else ""
    return f"| **{rule}** ({about.status}) {about.title}{only} | {about.strength} | {by or 'It explains.'} | {shown} |"


def main() -> None:
    """Write the page."""
    FILE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
