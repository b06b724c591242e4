"""What casework costs, measured against peers and limits side by side in one run; never part of the tests.

Ratios travel between machines, times do not: quote medians of ratios. `python -m benchmarks --help` says how.
"""
