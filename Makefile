PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: review test explore check pins clean

review: .venv/installed
	$(BIN)/workbench review practice-2025-Q4

test: .venv/installed-for-tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

explore: .venv/installed-for-tests
	$(BIN)/python -m pytest -q -n 2 -m hypothesis --hypothesis-profile explore

check: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

pins: .venv/installed-for-tests
	$(BIN)/python .ci/pins.py --newest

clean:
	rm -rf .venv private outputs/practice-*

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 review"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing the workbench into .venv (about a minute, once) ..."
	@$(INSTALL) --editable .
	@touch $@

# With uv, which is one of the tests' own packages, in half the time; where uv finds no index of packages, without it.
.venv/installed-for-tests: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing what the tests need (about a minute, once) ..."
	@$(INSTALL) uv
	@$(BIN)/python -m uv pip install --quiet --compile-bytecode --python $(BIN)/python \
		--constraint constraints.txt --editable '.[test]' || $(INSTALL) --editable '.[test]'
	@touch .venv/installed $@
