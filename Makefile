# One word a job. Everything is installed into the virtual environment that is active, or else into .venv.
#
#   make demo      build the example page into outputs/          make check     lint, types and tests
#   make test      the tests                                     make coverage  the tests, and what they leave out
#   make lint      style and architecture                        make format    put the code into its style
#   make types     mypy, strict                                  make fuzz      every reader for 20 s (FUZZ_SECONDS)
#   make eval      the figures of the README on the dev papers   make bench     the figures of benchmarks/
#   make scheme    the concept scheme from its sources           make model     the weights from the annotations
#   make encoder   the weights of --accurate (PyTorch, an hour)
#   make lessons   what --accurate believes of abstracts that nobody annotated, for make model (an hour)
#   make services  the programs the service tests talk to        make test-services  start them, test, stop them
#   make lock      requirements/dev.txt anew                     make audit     known weaknesses of what is installed
#   make mutants   do the tests notice what is changed?          make clean     remove what the others made

PYTHON ?= python3
VENV := $(or $(VIRTUAL_ENV),.venv)
BIN := $(VENV)/bin
SHARED ?= ../shared
DATE := 2025-09-18
# Midnight of that day: the time that a reproducible build notes as its own.
export SOURCE_DATE_EPOCH ?= 1758153600
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# A stamp a checkout: two checkouts may share an environment.
STAMP := $(VENV)/.paper-kg$(subst /,-,$(CURDIR))
PACKAGE := $(STAMP)-package
TOOLS := $(STAMP)-tools

.PHONY: check demo test coverage lint format types fuzz mutants audit eval bench scheme model lessons encoder lock clean
.DEFAULT_GOAL := check

check: lint types test

demo: $(PACKAGE)
	$(BIN)/kg build examples/daily-papers.txt --date $(DATE) -o outputs

test: $(TOOLS)
	$(BIN)/pytest -m "not services" --timeout 300

coverage: $(TOOLS)
	$(BIN)/pytest -m "not services" --timeout 300 --cov --cov-report=term

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: $(TOOLS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(TOOLS)
	$(BIN)/mypy

fuzz: $(TOOLS)
	$(BIN)/python -m pip install --quiet --requirement requirements/fuzz.txt
	$(BIN)/python tests/fuzz/fuzz.py
	HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -m hypothesis --timeout 3000

# Changes the code in thousands of places, a copy each, and tells what no test noticed. Takes a while.
mutants: $(TOOLS)
	$(BIN)/python -m pip install --quiet --requirement requirements/mutants.txt
	$(BIN)/python -m mutmut run
	$(BIN)/python -m mutmut results

# Asks a database of known weaknesses over the network; without one it fails and says so.
audit: $(TOOLS)
	$(BIN)/python -m pip install --quiet --requirement requirements/audit.txt
	$(BIN)/python -m pip check
	$(BIN)/pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement requirements/dev.txt

eval: $(PACKAGE)
	@test -d $(SHARED)/eval || { echo "make eval needs the dev papers in $(SHARED)/eval"; exit 1; }
	@mkdir -p .cache
	@echo "The odd papers of the page:"
	@$(BIN)/kg extract $(SHARED)/input/daily-papers-sep-18.txt > .cache/page.jsonl
	@$(BIN)/kg eval .cache/page.jsonl $(SHARED)/eval/daily-papers-sep-18.odd.gold --only odd
	@echo && echo "Fresh papers:"
	@$(BIN)/kg extract $(SHARED)/eval/fresh.jsonl > .cache/fresh.jsonl
	@$(BIN)/kg eval .cache/fresh.jsonl $(SHARED)/eval/fresh.gold
	@echo && echo "The page, --accurate:"
	@$(BIN)/kg extract --accurate $(SHARED)/input/daily-papers-sep-18.txt > .cache/page.jsonl
	@$(BIN)/kg eval .cache/page.jsonl $(SHARED)/eval/daily-papers-sep-18.odd.gold --only odd
	@echo && echo "Fresh papers, --accurate:"
	@$(BIN)/kg extract --accurate $(SHARED)/eval/fresh.jsonl > .cache/fresh.jsonl
	@$(BIN)/kg eval .cache/fresh.jsonl $(SHARED)/eval/fresh.gold

# Those that need nothing but this machine; the others tell in their first lines what they need.
bench: $(TOOLS)
	set -e; for script in $(wildcard $(addprefix benchmarks/,rate.py reading.py queries.py scale.py)); do \
	  echo "== $$script"; $(BIN)/python $$script; done

scheme: $(TOOLS)
	$(BIN)/python training/scheme.py $(SHARED)/data ontologies

model: $(TOOLS)
	$(BIN)/python -m pip install --quiet --requirement requirements/encoder.txt
	$(BIN)/python training/train.py $(SHARED)/data/abstracts.jsonl.gz --report
	$(BIN)/python training/introductions.py $(SHARED)/data/abstracts.jsonl.gz

lessons: $(TOOLS)
	$(BIN)/python training/teacher.py $(SHARED)/data/abstracts.jsonl.gz

encoder: $(TOOLS)
	$(BIN)/python -m pip install --quiet --requirement requirements/encoder.txt
	$(BIN)/python training/encoder.py $(SHARED)/data/abstracts.jsonl.gz

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(PACKAGE): pyproject.toml requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint requirements/dev.txt --editable .
	touch $@

$(TOOLS): pyproject.toml requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --requirement requirements/dev.txt --editable ".[all]"
	touch $@ $(PACKAGE)

# What the newest allowed versions of everything are today, tried in an environment of their own.
lock:
	rm -rf .cache/lock
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet --requirement requirements/dev.in --editable ".[all]"
	.cache/lock/bin/python -m pip freeze --exclude-editable > requirements/dev.txt
	rm -rf .cache/lock

clean:
	rm -rf .cache/*.jsonl .cache/lock .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist mutants $(STAMP)-*
	find kg tests -name __pycache__ -type d -prune -exec rm -rf {} +

-include services.mk
