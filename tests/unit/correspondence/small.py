"""Small letters for tests, written into a folder that goes before the shipped letters."""

from __future__ import annotations

import textwrap
from pathlib import Path

from casework.base.resources import letters_dir
from casework.correspondence.check import check_letter
from casework.correspondence.language import FILE as LANGUAGE
from casework.correspondence.library import Library

HEAD = """\
title: A small letter
catalogue: [L-99]
recipient: employee
sent_by: [headteacher]
before_outcome: true
steps: [triage]
"""

FIELDS = """\
fields:
  yes_or_no: {type: boolean, label: Whether it is so}
  kind: {type: enum, label: Which kind, options: {a: an A, b: a B, c: a C}}
  words: {type: text, label: Some words}
  only_a: {type: text, label: Needed for an A, when: {field: kind, is: a}}
  items: {type: list, label: Some items, minimum: 0}
  people: {type: parties, label: Some people}
"""

USE_ALL = """\
{% if fields.yes_or_no %}{% endif %}{{ fields.words }}
{% if fields.kind == "a" %}{{ fields.only_a }}{% endif %}
{% for item in fields.items %}{{ item }}{% endfor %}
{% for person in fields.people %}{{ person.name }}{% endfor %}
"""


def library(folder: Path, template: str, required: str = "", fields: str = FIELDS) -> Library:
    """Return a library of one letter, `small`."""
    place = folder / "small"
    place.mkdir(exist_ok=True)
    listed = f"required:\n{textwrap.indent(textwrap.dedent(required), '  ')}" if required else ""
    (place / "letter.yaml").write_text(HEAD + fields + listed)
    (place / "letter.html.j2").write_text(template)
    (folder / LANGUAGE).write_bytes((letters_dir() / LANGUAGE).read_bytes())
    return Library((folder,))


def reasons(folder: Path, template: str, required: str = "", fields: str = FIELDS) -> list[str]:
    """Return why the check refuses a small letter, `file:line: reason`."""
    made = library(folder, template, required, fields)
    found = [*made.findings, *(check_letter(made, "small") if "small" in made.letters else [])]
    assert all(finding.remedy or "letter.yaml" in finding.file for finding in found)
    return [f"{finding.file.removeprefix('small/')}:{finding.line}: {finding.reason}" for finding in found]
