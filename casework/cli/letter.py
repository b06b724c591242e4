"""`casework letter`: the commands of letters by name."""

from __future__ import annotations

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import example

COMMANDS = {
    "list": ("letter_list:list_letters", "List the letters of a case, or those that can be written."),
    "preview": ("letter_write:preview", "Show a letter as it would be, or what is missing for it."),
    "draft": ("letter_draft:draft", "Take a letter out as a Word file, and bring it back in your own words."),
    "propose": ("letter_write:propose", "Propose a letter for somebody to approve."),
    "revise": ("letter_propose:revise", "Write a proposed letter anew; every version is kept."),
    "approve": ("letter_propose:approve", "Record that a second person approves a proposed letter."),
    "issue": ("letter_write:issue", "Issue a letter: its PDF is kept byte for byte."),
    "bulk": ("letter_bulk:bulk", "Write several letters at once: to a whole panel, for warnings that end."),
    "serve": ("letter_serve:serve", "Record how and when a letter was delivered."),
    "undelivered": ("letter_after:undelivered", "Record that a letter did not reach its recipient."),
    "attach": ("letter_after:attach", "Keep a scan with a letter: the signed copy, a receipt."),
    "eml": ("letter_after:eml", "Write a letter as an e-mail that is ready to send."),
    "withdraw": ("letter_serve:withdraw", "Withdraw a letter, with a reason."),
    "show": ("letter_list:show", "Show a letter of a case, or write its PDF."),
    "verify": ("letter_after:verify", "Print a letter again and say whether it is the same."),
    "check": ("letter_check:check", "Check that each letter says what it must, whatever the facts."),
    "explain": ("letter_check:explain", "Say what a letter is for, what it needs and what it must say."),
    "copy": ("letter_adopt:copy", "Copy files of our letters into a folder of your own, to change them."),
    "approve-words": ("letter_adopt:approve_words", "Approve a required passage in the school's own words."),
    "adopt": ("letter_adopt:adopt", "Make a folder of letters the school's own."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Preview, propose, issue and serve letters.",
    epilog=example("casework letter list ASH-26-7KQ4", "casework letter explain hearing-invitation"),
)
def letter() -> None:
    """Letters: previewed, proposed, issued, served.

    A letter may be proposed first, for somebody to approve. It is issued once its facts are complete, and is kept as it
    was issued. Notice runs from the day on which it counts as received, so how and when it was delivered is recorded
    too.
    """
