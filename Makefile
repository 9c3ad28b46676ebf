# Remontée: two commands, `make run` and `make test`. Both need Python 3.11 or newer, and nothing else.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench

run: .venv/run
	@$(BIN)/python app.py sample

test: .venv/dev
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -q

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m tests.bench

.venv/run: requirements.txt
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run
