# Each target does all its own set-up: on a machine with only Python 3.11+ and make, `make demo` just works.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.set-up-dev
READY_BENCHMARKS := .venv/.set-up-benchmarks
READY_PM4PY := .venv/pm4py/.set-up
SET_UP_FROM := pyproject.toml scripts/setup.sh scripts/libraries.py scripts/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format pm4py benchmark wheel upgrade clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): $(SET_UP_FROM)
	@scripts/setup.sh dev $@

$(READY_BENCHMARKS): $(SET_UP_FROM)
	@scripts/setup.sh dev,benchmarks $@

setup: $(READY) ## Make .venv and install everything, system libraries included
	@echo "Ready. See what it does: make demo"

demo: $(READY) ## Run a whole disciplinary case; letters, history and database go to demo-out
	@$(BIN)/casework demo --out demo-out

test: $(READY) ## Run the whole test suite (ARGS="tests/unit -k notice" for a part)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(READY) ## Format, lint, types, floors, docstrings, secrets, known vulnerabilities, policies, letters
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict casework benchmarks
	$(BIN)/lint-imports
	$(BIN)/interrogate casework
	$(BIN)/python scripts/secret_scan.py
	$(BIN)/python scripts/dependency_audit.py
	$(BIN)/casework policy check
	$(BIN)/casework letter check

format: $(READY) ## Put the code into its one form and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pm4py: $(READY) ## Install pm4py apart, if that can be done: a test opens an event log with it
	@test -e $(READY_PM4PY) || scripts/pm4py.sh $(READY_PM4PY)

benchmark: $(READY_BENCHMARKS) ## Measure against peers and limits (several minutes)
	@$(BIN)/python -m benchmarks

wheel: $(READY) ## Build the wheel and the source distribution into dist
	@$(BIN)/python -m hatchling build --directory dist

upgrade: $(READY_BENCHMARKS) ## Take the newest versions that pyproject.toml allows, and record them
	$(BIN)/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev,benchmarks]'
	@sed -n '/^#/p' scripts/constraints.txt > .venv/constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable >> .venv/constraints.txt
	@mv .venv/constraints.txt scripts/constraints.txt
	@touch $(READY) $(READY_BENCHMARKS)

clean: ## Remove what make built: .venv, dist, caches (demo-out is yours and stays)
	rm -rf .venv dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find casework tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
