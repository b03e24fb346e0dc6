# Intercoder. `make` or `make help` lists what can be done.
PORT ?= 8000
BIN := .venv/bin
TRANSLATIONS := server/intercoder/translations
CATALOGUES := $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.NOTPARALLEL:
# The time of a whole run is counted from here, and says something where the machine had no other work (scripts/house.py).
ifndef BEGAN
BEGAN := $(shell date +%s) $(shell cut -d' ' -f1 /proc/loadavg 2>/dev/null)
endif
export BEGAN
# Images of containers forbid to keep what Python compiles: each of the hundreds of programs here would compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help demo large setup test torture bench house pythons newest lock lint types imports format translations wheel clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.stamp-run translations ## Show a project that is already coded, at http://127.0.0.1:8000 (or PORT=8001 make demo)
	@exec $(BIN)/intercoder demo --port $(PORT)

large: .venv/.stamp-dev translations ## The same on PostgreSQL, Redis, two web processes and a worker, all throw-away
	@scripts/system-packages.sh postgresql redis
	@exec $(BIN)/python tests/large.py --port $(PORT)

setup: .venv/.stamp-dev translations ## Make .venv with everything that work on the code needs
	@:

test: setup ## Install what is missing, then run every check and the whole test suite
	@scripts/system-packages.sh postgresql redis chromium fonts systemd r pspp libreoffice
	@$(MAKE) --no-print-directory -j2 pythons types lint imports house
	@exec $(BIN)/python -m pytest

torture: setup ## What takes minutes, with its figures: kills by the dozen, thousands of connections, timing (ONLY=tests/torture/test_kills.py)
	@scripts/system-packages.sh postgresql redis
	@exec $(BIN)/python -m pytest -n 0 -o timeout=3600 $(or $(ONLY),tests/torture)

bench: setup ## Every figure of speed with its budget, beside Taguette and Potato from PyPI: twenty minutes on a quiet machine (QUICK=1)
	@scripts/system-packages.sh postgresql redis
	@exec $(BIN)/python benchmarks/bench.py $(if $(QUICK),--quick)

lock: .venv/.stamp-dev ## Pin the newest of everything that pyproject.toml allows (requirements/)
	@scripts/lock.sh

pythons: .venv/.stamp-dev ## The suites of numbers and texts on the oldest supported Python and on the newest that is here
	@$(BIN)/python scripts/other_pythons.py

newest: ## Not blocking: types and the whole suite with the newest of everything, in an environment of its own
	@scripts/newest.sh

house: .venv/.stamp-dev ## The figures of the house with their ceilings: Any, statements, long files, the time of the tests
	@$(BIN)/python scripts/house.py

lint: .venv/.stamp-dev ## Style: ruff; sentences that people read are literals; templates as their formatter wants them
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "make format puts these right:"; $(BIN)/ruff format --check; exit 1; }
	@$(BIN)/python scripts/messages.py lint
	@$(BIN)/python scripts/templates.py check
	@$(BIN)/python scripts/routes.py check

types: .venv/.stamp-dev ## Types: mypy, strict
	@$(BIN)/mypy

imports: .venv/.stamp-dev ## Floors: who may import whom
	@out=$$($(BIN)/lint-imports 2>&1) || { echo "$$out"; exit 1; }

format: .venv/.stamp-dev ## Put the style right
	@$(BIN)/ruff check --quiet --fix
	@$(BIN)/ruff format --quiet
	@$(BIN)/python scripts/templates.py
	@$(BIN)/python scripts/routes.py write

translations: $(COMPILED) ## Compile the translations that changed
	@:

%.mo: %.po | .venv/.stamp-run
	@$(BIN)/python scripts/compile_messages.py $<

wheel: .venv/.stamp-dev translations ## Build dist/intercoder-*.whl
	@rm -rf dist
	@$(BIN)/python -m build --quiet --outdir dist && ls dist/*.whl

clean: ## Remove what was built and the caches (.venv stays)
	@rm -rf build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -f $(COMPILED)
	@find server migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.stamp-run: pyproject.toml requirements/run.txt
	@scripts/setup.sh run

.venv/.stamp-dev: pyproject.toml requirements/dev.txt
	@scripts/setup.sh dev
