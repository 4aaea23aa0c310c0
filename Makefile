# Everything one does with this project. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell PYENV_VERSION=3.13 pyenv which python3.13 2>/dev/null || command -v python3.13)
NPM ?= $(shell command -v npm || echo .node/bin/npm)
DEMO ?=
ARGS ?=
CODE = $(wildcard functions local benchmarks tests)
TEMPLATES = $(wildcard template.yaml infra/*.yaml)
HTML = functions/prm/web/assets/vendor

export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1
# Trust whom the machine trusts: many clinics sit behind a proxy with a certificate of its own.
export UV_SYSTEM_CERTS ?= 1

# $(call venv,FOLDER): a virtual environment of the right Python that holds uv.
define venv
	test -x $(1)/bin/uv && $(1)/bin/python -c '' 2>/dev/null || { \
	  "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || { \
	    echo "Open PRM needs Python 3.13 (see .python-version) and none was found."; \
	    echo "Install it, for example with 'pyenv install 3.13' or 'uv python install 3.13',"; \
	    echo "or say where it is: make setup PYTHON=/path/to/python3.13"; \
	    exit 1; }; \
	  echo "Making $(1) with $$("$(PYTHON)" --version)"; \
	  "$(PYTHON)" -m venv --clear $(1); \
	  $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt; }
endef

# $(call sync,FOLDER,LOCKS): exactly what the locks list, checked against their hashes.
sync = $(1)/bin/uv pip sync --quiet --require-hashes --no-build -p $(1)/bin/python $(2) requirements/uv.txt

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/.ready ## make .venv with all that development needs (instant when nothing changed)
	@:

.venv/.ready: pyproject.toml .python-version requirements/dev.txt requirements/uv.txt
	@$(call venv,.venv)
	@echo "Installing what requirements/dev.txt lists into .venv"
	@$(call sync,.venv,requirements/dev.txt)
	@echo "Installing this project into .venv, as it stands"
	@.venv/bin/uv pip install --quiet -p .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Ready. Next: make run, make test"

.tools/.ready: requirements/tools.txt requirements/uv.txt
	@$(call venv,.tools)
	@echo "Installing sam, cfn-lint and checkov into .tools"
	@$(call sync,.tools,requirements/tools.txt)
	@touch $@

.PHONY: run
run: setup assets ## start everything on this machine; the first start loads a demo clinic, DEMO=0 leaves it out
	@DEMO="$(DEMO)" .venv/bin/python -m local.run

.PHONY: test
test: setup assets ## run the tests, with browser and DynamoDB Local where there are any; ARGS="-k nps" picks
	@marks=""; \
	for part in browser dynamodb-local; do \
	  $(MAKE) $$part 2>/dev/null && continue; \
	  [[ ",$${PRM_REQUIRE:-}," != *",$${part/-/_},"* ]] || { echo "PRM_REQUIRE asks for them: giving up."; exit 1; }; \
	  marks+="$${marks:+ and }not $${part/-/_}"; \
	done; \
	.venv/bin/pytest -n 2 --dist worksteal -m "$$marks" $(ARGS)

.PHONY: bench
bench: .bench/.ready ## measure what a message costs, beside other senders; ARGS goes to python -m benchmarks
	@PYTHONPATH=functions:. .bench/bin/python -m benchmarks $(ARGS)

.bench/.ready: requirements/dev.txt requirements/bench.txt requirements/uv.txt
	@$(call venv,.bench)
	@echo "Installing what the benchmarks compare with into .bench"
	@$(call sync,.bench,requirements/dev.txt requirements/bench.txt)
	@touch $@

.PHONY: check
check: setup .tools/.ready ## format, lint, types, import directions, templates
	@.venv/bin/ruff format --check --quiet . || { echo "Mend with: .venv/bin/ruff format"; exit 1; }
	@.venv/bin/ruff check --quiet .
	@echo "ruff: well formed"
	@.venv/bin/mypy $(CODE)
	@.venv/bin/lint-imports --no-logo
	@printf '%s\n' $(TEMPLATES) | xargs -r -n1 -P2 .tools/bin/sam validate --lint --template
	@$(if $(TEMPLATES),.tools/bin/cfn-lint $(TEMPLATES))
	@$(if $(TEMPLATES),.tools/bin/checkov --quiet --compact --framework cloudformation --skip-download $(TEMPLATES:%=--file %))

.PHONY: build
build: setup .tools/.ready assets ## build the functions for deployment into .aws-sam
	@echo "Building the functions"
	@PATH="$(CURDIR)/.tools/bin:$$PATH" PIP_NO_DEPS=1 .tools/bin/sam build
	@# Bytecode spares a cold start about 90 ms; /var/task is where Lambda will find the files.
	@find .aws-sam/build -maxdepth 3 -type d -name prm -exec dirname {} \; | while read -r code; do \
	  .tools/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$$code" -p /var/task "$$code"; \
	done
	@.venv/bin/python -m local.built

.PHONY: assets
assets: node_modules/.ready ## fetch the pages' stylesheet and the tests' axe-core from npm
	@:

node_modules/.ready: package.json package-lock.json
	@$(if $(findstring .node/,$(NPM)),$(MAKE) .node/.ready)
	@echo "Fetching Pico CSS and axe-core from npm"
	@PATH="$(CURDIR)/.node/bin:$$PATH" $(NPM) ci --silent --ignore-scripts
	@mkdir -p $(HTML)
	@cp node_modules/@picocss/pico/css/pico.min.css $(HTML)/
	@touch $@

.node/.ready: requirements/node.txt requirements/uv.txt
	@$(call venv,.node)
	@echo "Installing Node.js into .node, as this machine has none"
	@$(call sync,.node,requirements/node.txt)
	@touch $@

.PHONY: browser
browser: ## find a Chromium for the browser tests, or install Debian's
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >/dev/null && exit 0; \
	fi; \
	echo "Browser tests are left out: no Chromium here, and no root to install one."; exit 1

.PHONY: dynamodb-local
dynamodb-local: ## fetch DynamoDB Local, Amazon's own stand-in that the contract tests run on
	@[ local/dynamodb/pom.xml -ot .local/dynamodb/.ready ] && command -v java >/dev/null && exit 0; \
	java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])' && command -v mvn >/dev/null || { \
	  echo "DynamoDB Local tests are left out: they need Java 17 and Maven."; exit 1; }; \
	echo "Fetching DynamoDB Local with Maven"; \
	said="$$(mvn -q -B -f local/dynamodb/pom.xml dependency:copy-dependencies -DincludeScope=runtime \
	  -DoutputDirectory="$(CURDIR)/.local/dynamodb/lib" 2>&1)" || { \
	  echo "$$said"; echo "DynamoDB Local tests are left out: Maven failed."; exit 1; }; \
	touch .local/dynamodb/.ready

.PHONY: pictures
pictures: setup assets browser ## take the pictures of README.md and docs/ anew, from a local run
	@.venv/bin/python -m local.pictures

.PHONY: mutants
mutants: setup ## plant each bug we know how to make in a copy, and fail where no test notices it
	@.venv/bin/python -m tests.planted

FILE ?= functions/prm/insights/nps.py
TESTS ?= tests/insights

.PHONY: mutate
mutate: setup ## change FILE=functions/prm/... in every small way and list what TESTS=tests/... do not notice
	@test -f "$(FILE)" || { echo "There is no $(FILE): say FILE=functions/prm/... and TESTS=tests/..."; exit 1; }
	@rm -rf $(STAGE) && mkdir -p $(STAGE)
	@git ls-files -co --exclude-standard | grep -v '^functions/' | xargs -d '\n' cp --parents -t $(STAGE)
	@cp -r functions $(STAGE)/src
	@printf '%s\n' '[tool.mutmut]' 'source_paths = ["src"]' 'only_mutate = ["$(FILE:functions/%=src/%)"]' \
	  'also_copy = ["local", "infra", "layers", "template.yaml"]' \
	  'pytest_add_cli_args = ["-o", "pythonpath=src .", "-p", "no:randomly", "-m", "not browser and not dynamodb_local"]' \
	  'pytest_add_cli_args_test_selection = ["$(TESTS)"]' >> $(STAGE)/pyproject.toml
	@cd $(STAGE) && ../../.venv/bin/mutmut run; \
	  ../../.venv/bin/mutmut results | awk '/: survived/ {sub(":", ""); print $$1}' | xargs -rn1 ../../.venv/bin/mutmut show

# mutmut takes a module's name from its path and strips only "src", so it works on a copy that has one.
STAGE = .local/mutate

.PHONY: lock
lock: ## compile requirements/ anew from pyproject.toml; ARGS=--upgrade takes what is newest
	@$(call venv,.venv)
	@$(LOCK) pyproject.toml --extra dev $(LAYERS:%=--group %) -o requirements/dev.txt
	@$(LOCK) pyproject.toml --extra local $(LAYERS:%=--group %) -c requirements/dev.txt -o requirements/local.txt
	@$(LOCK) pyproject.toml -c requirements/dev.txt -o requirements/runtime.txt
	@$(LOCK) pyproject.toml -c requirements/dev.txt $(IN_LAMBDA:%=--no-emit-package %) -o functions/requirements.txt
	@for layer in $(LAYERS); do \
	  $(LOCK) --group $$layer -c requirements/dev.txt $(IN_LAMBDA:%=--no-emit-package %) -o layers/$$layer/requirements.txt; \
	done
	@$(LOCK) --group tools --overrides requirements/tools-overrides.txt -o requirements/tools.txt
	@$(LOCK) --group bench -c requirements/dev.txt -o requirements/bench.txt
	@for group in uv node; do $(LOCK) --group $$group -o requirements/$$group.txt; done

LAYERS = $(notdir $(wildcard layers/*))

# Lambda's own Python brings these; shipping them again would cost 22 MB and a slower start.
IN_LAMBDA = boto3 botocore s3transfer jmespath python-dateutil urllib3 six
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.13 \
	--generate-hashes --no-emit-index-url --no-emit-find-links $(ARGS)

.PHONY: clean
clean: ## remove all that make made here, the state of the local run too
	@rm -rf .venv .tools .bench .node node_modules .aws-sam .local $(HTML) test-results
	@find . -name __pycache__ -o -name '.*_cache' -o -name '*.egg-info' | xargs rm -rf
