# Everything one does with this project. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell PYENV_VERSION=3.13 pyenv which python3.13 2>/dev/null || command -v python3.13)
NPM ?= $(shell command -v npm || echo .node/bin/npm)
DEMO ?=

export SAM_CLI_TELEMETRY := 0

# $(call venv,FOLDER): a virtual environment of the right Python that holds uv.
define venv
	"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { \
	  echo "Open PRM needs Python 3.13 (see .python-version) and none was found."; \
	  echo "Install it, for example with 'pyenv install 3.13' or 'uv python install 3.13', or name it: make setup PYTHON=/path/to/python3.13"; \
	  exit 1; }
	test -x $(1)/bin/uv && $(1)/bin/python -c '' 2>/dev/null || { \
	  echo "Making $(1) with $$("$(PYTHON)" --version)"; \
	  "$(PYTHON)" -m venv --clear $(1); \
	  $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt; }
endef
SYNC = uv pip sync --quiet --require-hashes --no-build

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.ready ## make .venv with all that development needs (instant when nothing changed)
	@:

.venv/.ready: pyproject.toml .python-version requirements/dev.txt requirements/uv.txt
	@$(call venv,.venv)
	@echo "Installing what requirements/dev.txt lists into .venv"
	@.venv/bin/$(SYNC) -p .venv/bin/python requirements/dev.txt requirements/uv.txt
	@echo "Installing this project into .venv, as it stands"
	@.venv/bin/uv pip install --quiet -p .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Ready: .venv/bin/prm --help, make test, make run"
