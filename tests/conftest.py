"""What every test shares: how Hypothesis searches, and that compiled modules are kept.

The suite must give the same answer twice, so its properties are derandomised and have no deadline (a busy
machine is not a defect). To look for new counterexamples, run `pytest --hypothesis-profile explore`.
"""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

# Two workers and the programs that tests start import the same modules: compiled once, whatever the machine is set to.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile(
    "suite",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("suite")
