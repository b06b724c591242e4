"""What every other package stands on: errors, ids, canonical JSON, time, and the shipped data files.

Nothing here knows about cases or policies, and nothing here is slow to import. The only doors to the
outside world are `SystemDice` and `SystemClock`; everything above is handed a `Dice` or a `Clock`.
"""

from __future__ import annotations
