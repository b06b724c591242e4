"""The command line: the HR adviser's and the auditor's face.

Commands ask, call one service and show what it answered; they decide nothing. Data goes to standard output, words about
it to standard error. `main` finds a command by its name and imports it only when it runs.
"""
