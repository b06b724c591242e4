"""`python -m casework` is `casework`."""

from __future__ import annotations

from casework.cli.main import main

main(prog_name="casework")
