"""Working papers: what people fill in while they investigate, hear and decide, prepared from what the case knows.

The shipped papers are data, in `papers/`: `<id>/paper.yaml` says what a paper is, `<id>/paper.html.j2` how it reads. A
school's own folder of papers goes before ours, file by file. The template language is that of letters: facts by name,
everything escaped, a name that is not there is an error. A paper comes back filled in, as evidence.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, TemplateError, UndefinedError
from pydantic import Field, ValidationError

from casework.base.errors import BadInput
from casework.base.resources import letters_dir, papers_dir
from casework.base.words import did_you_mean
from casework.correspondence.catalogue import Model
from casework.correspondence.findings import Finding, raise_if_any
from casework.correspondence.language import Language
from casework.correspondence.library import shipped as shipped_letters
from casework.correspondence.paper_facts import PaperFacts
from casework.correspondence.template import environment
from casework.procedure.source import read_source
from casework.rendering.bundle import Bundle
from casework.rendering.pdf import html_to_pdf

STYLESHEET: Final = "paper.css"
"""The stylesheet of working papers, which takes fonts and sizes from that of letters."""


class UnknownPaper(BadInput):
    """There is no working paper of this id."""

    code = "unknown-paper"


class Paper(Model):
    """What `paper.yaml` says.

    Args:
        id: the name of its folder.
        title: what it is called.
        use: what it is for, in one sentence.
        order: where it stands among the others, in the order in which they are needed.
        readers: the roles that fill it in (`for`).
        person: whom it is made for beside them, if anybody: "Who is interviewed"; empty if nobody.
        questions: steps of the policy whose questions it asks, by the name under which the template has them: names
            of steps, or `act:decision` for all steps that are one in law.
        comes_back_as: the kind of evidence that it is once it is filled in.
        cites: ids of the rules that it helps to keep.
    """

    id: str
    title: str = Field(min_length=3)
    use: str = Field(min_length=8)
    order: int = 100
    readers: tuple[str, ...] = Field(alias="for", min_length=1)
    person: str = ""
    questions: Mapping[str, tuple[str, ...]] = {}
    comes_back_as: str
    cites: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The name of its template."""
        return f"{self.id}/paper.html.j2"


class Papers:
    """Working papers from one or more folders; a file in an earlier folder stands in for the same name in a later one.

    Args:
        folders: a school's own folders; the shipped one is behind them.
        language: how they say dates and lists; that of the shipped letters if not given.
    """

    def __init__(self, folders: Sequence[Path] = (), language: Language | None = None) -> None:
        self.folders = (*folders, papers_dir())
        self.findings: list[Finding] = []
        ids = sorted({file.parent.name for folder in self.folders for file in folder.glob("*/paper.yaml")})
        found = [paper for id in ids if (paper := self._read(id)) is not None]
        self.papers = {paper.id: paper for paper in sorted(found, key=lambda paper: (paper.order, paper.id))}
        self._environment = environment(
            language or shipped_letters().language,
            FileSystemLoader([str(folder) for folder in self.folders]),
        )

    @classmethod
    def load(cls, folders: Sequence[Path] = (), language: Language | None = None) -> Papers:
        """Return the papers of these folders with the shipped ones behind them.

        Raises:
            LettersWrong: a paper's file cannot be read; every error is named.
        """
        papers = cls(folders, language)
        raise_if_any(papers.findings)
        return papers

    def paper(self, paper_id: str) -> Paper:
        """Return the paper of this id.

        Raises:
            UnknownPaper: there is none; close ids are suggested.
        """
        if paper_id in self.papers:
            return self.papers[paper_id]
        close = difflib.get_close_matches(paper_id, self.papers, n=3)
        raise UnknownPaper(
            f"There is no working paper called {paper_id!a}.",
            remedy=did_you_mean(close) or f"There are: {', '.join(self.papers)}.",
        )

    def compose(self, paper_id: str, facts: PaperFacts) -> str:
        """Return the paper as a whole HTML document.

        Raises:
            UnknownPaper: there is none of this id.
            LettersWrong: its template cannot be read, or names a fact that there is not.
        """
        paper = self.paper(paper_id)
        try:
            return self._environment.get_template(paper.template).render(**facts.model_dump())
        except UndefinedError as missing:
            found = Finding(paper.template, 0, f"It names a fact that is not there: {missing.message}.", "")
        except TemplateError as error:
            line = getattr(error, "lineno", 0)
            found = Finding(
                str(getattr(error, "name", None) or paper.template), line, f"{error.message}.", ""
            )
        raise_if_any([found])
        raise AssertionError("unreachable")

    def to_pdf(self, html: str) -> bytes:
        """Return a composed paper as a PDF (PDF/UA-1 and PDF/A-3a). Raises as `casework.rendering.pdf.html_to_pdf`."""
        return html_to_pdf(html, stylesheet=STYLESHEET, bundle=Bundle((*self.folders, letters_dir())))

    def _read(self, paper_id: str) -> Paper | None:
        """Return a paper that can be read; what is wrong with it becomes findings."""
        name = f"{paper_id}/paper.yaml"
        place = next(folder / name for folder in self.folders if (folder / name).is_file())
        source = read_source(place, name)
        self.findings += [Finding(name, error.line, error.reason, error.remedy) for error in source.errors]
        if source.errors:
            return None
        try:
            return Paper.model_validate({**_mapping(source.value), "id": paper_id})
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                where = ".".join(str(part) for part in problem["loc"]) or "the file"
                reason = f"{where}: {problem['msg'].removeprefix('Value error, ')}."
                self.findings.append(Finding(name, source.line(tuple(problem["loc"])), reason, ""))
            return None


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


@functools.cache
def shipped_papers() -> Papers:
    """Return the shipped working papers, read once.

    Raises:
        LettersWrong: the installation is damaged.
    """
    return Papers.load()
