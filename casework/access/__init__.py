"""Who may see and do what: roles, how somebody stands to a case, actions, and one function that judges them.

Pure: it knows no database, no keys and no clock. Keys hold what is decided here: a case opens only for those for whom
its keys are wrapped.
"""
