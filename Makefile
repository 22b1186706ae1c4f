# What a person types. `make` alone lists it.
#
# Everything is set up in .venv on first use, and again only when the requirements change.

PYTHON = $$(command -v python3.11 || command -v python3)
BIN = .venv/bin
READY = .venv/.ready
# REQUIRE=1 turns a missing PostgreSQL or browser from a remark into a failure.
REQUIRE =

.PHONY: help setup demo test lint format mutation soak screenshots lock clean

help:
	@echo "make demo         load the example partnership and start its two nodes, http://localhost:8001 and :8002"
	@echo "make test         the suite on SQLite, and on PostgreSQL and in a browser where they are found"
	@echo "                  (REQUIRE=1: fail where they are not; ARGS=… goes to pytest)"
	@echo "make lint         style, types, layers, templates, migrations, translations, lock files"
	@echo "make format       put Python files and imports in the house's shape"
	@echo "make mutation     take one check at a time out of policies and queries; a test must notice each"
	@echo "make soak         what takes longer than a person waits"
	@echo "make screenshots  every page, wide and phone, both languages, light and dark, in ./screenshots"
	@echo "make lock         resolve the requirements anew (ARGS=--upgrade for newer versions)"
	@echo "make clean        remove what tools made; the node in ./node stays"

setup: $(READY)
	@:

$(READY): requirements/dev.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh scripts/setup.sh $(READY)

demo: $(READY)
	@$(BIN)/comity demo

test: $(READY)
	@COMITY_REQUIRE="$${COMITY_REQUIRE:-$(REQUIRE)}" $(BIN)/python scripts/test.py $(ARGS)

lint: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/lint.sh

format: $(READY)
	@$(BIN)/ruff check --quiet --select I --fix . && $(BIN)/ruff format .

mutation: $(READY)
	@$(BIN)/python -m pytest -q -m mutation $(ARGS)

soak: $(READY)
	@$(BIN)/python -m pytest -m soak -rP $(ARGS)

screenshots: $(READY)
	@$(BIN)/python -m scripts.screenshots screenshots

lock:
	@PYTHON="$(PYTHON)" sh scripts/lock.sh $(ARGS)

clean:
	@rm -rf .venv build dist screenshots test-results .coverage htmlcov
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
