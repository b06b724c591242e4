"""casework runs disciplinary investigations in English schools: lawful steps, letters, and a tamper-evident record."""

from __future__ import annotations

__version__ = "0.1.0"
