"""What happened in one case, and what may happen next: the pure core that decides.

`replay` folds recorded facts into a `Case`; `decide` says whether a step may be taken now and, if so, what is
to be
recorded. Neither knows a clock, a database or dice.
"""
