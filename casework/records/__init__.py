"""What auditors and tribunals take away: one model of a case's history, printed in several formats.

Nothing here knows a store or a key: a service hands in events, and words as far as they may be shown.
"""
