"""Finds and reads the letters: ours, and before them a school's own."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import FunctionLoader
from pydantic import BaseModel, ValidationError

from casework.base.resources import letters_dir
from casework.base.words import did_you_mean
from casework.correspondence.catalogue import Letter, LetterFile, Shared
from casework.correspondence.conditions import Values
from casework.correspondence.errors import UnknownLetter
from casework.correspondence.findings import Finding, raise_if_any
from casework.correspondence.language import FILE as LANGUAGE
from casework.correspondence.language import Language
from casework.correspondence.look import FILE as LOOK
from casework.correspondence.look import Look
from casework.correspondence.recognise import KnownWords
from casework.correspondence.template import LetterEnvironment, environment
from casework.correspondence.walk import walk
from casework.correspondence.walked import Walked
from casework.procedure.source import Path_ as Place
from casework.procedure.source import Source, read_source, read_text

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SHARED: Final = "shared"
_OF_EVERY_LETTER: Final = frozenset((LANGUAGE,))
"""Files that change every letter."""

_M = TypeVar("_M", bound=BaseModel)


class Library:
    """Letters from one or more folders. Made by `Library.load`; nothing in it changes.

    `letters` are the letters by id, `findings` what was wrong with the files of those that could not be read.
    `files` are texts by name that go before the folders: a school's own, as it adopted them. A letter to which none of
    them belongs is the very one of `behind`, if that is given.
    """

    def __init__(
        self,
        folders: tuple[Path, ...],
        files: Mapping[str, str] | None = None,
        behind: Library | None = None,
    ) -> None:
        self.folders = folders
        self.files: Mapping[str, str] = files or {}
        self._behind = behind
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self._shared: dict[str, Shared] = {}
        self._walked: dict[str, Walked] = {}
        self._known_words: dict[str, KnownWords] = {}
        self._printed: dict[tuple[str, tuple[tuple[str, bool | str], ...]], tuple[str, ...]] = {}
        self.letters: dict[str, Letter] = {id: letter for id, letter in self._read_letters()}

    @classmethod
    def read(cls, folders: Sequence[Path] = ()) -> Library:
        """Read the letters of `folders`, which go before the shipped ones, file by file; see `findings`."""
        return cls((*folders, letters_dir()))

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> Library:
        """Read as `read` does, and refuse letters that cannot be read.

        Raises:
            LettersWrong: a letter's file cannot be read; every error is named.
        """
        library = cls.read(folders)
        raise_if_any(library.findings)
        return library

    @classmethod
    def over(cls, files: Mapping[str, str]) -> Library:
        """Return the shipped letters behind a school's own files; see `findings`."""
        return cls((letters_dir(),), files, shipped())

    @classmethod
    def adopted(cls, files: Mapping[str, str]) -> Library:
        """Return what `over` does, and refuse letters that cannot be read.

        Raises:
            LettersWrong: a letter's file cannot be read; every error is named.
        """
        library = cls.over(files)
        raise_if_any(library.findings)
        return library

    def changed(self, letter_id: str) -> bool:
        """Say whether this letter is another than the one behind."""
        return self._behind is None or self._behind.letters.get(letter_id) is not self.letters[letter_id]

    def letter(self, letter_id: str) -> Letter:
        """Return the letter of this id.

        Raises:
            UnknownLetter: there is none; close ids are suggested.
        """
        if letter_id in self.letters:
            return self.letters[letter_id]
        close = difflib.get_close_matches(letter_id, self.letters, n=3)
        raise UnknownLetter(
            f"There is no letter called {letter_id!a}.",
            remedy=did_you_mean(close) or f"There are: {', '.join(self.letters)}.",
            letters=list(self.letters),
        )

    @functools.cached_property
    def environment(self) -> LetterEnvironment:
        """The templates of these letters."""
        return environment(self.language, FunctionLoader(self.text))

    @functools.cached_property
    def look(self) -> Look:
        """How these letters look: what the school says of it, if that can be read; else nothing."""
        said = as_model(self.source(LOOK), Look)[0] if self.text(LOOK) is not None else None
        return said or Look()

    @functools.cached_property
    def language(self) -> Language:
        """How these letters say dates and lists.

        Raises:
            LettersWrong: the file of the language cannot be read.
        """
        raise_if_any(finding for finding in self.findings if finding.file == LANGUAGE)
        return Language.model_validate(self.source(LANGUAGE).value)

    def text(self, name: str) -> str | None:
        """Return the text of the file of this name, from the first place that has it; None if none has."""
        if name in self.files:
            return self.files[name]
        place = self._place(name)
        return place.read_text("utf-8") if place else None

    def source(self, name: str) -> Source:
        """Return the YAML file of this name as read; what is wrong with it is among its errors."""
        if name not in self.files:
            return read_source(self._place(name) or Path(name), name)
        source = Source(name)
        read_text(self.files[name], source)
        return source

    def _place(self, name: str) -> Path | None:
        """Return where the file of this name is, in the first folder that has it; None for a name that leads out."""
        if Path(name).is_absolute() or ".." in Path(name).parts:
            return None
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def walked(self, letter_id: str) -> Walked:
        """Return what the template of this letter holds, walked once.

        Raises:
            UnknownLetter: there is no such letter.
        """
        if self._behind is not None and letter_id in self.letters and not self.changed(letter_id):
            return self._behind.walked(letter_id)
        if letter_id not in self._walked:
            self._walked[letter_id] = walk(self.letter(letter_id), self.text, self.environment)
        return self._walked[letter_id]

    def known_words(self, letter_id: str) -> KnownWords:
        """Return the fixed words of this letter, read once.

        Raises:
            UnknownLetter: there is no such letter.
        """
        if letter_id not in self._known_words:
            self._known_words[letter_id] = KnownWords(self.walked(letter_id), self.letter(letter_id))
        return self._known_words[letter_id]

    def printed(self, letter_id: str, values: Values) -> tuple[str, ...]:
        """Return the paths of the facts that this letter prints for certain where fields have `values`."""
        key = (letter_id, tuple(sorted(values.items())))
        if key not in self._printed:
            reads = self.walked(letter_id).of("read")
            self._printed[key] = tuple(dict.fromkeys(read.value for read in reads if read.certain(values)))
        return self._printed[key]

    def finding(self, letter: Letter, place: Place, reason: str, remedy: str) -> Finding:
        """Return a finding about a field or passage, in the file that declares it.

        Args:
            letter: the letter.
            place: `("fields", name)` or `("required", passage id)`.
            reason: what is wrong.
            remedy: what to do about it.
        """
        for file in (letter.file, *(f"{_SHARED}/{name}.yaml" for name in letter.shares)):
            source = self.sources[file]
            path = _declared(source.value, place)
            if path is not None:
                return Finding(file, source.line(path), reason, remedy)
        return Finding(letter.file, self.sources[letter.file].line(place[:1]), reason, remedy)

    def _read_letters(self) -> Iterator[tuple[str, Letter]]:
        """Yield each letter that can be read; what cannot becomes findings."""
        self._model(LANGUAGE, Language)
        ids = {file.parent.name for folder in self.folders for file in folder.glob("*/letter.yaml")}
        ids |= {name.removesuffix("/letter.yaml") for name in self.files if name.endswith("/letter.yaml")}
        for letter_id in sorted(ids):
            file = f"{letter_id}/letter.yaml"
            if self._behind is not None and self._untouched(self._behind, letter_id):
                self.sources |= self._behind.sources
                yield letter_id, self._behind.letters[letter_id]
                continue
            if not _ID.fullmatch(letter_id):
                self._wrong(
                    file, f"{letter_id!a} is not the id of a letter.", "Use plain words joined by hyphens."
                )
                continue
            own = self._model(file, LetterFile)
            if own is not None:
                yield letter_id, self._whole(letter_id, own)

    def _untouched(self, behind: Library, letter_id: str) -> bool:
        """Whether none of the files belongs to a letter that the library behind has."""
        letter = behind.letters.get(letter_id)
        if letter is None or not _OF_EVERY_LETTER.isdisjoint(self.files):
            return False
        parts = {letter.file, letter.template, *(f"{_SHARED}/{name}.yaml" for name in letter.shares)}
        parts |= {occurrence.file for occurrence in behind.walked(letter_id).occurrences}
        return parts.isdisjoint(self.files)

    def _whole(self, letter_id: str, own: LetterFile) -> Letter:
        """Return the letter with what it shares put in front of its own."""
        parts: list[Shared] = [shared for name in own.shares if (shared := self._share(own, letter_id, name))]
        fields = {name: field for part in (*parts, own) for name, field in part.fields.items()}
        required = {passage.id: passage for part in (*parts, own) for passage in part.required}
        never = tuple(item for part in (*parts, own) for item in part.never)
        whole = own.model_dump(by_alias=True) | {"id": letter_id, "never": never}
        return Letter.model_validate(
            {**whole, "fields": fields, "required": tuple(required.values())}, by_alias=True, by_name=True
        )

    def _share(self, own: LetterFile, letter_id: str, name: str) -> Shared | None:
        """Return the shared set of this name, read once."""
        if name not in self._shared:
            file = f"{_SHARED}/{name}.yaml"
            shared = (
                self._model(file, Shared) if _ID.fullmatch(name) and self.text(file) is not None else None
            )
            if shared is None:
                whose = f"{letter_id}/letter.yaml"
                line = self.sources[whose].line(("shares", own.shares.index(name)))
                self.findings.append(
                    Finding(whose, line, f"There is no {file} to share.", "Correct the name.")
                )
                return None
            self._shared[name] = shared
        return self._shared[name]

    def _model(self, file: str, model: type[_M]) -> _M | None:
        """Return the file as a model; None, with findings, if it is not one."""
        source = self.sources[file] = self.source(file)
        made, found = as_model(source, model)
        self.findings += found
        return made

    def _wrong(self, file: str, reason: str, remedy: str) -> None:
        """Note what is wrong with a whole file."""
        self.findings.append(Finding(file, 0, reason, remedy))


def as_model(source: Source, model: type[_M]) -> tuple[_M | None, list[Finding]]:
    """Return what a file says as a model, or None and what is wrong with it."""
    found = [Finding(source.file, error.line, error.reason, error.remedy) for error in source.errors]
    if found:
        return None, found
    try:
        return model.model_validate(source.value), []
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            where = ".".join(str(part) for part in problem["loc"]) or "the file"
            reason = f"{where}: {problem['msg'].removeprefix('Value error, ')}."
            found.append(Finding(source.file, source.line(tuple(problem["loc"])), reason, ""))
        return None, found


def _declared(data: Any, place: Place) -> Place | None:
    """Return where a file declares the field or passage at `place`, or None if it does not."""
    part = data.get(place[0]) if isinstance(data, dict) else None
    if isinstance(part, dict) and len(place) > 1 and place[1] in part:
        return place
    if isinstance(part, tuple) and len(place) > 1:
        for position, passage in enumerate(part):
            if passage.get("id") == place[1]:
                return (place[0], position)
    return None


@functools.cache
def shipped() -> Library:
    """Return the shipped letters, read once.

    Raises:
        LettersWrong: the installation is damaged.
    """
    return Library.load()
