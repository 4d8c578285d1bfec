# Qlib-UI Strategy Builder. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PINNED := requirements/dev.txt
OWN := services codegen_core repo workers gateway proto tests

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install demo run token test test-fast test-long proto proto-check lint types format bench golden migrate lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: $(PINNED) pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed and was not found; set PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Installing into $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(BIN)/python -m pip install --quiet "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' $(PINNED))"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode $(PINNED)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/.installed ## Make the virtual environment with every pinned package

demo: install ## From nothing to a strategy, its code, its backtest and its equity curve
	@$(BIN)/python -m gateway.demo

run: install ## Run the embedded stack in the foreground; Ctrl-C stops all of it
	@exec $(BIN)/python -m gateway.stack run

token: install ## Print a bearer token of the running stack: USER=alice or SERVICE=backtest
	@$(BIN)/python -m gateway.stack token $(if $(SERVICE),--service $(SERVICE),--user $(USER))

test: install ## Every test, on SQLite and on a real MariaDB or MySQL, with coverage
	@$(BIN)/python -m tests.run

test-long: install ## Hundreds of random flows, generated code against the independent interpreter; writes docs/random-flows.md
	@$(BIN)/python -m tests.long

test-fast: install ## Unit and golden tests only: no servers, seconds
	@$(BIN)/python -m pytest -q tests/unit tests/golden tests/contract

proto: install ## Rewrite proto/gen from the .proto files
	@$(BIN)/python proto/generate.py

proto-check: install ## Lint the contracts, hold them against the last release, fail if proto/gen is not up to date
	@$(BIN)/python proto/generate.py --check

lint: install ## Style, formatting and the import rule
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: install ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: install ## mypy, strict
	@$(BIN)/mypy $(OWN)

bench: install ## Measure the suite, each figure beside another of the same run; about three minutes
	@$(BIN)/python -m tests.bench

golden: install ## Rewrite the golden records of generated code; read the difference before you commit it
	@$(BIN)/python -m tests.golden.rewrite

migrate: install ## Bring the database named by SB_DATABASE_URL to the newest schema
	@$(BIN)/python -m repo.migrate upgrade

lock: install ## Pin every package anew, with hashes and without addresses
	@for group in run dev; do \
		$(UV) pip compile pyproject.toml $$([ $$group = dev ] && echo --group dev) --override requirements/overrides.txt \
			--python-platform x86_64-manylinux_2_31 --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--quiet --output-file requirements/$$group.txt; \
	done

clean: ## Remove the virtual environment, caches and the embedded stack's state
	@rm -rf $(VENV) .state .demo .coverage* htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
