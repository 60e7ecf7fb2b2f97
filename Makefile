# Each target sets up what it needs; see CONTRIBUTING.md.
BIN := .venv/bin
DEMO := data/demo

# Packages are compiled as they are imported, once; where the machine forbids that, every process would do it again.
export PYTHONDONTWRITEBYTECODE :=

# Measuring coverage makes code half as slow again, so only the tests of the statistics pay for it.
STATISTICS := tests/unit/analysis tests/unit/docs
define tests
$(BIN)/pytest -n 2 --dist loadgroup $(1) $(STATISTICS) --cov --cov-report=
$(BIN)/python .ci/branch_coverage.py
$(BIN)/pytest -n 2 --dist loadgroup $(1) $(STATISTICS:%=--ignore=%)
endef

.DEFAULT_GOAL := help
.PHONY: help report test test-all lint types default-tests all-tests bench bench-scale docs pictures words lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

report: ## build the demo report into output/
	@.ci/setup report
	@test -f $(DEMO)/reportgen.toml || $(BIN)/reportgen demo $(DEMO) --rows 100000
	@$(BIN)/reportgen build -c $(DEMO)/reportgen.toml -o output

# Types are checked beside the tests, which leave a core idle now and then.
test: lint ## lint, types and the default tests (up to 8 minutes)
	@$(MAKE) --no-print-directory -j 2 types default-tests

test-all: lint ## everything, with the long simulations too
	@$(MAKE) --no-print-directory -j 2 types all-tests

lint:
	@.ci/setup test
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo 'formatting differs; run: $(BIN)/ruff format .'; exit 1; }

types:
	@.ci/setup test
	@$(BIN)/mypy

default-tests:
	@set -e; $(call tests,-m "not slow")

all-tests:
	@$(call tests,)

bench: ## time, memory and targets of whole commands, beside the floor and the notebooks' way
	@.ci/setup test
	@$(BIN)/python -m benchmarks.bench

bench-scale: ## how time and memory grow from 0.1 to 10 million people
	@.ci/setup test
	@$(BIN)/python -m benchmarks.scale

docs: ## write the reference pages in docs/ from the program
	@.ci/setup report
	@$(BIN)/python -c 'from reportgen.config import config_reference; print(config_reference(), end="")' > docs/config.md
	@$(BIN)/python -c 'from reportgen.cli_reference import cli_reference; print(cli_reference(), end="")' > docs/cli.md
	@$(BIN)/python -c 'from reportgen.analysis.reference import json_reference; print(json_reference(), end="")' > docs/analysis-json.md
	@$(BIN)/python -c 'import json; from reportgen.analysis.serial import json_schema; print(json.dumps(json_schema(), indent=1))' > docs/analysis.schema.json

pictures: ## take the pictures in docs/images from the demo report
	@.ci/setup test
	@$(BIN)/python docs/pictures.py output/latest

lock: ## take the newest versions into .ci/constraints.txt
	@.ci/setup test
	@.ci/lock

words: ## take new messages into the catalogues of translations
	@.ci/setup test
	@$(BIN)/python .ci/words.py

clean: ## remove the environment, the demo data and all reports
	rm -rf .venv .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info $(DEMO)
	find output -mindepth 1 -not -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
