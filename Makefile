# Everything Handbell does from a checkout, for root and for an ordinary user. `make` lists it.
# Needs Python 3.11 or newer with its venv module; everything else is installed into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check bench ordeal pictures messages guard-report deliverability guard-weights lock clean dev browser

BIN := .venv/bin
NEEDED := 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	if "$$name" -c $(NEEDED) 2>/dev/null; then echo "$$name"; break; fi; done)
# What is started ends with make, even if make is killed.
MORTAL = $(shell setpriv --pdeathsig TERM true 2>/dev/null && echo setpriv --pdeathsig TERM)
# pip does it where uv cannot, for instance where only pip was told about a mirror. Compiling once
# here spares every process of the first start, and every process where Python may not keep it.
INSTALL = UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true UV_COMPILE_BYTECODE=true $(BIN)/uv pip install --quiet --python $(BIN)/python
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header $(if $(UPGRADE),--upgrade)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/base.stamp ## Make .venv with everything Handbell runs on, and .venv/bin/handbell

run: setup ## Start Handbell: database, pages, worker, rehearsal carrier; Ctrl-C stops it
	@exec $(MORTAL) $(BIN)/handbell run

# What pytest makes of the test files is kept, though Python may be told to keep nothing: to make it
# anew takes every run ten seconds.
test: dev browser ## Run the whole test suite on a throwaway database
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2 --dist worksteal

# The pages are tried in a real browser: it is installed where it may be, else those tests are skipped.
browser:
	@for name in chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "test: installing Chromium"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "test: no Chromium here, so the pages are NOT tried in a browser" >&2; fi

check: dev ## Check style, types, direction of imports and what is in the tree
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/law --ignore-glob='*every_route*'

bench: dev ## Measure all figures and write docs/benchmarks.md (BENCH=--quick: under a minute)
	@$(BIN)/handbell bench $(BENCH) --into docs/benchmarks.md

ordeal: setup ## Kill everything 200 times and see whether the promise holds (ORDEAL="--kills 20")
	@$(BIN)/handbell ordeal $(or $(ORDEAL),--kills 200)

pictures: dev ## Take a picture of every page into var/pictures (needs chromium)
	@$(BIN)/python -m tests.console.pictures --into var/pictures

messages: dev ## Find what the staff pages say, list what has no Spanish yet, and compile it
	@$(BIN)/python -m tests.console.translations

guard-report: dev ## Print what the content guard says of its own texts, and draw it
	@$(BIN)/python -m benchmarks.guard_report --into docs/pictures/guard.svg

deliverability: dev ## Play a quarter past a carrier that filters, and draw it
	@$(BIN)/python -m benchmarks.deliverability --into docs/pictures/deliverability.svg

guard-weights: dev ## Cross-validate the guard's weights and make them anew from tests/guard
	@$(BIN)/python -m benchmarks.guard_weights
	@$(BIN)/python -m benchmarks.guard_weights --write

lock: dev ## Pin requirements/*.in anew (make lock UPGRADE=1 takes newer versions)
	$(LOCK) requirements/installer.in -o requirements/installer.txt
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/dev.in -c requirements/base.txt -o requirements/dev.txt

clean: ## Remove .venv and caches; the data in var/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find handbell config tests -name __pycache__ -prune -exec rm -rf {} +

dev: .venv/dev.stamp

.venv/base.stamp: requirements/installer.txt requirements/base.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed \
	(Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -c $(NEEDED) 2>/dev/null || { \
	echo "setup: making .venv with $(PYTHON)"; $(PYTHON) -m venv --clear .venv; }
	@echo "setup: installing what Handbell runs on (a minute at most)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/installer.txt
	@$(INSTALL) --require-hashes -r requirements/base.txt \
		|| $(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	@$(INSTALL) --no-build-isolation --no-deps --editable . \
		|| $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@$(BIN)/python -m compileall -q handbell config
	@touch $@
	@echo "setup: done; .venv/bin/handbell --help says what it can do"

.venv/dev.stamp: .venv/base.stamp requirements/dev.txt
	@echo "setup: installing what the tests need (a minute at most)"
	@$(INSTALL) --require-hashes -r requirements/dev.txt \
		|| $(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
