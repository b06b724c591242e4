"""Proves that each letter says what it must, whatever the facts.

For each letter:

1. every required passage is there on every path: for each combination of values of the fields that decide over it, it
   stands where nothing can take it away. What is in a loop, or hangs on whether somebody gets a copy, does not count;
2. no passage is marked that the letter does not require, and none that may say nothing;
3. conditions test declared enum and boolean fields; nothing is computed;
4. the fields that are declared are the fields that are used, each only where it is given;
5. a letter sent before the outcome has no word of guilt (LX-4), and no letter prints a code of ours (LX-2);
6. the rule that a passage cites is one of `rules.yaml`, or a rule for letters of our own (`letter:…`);
7. the markup is plain, so that nothing that is there stays unseen (`casework.correspondence.markup`);
8. a school's own letters change nothing that they may not (`casework.correspondence.overlay`).

Everything that is wrong is returned at once.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from casework.base.resources import letters_dir, workflows_dir
from casework.correspondence.catalogue import Letter, Passage, When
from casework.correspondence.conditions import Values, assignments
from casework.correspondence.findings import Finding
from casework.correspondence.language import FILE as LANGUAGE
from casework.correspondence.language import guilt_words, our_codes
from casework.correspondence.library import Library, shipped
from casework.correspondence.markup import markup_findings
from casework.correspondence.overlay import merged, overlay_findings, read_files
from casework.correspondence.walk import Texts, walk
from casework.correspondence.walked import Occurrence, Walked
from casework.correspondence.withheld import withheld_words
from casework.procedure.source import Path_ as Place
from casework.procedure.source import read_source


def check_all(folders: Sequence[Path] = ()) -> list[Finding]:
    """Check every letter of `folders`, or the shipped ones if there are none; return what is wrong, sorted.

    A shipped letter that no file of the folders belongs to is as it is, and is not checked again.
    """
    layers = [read_files(folder) for folder in folders]
    found = [finding for _, wrong in layers for finding in wrong]
    return sorted({*found, *check_files(merged([files for files, _ in layers]))})


def check_files(files: Mapping[str, str]) -> list[Finding]:
    """Check a school's own files and every letter that they change, or all of ours if there are none."""
    library = Library.over(files) if files else Library.read()
    found = list(library.findings)
    if any(finding.file == LANGUAGE for finding in found):  # without a language no template can be followed
        return sorted(set(found))
    for letter in library.letters.values():
        if library.changed(letter.id):
            found += check_letter(library, letter.id)
    if files:
        found += overlay_findings(library, shipped())
    return sorted(set(found))


def check_letter(library: Library, letter_id: str, texts: Texts | None = None) -> list[Finding]:
    """Check one letter; return what is wrong, sorted.

    Args:
        library: the letters.
        letter_id: which one.
        texts: returns the text of a template by name; the library's own if not given.

    Raises:
        UnknownLetter: there is no such letter.
    """
    letter = library.letter(letter_id)
    found = list(_conditions_declared(library, letter))
    if found:  # what hangs on a field that is not there cannot be followed
        return sorted(set(found))
    walked = walk(letter, texts or library.text, library.environment)
    found += walked.findings
    found += _passages(library, letter, walked)
    found += _fields(library, letter, walked)
    found += _words(library, letter, walked.of("text"))
    found += _unnamed(library, letter, walked)
    found += _never(letter, walked.of("text"))
    found += _citations(library, letter)
    for file in {occurrence.file for occurrence in walked.occurrences}:
        found += markup_findings(file, (texts or library.text)(file) or "", _stylesheet())
    return sorted(set(found))


def _conditions_declared(library: Library, letter: Letter) -> Iterator[Finding]:
    """Yield each `when` that does not test a declared enum or boolean field."""
    for name, field in letter.fields.items():
        if field.when is None:
            continue
        yield from _when(library, letter, ("fields", name), field.when)
        below = letter.deciding.get(field.when.field)
        if field.decides and below is not None and below.when:
            reason = f"{name} hangs on {field.when.field}, which hangs on another field."
            yield library.finding(letter, ("fields", name), reason, "Make it one enum.")
    for passage in letter.required:
        if passage.when:
            yield from _when(library, letter, ("required", passage.id), passage.when)


def _when(library: Library, letter: Letter, place: Place, when: When) -> Iterator[Finding]:
    """Yield what is wrong with one `when`."""
    field = letter.deciding.get(when.field)
    if field is None:
        remedy = "Name an enum or boolean field of this letter."
        yield library.finding(letter, place, f"There is no field {when.field} to decide.", remedy)
        return
    for value in when.is_:
        if value not in field.values:
            remedy = f"It is one of {', '.join(str(value) for value in field.values)}."
            yield library.finding(letter, place, f"{when.field} is never {value!r}.", remedy)


def _passages(library: Library, letter: Letter, walked: Walked) -> Iterator[Finding]:
    """Yield each required passage that can be missing, and each that is marked but not required."""
    marked: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in walked.of("passage"):
        marked[occurrence.value].append(occurrence)
    required = {passage.id for passage in letter.required}
    for passage in letter.required:
        yield from _always_there(library, letter, passage, marked[passage.id])
    for occurrence in walked.of("passage"):
        if occurrence.value not in required:
            reason = f"{letter.file} does not require the passage {occurrence.value}."
            yield Finding(
                occurrence.file, occurrence.line, reason, "Add it to `required`, or correct the id."
            )


