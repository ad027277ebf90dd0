# Everything that people and CI run. The environment .venv is made on first use, from the hash-locked requirements.

# The first Python from 3.11 up; another one: make PYTHON=/path/to/python test
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
ENVIRONMENT := .venv/stamp
PEERS := tests/peers/node_modules
WORKFLOWS := .github/workflows/*.yml tests/image/workflows/*.yml
WITH_NODE := tests/peers/with-node
LINT := tests/lint/node_modules
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test image lint peers node bench format rules interface lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(ENVIRONMENT)  ## take a cloud service from HTTP to proven HTTPS, against a small Azure on this machine
	$(BIN)/python tests/demo.py

test: $(ENVIRONMENT)  ## run every test that needs nothing but Python, and hold the coverage
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --numprocesses auto --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

image: $(ENVIRONMENT)  ## build the container, and run it as GitHub's runner and act do (as root; installs podman on Debian)
	$(BIN)/python -B -m tests.image

lint: $(ENVIRONMENT) $(LINT)/stamp  ## check format, types, imports, workflows, Dockerfile, YAML and SARIF
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/actionlint -shellcheck $(BIN)/shellcheck $(WORKFLOWS)
	$(BIN)/shellcheck .ci/run $(WITH_NODE)
	$(BIN)/zizmor --offline --quiet --no-progress .github action.yml
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.azure-pipelines azure-pipelines-task/templates/*.yml
	$(BIN)/yamllint --strict .
	$(BIN)/python -m tests.lint

peers: $(ENVIRONMENT) $(PEERS)/stamp  ## run the blob tests on the sandbox and on Azurite, side by side, and those of key vaults on the sandbox
	$(WITH_NODE) node --version
	$(WITH_NODE) node -p '"Azurite " + require("./$(PEERS)/azurite/package.json").version'
	$(WITH_NODE) $(BIN)/pytest tests/peers

node: $(ENVIRONMENT)  ## find Node.js 20 or newer with npm, or install one into build/node
	@$(WITH_NODE) node -p '"Node.js " + process.version + ", " + process.execPath'

bench: $(ENVIRONMENT)  ## measure the ratios of CPU, memory, requests and image; fails nothing
	$(BIN)/python -m tests.bench

format: $(ENVIRONMENT)  ## format the code, and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

rules: $(ENVIRONMENT)  ## write docs/rules.md anew from the registry of the rules
	$(BIN)/python -m tests.rules_page

interface: $(ENVIRONMENT)  ## write the tables of inputs and outputs in action.yml and README anew
	$(BIN)/python -m tests.interface

lock: $(ENVIRONMENT)  ## write the lock files anew from requirements.in and requirements-dev.in
	$(COMPILE) --output-file requirements.lock requirements.in
	$(COMPILE) --output-file requirements-dev.lock requirements-dev.in
	$(COMPILE) --output-file tests/peers/requirements.lock tests/peers/requirements.in

clean:  ## remove the environment, caches and what the demo wrote
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis demo-output bench-output build *.egg-info $(PEERS) $(LINT)
	rm -f .coverage .coverage.*

$(ENVIRONMENT): requirements-dev.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed (found: '$(PYTHON)', which is none or cannot be run). Install it, or name it: make PYTHON=/path/to/python" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv or ensurepip module. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	@if [ -L .venv ]; then \
		echo ".venv is a symbolic link to $$(readlink .venv), and making the environment would empty that folder. Remove the link." >&2; \
		exit 1; fi
	@echo "Installing the environment into .venv: about a minute, once."
	"$(PYTHON)" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
		--requirement requirements-dev.lock
	touch $@

%/node_modules/stamp: %/package-lock.json | $(ENVIRONMENT)
	$(WITH_NODE) npm ci --prefix $* --no-progress --loglevel=error
	touch $@
