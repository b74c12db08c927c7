# make demo    split the example and show the diff; needs nothing but Python 3.11 or newer
# make test    all tests
# make coverage    all tests, and what of src/ they do not reach; fails below 95 % of lines and branches
# make check   what CI runs: lint, format, types, layers, tests
# make golden  write golden/*/expected anew through the real command line (CASE=name for one)
# make docs    write the generated pages of docs/ anew
# make bench   time and memory by the size of the machine (SIZES, SHAPES, VERBS: lists with commas)
# make bench-interpreter    executions per second on one core
# make bench-coverage       what the scenarios reach of the machines in DIR
# make sweep   extract and prove every kind of region of every machine (DIR=folder, SAMPLE=n machines, SEED=s)
# make bench-propose        how well proposals recover known boundaries, over monoliths made of the machines in DIR
# make mutation     small faults put into analysis/ and rewrite/, and whether a test fails (SAMPLE=n mutants, SEED=s)
# make fuzz    feed hostile input to one target (TARGET=readers, map or references) for SECONDS; what is found is kept in .fuzz/
# make format  put the code into the project's format

comma := ,
PYTHON ?= python3
CASE ?=
DIR ?=
SIZES ?=
SHAPES ?=
VERBS ?=
SAMPLE ?=
SEED ?= 0
TARGET ?=
SECONDS ?= 60

# Only where there is a browser is it of use to drive one.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
EXTRAS := dev$(if $(CHROMIUM),$(comma)browser)

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.built-to-run
DEVELOPMENT := $(VENV)/.built-to-develop
FUZZING := $(VENV)/.built-to-fuzz

.PHONY: demo test coverage check lint types layers golden docs bench bench-interpreter bench-coverage bench-propose sweep fuzz mutation format clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

demo: $(RUNTIME)
	@$(BIN)/aslsplit extract examples/order-processing/boundaries.yaml --all --diff

test: $(DEVELOPMENT)
	@$(BIN)/python -m pytest -n auto

coverage: $(DEVELOPMENT)
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest -n auto
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report

check: lint types layers test

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEVELOPMENT)
	$(BIN)/mypy --strict

layers: $(DEVELOPMENT)
	@$(BIN)/lint-imports

golden: $(DEVELOPMENT)
	@$(BIN)/python -m tests.golden regenerate $(CASE)

docs: $(DEVELOPMENT)
	@$(BIN)/python -m tests.docs

bench: $(RUNTIME)
	@$(BIN)/python benchmarks/growth.py $(if $(SIZES),--sizes $(SIZES)) $(if $(SHAPES),--shapes $(SHAPES)) $(if $(VERBS),--verbs $(VERBS))

bench-interpreter: $(RUNTIME)
	@$(BIN)/python benchmarks/interpreter.py

bench-coverage: $(RUNTIME)
	@test -d '$(DIR)' || { echo 'there is no folder $(DIR); name one: make bench-coverage DIR=folder' >&2; exit 2; }
	@$(BIN)/python benchmarks/coverage.py $(DIR)

sweep: $(RUNTIME)
	@$(BIN)/python -m benchmarks.sweep $(DIR) $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(SEED)

bench-propose: $(RUNTIME)
	@test -d '$(DIR)' || { echo 'there is no folder $(DIR); name one: make bench-propose DIR=folder' >&2; exit 2; }
	@$(BIN)/python benchmarks/propose.py $(DIR)

mutation: $(DEVELOPMENT)
	@$(BIN)/python -c 'import mutmut, coverage' || { echo 'first: $(BIN)/pip install -e ".[mutation]"' >&2; exit 2; }
	@$(BIN)/python -m benchmarks.mutation $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(SEED)

fuzz: $(FUZZING)
	@$(BIN)/python -m tests.fuzz '$(TARGET)' '$(SECONDS)'

format: $(DEVELOPMENT)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*

# Built from nothing whenever pyproject.toml changes, so that no dependency is there by accident.
$(RUNTIME): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'aslsplit needs Python 3.11 or newer, and "$(PYTHON)" is not. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; \
	  exit 2; }
	@echo 'Building $(VENV), once' >&2
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo '"$(PYTHON)" cannot create a virtual environment; on Debian and Ubuntu install python3-venv' >&2; \
	  exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@echo 'Adding the development tools to $(VENV), once' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $@

$(FUZZING): $(DEVELOPMENT)
	@echo 'Adding the fuzzer to $(VENV), once' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@
