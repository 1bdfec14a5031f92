# Two commands for a newcomer: `make matrix` and `make test`. Each makes the environment it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
comma := ,
STAMP = $(VENV)/.installed-$(subst $(comma),-,$(EXTRAS))
# `make EXTRAS=dev,all` installs mysqlclient too, which is compiled and needs the headers of libmariadb.
EXTRAS ?= dev
SERVERS := --database postgresql --database mariadb
PAGE := shared_scenarios/views/page

.PHONY: matrix test lint bench record mutants check screenshots help clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

matrix: $(STAMP) ## Play every scenario on SQLite and print the matrix
	@$(BIN)/ormatrix run --format terminal

test: $(STAMP) ## Everything that proves the project: the shared suite per ORM and the tests of every part
	@$(BIN)/python -m pytest -n auto

lint: $(STAMP) ## Format, lint, types, import directions, fresh README and help
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.freshness --check
	@if command -v npm >/dev/null && $(MAKE) --no-print-directory $(PAGE)/node_modules; then cd $(PAGE) && npm run --silent lint; \
	else echo "npm or its packages are not here: the scripts of the page are not checked"; fi

bench: $(STAMP) ## Speed, as ratios to named floors, and on the servers that are here
	@$(BIN)/python -m tests.bench

record: $(STAMP) ## Write the recorded outcomes of all databases anew, where behaviour changed on purpose
	@$(BIN)/ormatrix record --database sqlite $(SERVERS)

mutants: $(STAMP) ## Can the suite fail? Change every answer mechanically, list what nobody tells from the original
	@$(BIN)/python -m tests.mutants

check: $(STAMP) ## Compare behaviour with the recorded outcomes, on every database that is here
	@$(BIN)/ormatrix check --format terminal

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("ormatrix needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.13 ...")'
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

screenshots: $(STAMP) ## Take the pictures in docs/ anew
	@$(BIN)/python -m tests.screenshots

$(PAGE)/node_modules: $(PAGE)/package.json
	@cd $(PAGE) && npm install --silent --no-audit --no-fund
	@touch $@

clean: ## Remove environments and caches
	@rm -rf .venv .venv-* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache ormatrix-report $(PAGE)/node_modules
