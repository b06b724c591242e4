#!/bin/sh
# Sets up everything casework needs in this folder: system libraries, .venv, dependencies.
#
#   scripts/setup.sh EXTRAS STAMP      e.g. scripts/setup.sh dev .venv/.set-up-dev
#
# STAMP is touched at the end, so that make runs this again only when it has to.
# Environment:
#   PYTHON          the interpreter to use; otherwise the first of python3, python3.14 … python3.11 that will do
#   CASEWORK_APT    "no": never call apt-get, print the command instead
set -eu

extras=$1
stamp=$2
cd "$(dirname "$0")/.."

apt_packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

say() { printf '%s\n' "$*" >&2; }
stop() {
    say ""
    for line in "$@"; do say "$line"; done
    exit 1
}

# ---- what may be used here -------------------------------------------------------------------------------

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null 2>&1 && recent_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# Prints how to become root without being asked for a password: nothing, "sudo -n", or fails.
root_prefix() {
    if [ "$(id -u)" = 0 ]; then
        return 0
    elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
        echo "sudo -n"
    else
        return 1
    fi
}

apt_may_be_used() {
    [ "${CASEWORK_APT:-}" != no ] && command -v apt-get >/dev/null 2>&1 && root_prefix >/dev/null
}

apt_install() {
    prefix=$(root_prefix)
    say "Installing $* through apt ..."
    # Another apt may be running: wait for it rather than fail. Its words are shown only when it fails.
    if ! words=$(
        {
            $prefix apt-get -o DPkg::Lock::Timeout=120 -qq update &&
                $prefix env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq install -y \
                    --no-install-recommends "$@"
        } 2>&1
    ); then
        say "$words"
        return 1
    fi
}

# ---- 1. Python -------------------------------------------------------------------------------------------

python=$(find_python)
if [ -z "$python" ]; then
    found=$("${PYTHON:-python3}" --version 2>/dev/null || echo "no Python 3")
    stop "casework needs Python 3.11 or newer, and ${PYTHON:-python3} here is: $found." \
        "Install a newer one, or name it: make PYTHON=/path/to/python3.12 ..."
fi

if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    venv_package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if ! { apt_may_be_used && apt_install "$venv_package" && "$python" -c 'import ensurepip, venv'; }; then
        stop "This Python cannot make virtual environments: its venv module is not installed. Install it with" \
            "    sudo apt-get update && sudo apt-get install -y $venv_package" \
            "or your system's equivalent, then run the same command again."
    fi
fi

# ---- 2. System libraries for the letters -----------------------------------------------------------------

missing=$("$python" scripts/libraries.py)
why="It needs an administrator's password, so it was not run for you."
if [ -n "$missing" ] && apt_may_be_used; then
    # shellcheck disable=SC2086  # a list of words
    apt_install $apt_packages || say "apt-get did not succeed."
    missing=$("$python" scripts/libraries.py)
    why="It was tried just now and did not succeed; apt's reason stands above."
elif [ "${CASEWORK_APT:-}" = no ]; then
    why="CASEWORK_APT=no, so it was not run for you."
fi
if [ -n "$missing" ]; then
    if [ "$(uname -s)" = Darwin ]; then
        command="brew install pango"
        why="Installed already? Then: export DYLD_FALLBACK_LIBRARY_PATH=\"\$(brew --prefix)/lib\""
    elif command -v apt-get >/dev/null 2>&1; then
        command="sudo apt-get update && sudo apt-get install -y $apt_packages"
    elif command -v dnf >/dev/null 2>&1; then
        command="sudo dnf install -y pango harfbuzz"
    else
        command="(your package manager) install pango with pangoft2, and harfbuzz with harfbuzz-subset"
    fi
    stop "Letters are typeset with system libraries that are missing here: $(echo $missing | sed 's/ /, /g')." \
        "Type this, then run the same command again:" "" "    $command" "" "$why"
fi

# ---- 3. Virtual environment and dependencies -------------------------------------------------------------

# One that an upgrade of Python has broken is made anew.
if ! recent_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
fi

say "Installing casework and its dependencies into .venv (about a minute the first time) ..."
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint scripts/constraints.txt --editable ".[$extras]" >&2; then
    stop "The dependencies could not be installed; pip's reason stands above." \
        "Set-up needs a connection to a Python package index. Run the same command again when there is one."
fi

# ---- 4. Chromium for the tests of the pages: nice to have, so nothing stops here -------------------------

has_chromium() {
    for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$candidate" >/dev/null 2>&1; then return 0; fi
    done
    for fetched in "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-}/.cache/ms-playwright}"/chromium*; do
        if [ -e "$fetched" ]; then return 0; fi
    done
    return 1
}

case ",$extras," in
*,dev,*)
    if ! has_chromium && ! { apt_may_be_used && apt_install chromium && has_chromium; }; then
        say "There is no Chromium here, so the tests in tests/browser are left out. To have them, type one of"
        say "    sudo apt-get install -y chromium"
        say "    .venv/bin/python -m playwright install --with-deps chromium"
    fi
    ;;
esac

touch "$stamp"
