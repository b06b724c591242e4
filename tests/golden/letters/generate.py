"""Makes the golden letters: the text of each shipped letter with its invented example; and the guide's table of them.

A test makes them again and compares every character. Look at what differs before renewing them, and at the PDF of
each letter that changed (the checklist is in docs/policy-author/letters.md):

    python -m tests.golden.letters.generate --pdf FOLDER
    python -m tests.golden.letters.generate
"""

from __future__ import annotations

import sys
from pathlib import Path

from casework.correspondence.compose import compose, to_pdf, to_text
from casework.correspondence.examples import example
from casework.correspondence.library import shipped

HERE = Path(__file__).parent
GUIDE = HERE.parents[2] / "docs" / "policy-author" / "letters.md"
RENEW = "python -m tests.golden.letters.generate"


def made() -> dict[Path, str]:
    """Return each file and the text that it should have."""
    return {HERE / f"{letter}.txt": text_of(letter) for letter in shipped().letters}


def text_of(letter: str) -> str:
    """Return the words of a letter with its invented example."""
    return to_text(compose(letter, example(letter)))


def guide() -> str:
    """Return the guide to letters with its table of them as it should be."""
    words = GUIDE.read_text("utf-8")
    head, _, rest = words.partition("| --- | --- | --- |\n")
    _, _, after = rest.partition("\n\n")
    letters = sorted(shipped().letters.values(), key=lambda letter: (letter.catalogue, letter.id))
    rows = [f"| `{item.id}` | {', '.join(item.catalogue)} | {item.title} |" for item in letters]
    return head + "\n".join(["| --- | --- | --- |", *rows]) + "\n\n" + after


def write_pdfs(folder: Path) -> None:
    """Write each letter with its example as a PDF, to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for letter in shipped().letters:
        (folder / f"{letter}.pdf").write_bytes(to_pdf(compose(letter, example(letter))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pdf"]:
        write_pdfs(Path(sys.argv[2]))
    else:
        GUIDE.write_text(guide(), "utf-8")
        for path, text in made().items():
            path.write_text(text, "utf-8")
            print(path.relative_to(HERE.parents[2]))
