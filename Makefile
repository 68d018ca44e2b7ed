# make demo   first run: environment, then the sample calls           make test   what the tests need, then all tests
# make lint   ruff, mypy, import-linter                               make bench  the figures of the README
SHELL := /bin/bash
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
# Debian packages that only the tests use: peers, browsers, servers.
DEBIAN := sip-tester baresip baresip-core kamailio redis-server chromium espeak-ng

.PHONY: demo test lint bench debian clean

demo: $(VENV)/.run
	@$(BIN)/intake101 demo $(ARGS)

test: $(VENV)/.dev debian
	@$(BIN)/pytest $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	@for what in media speech language queue calls desk; do $(BIN)/intake101 bench $$what $(ARGS) || exit 1; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "intake101 needs Python 3.11 to 3.13; name one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Debian keeps Python's venv in a package of its own: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run pyproject.toml
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

# As root what is missing is installed; otherwise it is named, and the tests that need it skip with the reason.
debian:
	@missing=""; for p in $(DEBIAN); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	  echo "The tests also need these Debian packages:$$missing" >&2; \
	  echo "Install them: apt-get install --no-install-recommends$$missing" >&2; exit 0; fi; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis test-output
