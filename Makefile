# make demo | test | check | bench | docs. Each makes the environment it needs: .venv, by plain venv and pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.llamo-stamp
# The environment is current if it was made here, by this Python, from these two files.
WANTED = $$( { pwd; $(PYTHON) --version; cat pyproject.toml constraints.txt; } 2>&1 | cksum )

.DEFAULT_GOAL := help
.PHONY: help env demo test check bench docs docs-serve clean

help:
	@echo "make demo    real answers for real molecules, and a picture (demo/molecules.png)"
	@echo "make test    all tests"
	@echo "make check   lint, format, types, tests"
	@echo "make bench   speed on this machine"
	@echo "make results every table of docs/results.md (LIMIT=20: short, LIMIT=all: every row; ENDPOINT=none: no in-context row)"
	@echo "make docs    the documentation site (site/index.html); make docs-serve shows it while you write"
	@echo "make env     the environment alone ($(VENV)); the others begin with it"

env:
	@if [ "$(WANTED)" = "$$(cat $(STAMP) 2>/dev/null)" ]; then exit 0; fi; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is $$($(PYTHON) --version), 3.11 or later is needed; try make PYTHON=python3.11" >&2; exit 1; }; \
	echo "making the environment in $(VENV) (a few minutes, once)"; \
	rm -f $(STAMP) && \
	$(PYTHON) -m venv $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,docs]' && \
	echo "$(WANTED)" > $(STAMP)

demo: env
	@$(BIN)/llamo demo

test: env
	$(BIN)/python -m pytest -q

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q

bench: env
	$(BIN)/llamo bench featurise
	$(BIN)/llamo bench encoder

# Strict: a link that leads nowhere fails (with --quiet it would not). Needs no network.
docs: env
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "site/index.html"

docs-serve: env
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

# Redoes the tables of docs/results.md. A run that was cut short is taken up; LIMIT=20 is the short form, LIMIT=all has every row asked.
# In-context learning asks the endpoint in LLAMO_API_BASE; without one, SmolLM2 is served here while it runs (ENDPOINT=none: left out).
LIMIT ?= 100
ENDPOINT ?= $(if $(LLAMO_API_BASE),given,local)
.PHONY: results
results: env
	@if [ "$(ENDPOINT)" = local ]; then \
		$(BIN)/python -m llamo.testing.chat_server --model smollm2-135m-instruct --port 8137 & server=$$!; \
		trap 'kill $$server 2>/dev/null' EXIT INT TERM; \
		export LLAMO_API_BASE=http://127.0.0.1:8137/v1 LLAMO_API_MODEL=smollm2-135m-instruct; \
	elif [ "$(ENDPOINT)" = none ]; then unset LLAMO_API_BASE; \
	fi; \
	$(BIN)/llamo results configs/results/default.yaml --out runs/results --limit $(patsubst all,0,$(LIMIT)) --page docs/results.md --resume

clean:
	rm -rf $(VENV) demo build dist site src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
