# Everything a fresh clone needs: `make run` and `make test`. Both set up .venv/ the first time.
PYTHON ?=
PYTEST_ARGS ?= -q -n 2 --dist worksteal
INPUTS ?= 10000
BIN := .venv/bin

.PHONY: run test test-long check setup bench clean

run: .venv/ready
	@bash scripts/run.sh

# Without bytecode every worker and every process that a test starts would compile all again.
test: .venv/ready-for-tests check
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest $(PYTEST_ARGS)

# INPUTS is how many damaged files or kills each of these tests tries.
test-long: .venv/ready-for-tests
	$(BIN)/pytest -q --long --inputs $(INPUTS) -m long

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: .venv/ready

bench: .venv/ready
	$(BIN)/maskloop bench

# The stamps are newer than pyproject.toml while the environment is up to date.
.venv/ready: pyproject.toml
	@PYTHON="$(PYTHON)" bash scripts/setup.sh
	@touch $@

.venv/ready-for-tests: .venv/ready
	@bash scripts/system_packages.sh --tests
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
