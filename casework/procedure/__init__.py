"""What a policy says: its steps and requirements as data, and the calendars that its days are counted on."""

from __future__ import annotations
