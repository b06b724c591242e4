"""casework runs disciplinary investigations in schools: lawful steps, letters, a tamper-evident record."""

from __future__ import annotations

__version__ = "0.1.0"
