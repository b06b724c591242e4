#!/bin/sh
# Makes an environment with pm4py for the one test that opens an event log with it: apart from .venv, for pm4py is
# AGPL and heavy. Only what reading a log needs is installed with it. Where that is not possible, it says so and ends
# well: the test is then left out, and says so too.
#
#   scripts/pm4py.sh STAMP
set -u
stamp=$1
cd "$(dirname "$0")/.."
folder=$(dirname "$stamp")

if .venv/bin/python -m venv "$folder" &&
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        'deprecation>=2,<3' 'lxml>=5' 'networkx>=3,<4' 'pandas>=2,<4' 'pytz' 'tqdm>=4,<5' &&
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps 'pm4py>=2.7.11,<3' &&
    "$folder/bin/python" -W ignore -c 'import pm4py; pm4py.read_xes' >/dev/null 2>&1; then
    touch "$stamp"
else
    rm -rf "$folder"
    echo "pm4py could not be installed here: no event log is opened with it." >&2
fi
