"""`python -m casework` is `casework`."""

from __future__ import annotations

from casework.cli.main import main

if __name__ == "__main__":
    main(prog_name="casework")