def _always_there(
    library: Library, letter: Letter, passage: Passage, marked: list[Occurrence]
) -> Iterator[Finding]:
    """Yield the first combination of values under which a passage is required and not certain to be there."""
    tested = {name for occurrence in marked for name in occurrence.tested()}
    tested |= {passage.when.field} if passage.when else set()
    for values in assignments(tested, letter.deciding):
        wanted = passage.when is None or passage.when.holds(values)
        if wanted and not any(occurrence.reached(values) for occurrence in marked):
            where = f" where {_said(values)}" if values else ""
            reason = f"The passage {passage.id} is missing{where}: {passage.says}"
            remedy = f'Mark it in {letter.template} with {{% satisfies "{passage.id}" %}}, outside loops.'
            yield library.finding(letter, ("required", passage.id), reason, remedy)
            return


def _fields(library: Library, letter: Letter, walked: Walked) -> Iterator[Finding]:
    """Yield each field that is declared and not used, and each that is used where it is not given."""
    uses: dict[str, list[Occurrence]] = defaultdict(list)
    for read in walked.of("read") + walked.of("asked"):
        if read.value.startswith("fields."):
            uses[read.value.split(".")[1].removesuffix("[]")].append(read)
    for name, field in letter.fields.items():
        if not uses[name]:
            yield library.finding(
                letter, ("fields", name), f"{name} is declared and never used.", "Leave it out."
            )
        for read in uses[name]:
            if field.when and (values := _not_given(letter, field.when, read)) is not None:
                reason = f"{name} is used where {_said(values)}, and is not given there."
                yield Finding(read.file, read.line, reason, f"Ask for {field.when.field} around it.")


def _not_given(letter: Letter, when: When, read: Occurrence) -> Values | None:
    """Return values under which a field is read though it is not given, or None if there are none."""
    for values in assignments({*read.tested(), when.field}, letter.deciding):
        if read.reached(values) is not False and not when.holds(values):
            return values
    return None


def _words(library: Library, letter: Letter, texts: Iterable[Occurrence]) -> Iterator[Finding]:
    """Yield each word that this letter must not use."""
    for text in texts:
        if letter.before_outcome:
            for word in guilt_words(text.value, library.language):
                remedy = "Nothing is decided yet: say “alleged” or “potential”, or leave it out."
                yield Finding(text.file, text.line, f"“{word}” takes guilt for granted.", remedy)
        for word, why in withheld_words(letter, text.value, library.language):
            yield Finding(text.file, text.line, f"“{word}” {why}.", "This letter withholds it: leave it out.")
        for code in our_codes(text.value):
            yield Finding(
                text.file, text.line, f"“{code}” is a code of ours.", "Say it in words the reader knows."
            )


def _never(letter: Letter, texts: Iterable[Occurrence]) -> Iterator[Finding]:
    """Yield each place where a letter says, in some case, what it must never say then."""
    for text in texts:
        for item in letter.never:
            for words in item.found(text.value) if _said_when(letter, item.when, text) else ():
                yield Finding(text.file, text.line, f"“{words}”: {item.says}", "Say it in other words.")


def _said_when(letter: Letter, when: When | None, text: Occurrence) -> bool:
    """Say whether a text can be reached where a condition holds."""
    tested = text.tested() | ({when.field} if when else set())
    return any(
        (when is None or when.holds(values)) and text.reached(values) is not False
        for values in assignments(tested, letter.deciding)
    )


def _unnamed(library: Library, letter: Letter, walked: Walked) -> Iterator[Finding]:
    """Yield each place where a letter that withholds who the employee is would say it."""
    if "employee" not in letter.withholds:
        return
    for name, field in letter.fields.items():
        if any(source == "party.employee" or source.startswith("subject.") for source in field.sources):
            reason = f"{name} tells who the employee is, which this letter withholds."
            yield library.finding(letter, ("fields", name), reason, "Leave it out.")
    for read in walked.of("read"):
        if read.value.startswith("allegations"):
            reason = "The allegations tell who the employee is, which this letter withholds."
            yield Finding(read.file, read.line, reason, "Say what the reader has to know in general words.")


def _citations(library: Library, letter: Letter) -> Iterator[Finding]:
    """Yield each passage that cites a rule which is not there; `ret:1` cites all of RET-1a, RET-1b and so on."""
    for passage in letter.required:
        cited = passage.rule.replace(":", "-").casefold()
        if cited.startswith("letter-") or cited in _rules() or cited in {rule[:-1] for rule in _rules()}:
            continue
        reason = f"There is no rule {passage.rule}."
        remedy = (
            "Name a rule of rules.yaml in small letters, such as acas:10, or letter:… for one of our own."
        )
        yield library.finding(letter, ("required", passage.id), reason, remedy)


@functools.cache
def _rules() -> frozenset[str]:
    """The ids of the shipped rules of law and practice, in small letters."""
    source = read_source(workflows_dir() / "rules.yaml", "rules.yaml")
    return frozenset(rule.casefold() for rule in source.value["rules"])


@functools.cache
def _stylesheet() -> str:
    """The stylesheet of all letters."""
    return (letters_dir() / "letter.css").read_text("utf-8")


def _said(values: Values) -> str:
    """Return values as a person says them: `school_type is trust and suspended is false`."""
    return " and ".join(f"{name} is {str(value).lower()}" for name, value in sorted(values.items()))
