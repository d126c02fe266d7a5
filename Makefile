# Front Door. `make run` and `make test` need nothing before them but Python 3.9 or later, Python 3.13 and Python 3.10.
SHELL := /bin/sh
# The first Python that works: it only reads tools/, which stands on the standard library.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3 /usr/local/bin/python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then echo $$p; break; fi; done)
UP = $(if $(PYTHON),$(PYTHON) tools/up.py,$(error Front Door needs Python. Install Python 3.13 and Python 3.10, for example with pyenv, then run the same again))
VENV := .venv/bin

.PHONY: help run setup test-setup test unit integration dialogue texting chaos browser lint words format bench pins clean

help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

run:  ## From a clean clone to a working system, until Ctrl-C
	@$(UP) run

setup:  ## Environments, pages and models, without starting anything
	@$(UP) setup

test-setup:  ## The same, and what tests and checks need
	@$(UP) test-setup

test: test-setup  ## Every test: unit, integration, dialogue, texting, browser
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory integration
	@$(MAKE) --no-print-directory dialogue
	@$(MAKE) --no-print-directory texting
	@$(MAKE) --no-print-directory browser

unit:  ## Plain code on plain values
	$(VENV)/pytest tests/unit tests/triage

integration:  ## Real SQLite and PostgreSQL
	$(VENV)/pytest tests/integration

dialogue:  ## The assistant's data, rules and intents
	$(VENV)/python tools/dialogue.py

texting:  ## The whole running system by SMS and WhatsApp, its providers played over real HTTP
	$(VENV)/pytest tests/texting

chaos: test-setup  ## 10,000 texts while parts of the system are killed: none lost, none doubled (an hour or two)
	$(VENV)/python -m tests.load.chaos

browser:  ## Chromium against the whole running system
	$(VENV)/pytest tests/browser

lighthouse: test-setup  ## Lighthouse's accessibility of the main pages; brings 200 npm packages the first time
	@test -x var/lighthouse/node_modules/.bin/lighthouse || \
		npm install --prefix var/lighthouse --no-audit --no-fund lighthouse@12.8.2
	$(VENV)/pytest tests/browser/test_lighthouse.py

lint:  ## Style, types, who may import whom
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports

words:  ## Every text for people into the catalogues, and what is not translated yet
	@$(VENV)/python tools/words.py

format:  ## Put the style right
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

bench:  ## Each figure beside its reference, measured in the same run
	@$(VENV)/frontdoor bench

pins: setup  ## Pin the newest versions that fit requirements/*.in, with hashes
	@sh tools/pins.sh

clean:  ## Forget what was built and trained; var/'s database and the environments stay
	rm -rf web/assets/build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache results
	rm -rf var/done var/models var/rasa-cache var/dialogue
