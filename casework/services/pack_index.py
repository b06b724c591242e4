"""The index of a pack: from each allegation to the evidence that bears on it, and to what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from casework.correspondence.library import shipped
from casework.records.pack import Charge, Paper
from casework.records.words import POINTS, readable
from casework.services.letter_facts import period_words
from casework.services.loading import body_of

if TYPE_CHECKING:
    from casework.cases.model import Allegation
    from casework.services.pack_contents import Contents


def charges(contents: Contents, papers: Mapping[str, Paper]) -> tuple[Charge, ...]:
    """Return the index: each allegation that stands, with the papers that bear on it and the finding.

    `papers` are those of the pack, by the id of what they are.
    """
    return tuple(_charge(contents, item, papers) for item in contents.loaded.case.standing_allegations)


def _charge(contents: Contents, item: Allegation, papers: Mapping[str, Paper]) -> Charge:
    finding, rests = _finding(contents, item)
    bearing = [
        one for one in contents.items() if one.id in papers and (item.id in one.supports or one.id in rests)
    ]
    text = str(body_of(contents.workspace, contents.loaded, item.n).get("text", ""))
    numbers = list(dict.fromkeys(_clause(contents, code) for code in item.clauses))
    word = "Clause" if len(numbers) == 1 else "Clauses"
    when = period_words(item, shipped().language)
    return Charge(
        item.number,
        text,
        f"{word} {', '.join(numbers)}" if numbers else "",
        when[:1].upper() + when[1:],
        finding,
        tuple(papers[one.id] for one in bearing),
        {papers[one.id].key: POINTS.get(one.points, one.points) for one in bearing},
        tuple(papers[one.id].key for one in bearing if one.id in rests),
    )


def _clause(contents: Contents, code: str) -> str:
    clauses = [c.by_code[code] for c in contents.loaded.catalogues if code in c.by_code]
    return clauses[0].number if clauses else code


def _finding(contents: Contents, item: Allegation) -> tuple[str, frozenset[str]]:
    """What was found on an allegation, newest last, and the items of evidence that it rests on."""
    found, rests = [], frozenset[str]()
    for record in contents.loaded.case.steps:
        if record.n > contents.closed_by and contents.purpose == "hearing":
            break
        step = contents.step(record)
        for name, field_ in step.fields.items() if step is not None else ():
            value = record.values.get(name)
            if field_.each != "allegation" or not isinstance(value, Mapping) or item.id not in value:
                continue
            if field_.type == "enum":
                answer = str(value[item.id])
                found.append(
                    f"{field_.options.get(answer) or readable(answer)} ({record.occurred.describe()})"
                )
            elif not isinstance(value[item.id], str):
                rests = frozenset(value[item.id])
    return ("; ".join(found) or "None yet. Those who hear the matter decide."), rests
