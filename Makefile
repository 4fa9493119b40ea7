# gridsvc. `make` alone lists what can be done here.

VENV := .venv/bin
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset doctor test check static format pictures bench lock clean

help: ## List what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing on this machine, and say what
	@sh scripts/setup.sh

demo: setup ## Run the service with a generated city, on this machine only; Ctrl-C stops it
	@exec $(VENV)/gridsvc demo

demo-reset: setup ## Remove the demo's data, then run it anew
	@exec $(VENV)/gridsvc demo --reset

doctor: setup ## Say what is right and wrong with this machine's set-up
	@$(VENV)/gridsvc doctor

test: setup-tests ## Run the tests on a database of their own (ARGS="-k word" for some of them)
	$(VENV)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: static test ## Check everything: format, lint, types, imports, tests

static: setup-tests ## Check what needs no running: format, lint, types, imports
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports

format: setup ## Format the code, and mend what lint can mend by itself
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

pictures: setup-tests ## Take the pictures anew that the pages are compared with
	RENEW_PICTURES=1 $(VENV)/pytest -n 0 tests/browser/test_pictures.py

bench: setup ## Measure every figure, and write benchmarks/RESULTS.md
	$(VENV)/python -m benchmarks

lock: setup ## Pin the dependencies again, to the newest that are allowed
	@sh scripts/lock.sh

clean: ## Remove what was installed and built here; data in var/ stays
	rm -rf .venv .tools node_modules gridsvc/web/assets/vendor dist

.PHONY: setup-tests
setup-tests:
	@sh scripts/setup.sh --tests
