"""The demonstration: one whole case, played in front of the reader, with everything that it leaves behind.

It is a scenario like those of the tests, and goes through the same services as every other face.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

from casework.base.errors import BadInput
from casework.procedure.diagram import diagram
from casework.scenario.model import load_scenario
from casework.scenario.run import play
from casework.services import audit, history

DEMO = Path(__file__).with_name("demo.yaml")
"""The scenario that the demonstration plays."""


def run_demo(out: Path, say: Callable[[str], None]) -> None:
    """Play the demonstration and leave its letters, packs, history, diagram and data folder in `out`.

    Args:
        out: a folder that does not exist yet, or is empty.
        say: is told each line.

    Raises:
        BadInput: `out` holds something already, or cannot be made.
    """
    _fresh(out)
    say = _wrapped(say)
    scenario = load_scenario(DEMO)
    say(f"{scenario.school.name}: {scenario.name}")
    say("The school, its people and everything they do are invented.\n")
    played = play(scenario, out / "data", say)
    for folder, made in (("letters", played.letters), ("packs", played.packs)):
        (out / folder).mkdir()
        for name, pdf in made.items():
            (out / folder / name).write_bytes(pdf)
    files = history.export(played.workspace, played.school, played.case, purpose="Demonstration")
    for name, data in files.items():
        (out / name).write_bytes(data)
    svg = diagram(played.case.policy, played.case.policy.main_strand)
    (out / "workflow.svg").write_text(svg, encoding="utf-8")
    report = audit.verify(played.workspace, [played.school])
    played.workspace.close()
    say(f"\n{len(played.refusals)} unlawful steps were tried and refused.")
    say(f"{report.events} events, {report.steps} steps replayed through the policy: {_verdict(report)}")
    say(f"\nLook into {out}:")
    say("  letters/          every letter, as it was issued")
    say(
        "  packs/            the papers of the hearing and of the appeal, each one PDF with an index by allegation"
    )
    say("  case-history.pdf  the history that an auditor takes away; case-history.json is the same as data")
    say("  workflow.svg      the procedure as a picture")
    say(
        "  data/             the database and its keys (made without a passphrase, for the demonstration only)"
    )
    say("\nTry:")
    say(f"  casework --data {out / 'data'} case timeline {played.reference}")
    say(f"  casework --data {out / 'data'} audit verify")


def _wrapped(say: Callable[[str], None]) -> Callable[[str], None]:
    """Lines no wider than a page, continued under their own beginning."""

    def wrap(text: str) -> None:
        for line in text.split("\n"):
            margin = " " * (len(line) - len(line.lstrip()))
            hanging = margin + ("  " if line.lstrip().startswith("- ") else "")
            say(
                "\n".join(textwrap.wrap(line, 108, subsequent_indent=hanging, drop_whitespace=True))
                if line
                else ""
            )

    return wrap


def _verdict(report: audit.AuditReport) -> str:
    return "whole and lawful" if report.whole else f"{len(report.findings)} findings"


def _fresh(out: Path) -> None:
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInput(f"{out} holds something already.", remedy="Name a new folder with --out.")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadInput(f"{out} cannot be made: {problem.strerror or 'unknown reason'}.") from None
