# Remontée: two commands, `make run` and `make test`. Both need Python 3.11 or newer, and nothing else.
# `make lock` renews the lock files; `make lock LOCK=--upgrade` takes newer releases of what requirements*.txt does not pin.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
UV := uv==0.13.9
LOCK ?=
COMPILE := var/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(LOCK)

.PHONY: run test lint bench lock

run: .venv/run
	@$(BIN)/python app.py sample

test: .venv/dev
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadgroup -q

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m tests.bench

lock:
	@$(PYTHON) -m venv var/lock
	@var/lock/bin/pip install --quiet --disable-pip-version-check $(UV)
	$(COMPILE) requirements.txt --output-file requirements.lock
	$(COMPILE) requirements-plot.txt --constraints requirements.lock --output-file requirements-plot.lock
	$(COMPILE) requirements-dev.txt --constraints requirements.lock --constraints requirements-plot.lock \
		--output-file requirements-dev.lock

.venv/run: requirements.lock
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(INSTALL) -r requirements-dev.lock
	@touch $@ .venv/run
