"""Jobs: what is done for many cases at once, by several processes: letters, packs, exports.

| module  | holds                                                                          |
| ------- | ------------------------------------------------------------------------------ |
| `model` | a job, which names by ids what is to be done; what a run of jobs needs besides |
| `kinds` | what each kind of job does, and whether it may be tried again                  |
| `run`   | running jobs in a pool of processes of this machine                            |

The processes themselves are those of `casework.services.workers`, which verification uses too.
"""
