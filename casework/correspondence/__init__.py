"""Letters: what each one must say, checked; what it needs, named; how it reads, composed.

The shipped letters are data, in `letters/`. Callers hand in the facts (`casework.correspondence.facts`) and
receive HTML, PDF or plain text; no module here knows a store, a clock or a case.
"""
