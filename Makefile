# ibsim: `make run` runs the main job, `make test` checks the code.  Both set up what they need in .venv
# from the locks.  Needs git, make and Python 3.11 or later with venv and pip; say `make PYTHON=python3.12 run`
# to choose another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A lock names everything, so nothing is resolved: a resolver that looks for a package with an extra may take a
# newer one than the lock's, and refuse it. `pip check` says whether anything is missing.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --no-deps
SCENARIO := scenarios/metropolitan-pilot.yaml
PROVE_MINUTES ?= 480
UV_LOCK := $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --quiet \
	--custom-compile-command "make lock"

.DELETE_ON_ERROR:
.PHONY: help run test test-all coverage mutants prove portability audit release browser office check compiled bench \
	lock schema clean

help:
	@echo "make run       run the main job: $(SCENARIO), 20 replications"
	@echo "make test      style, types, floors and the quick tests"
	@echo "make test-all  the same and the slow tests"
	@echo "make coverage  how much of the code the quick tests run; fails below the limits"
	@echo "make mutants   how many small faults in the engine and the rooms the tests find"
	@echo "make prove     the counted tests with their overnight counts, for PROVE_MINUTES ($(PROVE_MINUTES))"
	@echo "make portability  the same results with the oldest and newest libraries and other Pythons?"
	@echo "make audit     known vulnerabilities of the locked versions (needs a network)"
	@echo "make release   wheel, sdist, bill of materials and checksums, in dist/"
	@echo "make bench     time the engine and the full model"
	@echo "make schema    write the scenario schema anew from the settings"
	@echo "make lock      resolve the locked versions anew"
	@echo "make clean     remove .venv, caches and build leftovers (results stay)"

run: $(VENV)/runtime.stamp
	@echo "Running $(SCENARIO), 20 replications; the first run of a version compiles the engine, about a minute."
	@stamp=$$(date +%Y%m%d-%H%M%S); out=results/metropolitan-pilot-$$stamp; n=2; \
	while [ -e "$$out" ]; do out=results/metropolitan-pilot-$$stamp-$$n; n=$$((n + 1)); done; \
	mkdir -p results; \
	$(BIN)/ibsim run $(SCENARIO) --replications 20 --seed 1 --out "$$out" && \
	echo "The results are in $$out"

test: $(VENV)/dev.stamp browser
	@$(MAKE) --no-print-directory -j 2 compiled check
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

test-all: office test
	$(BIN)/python -m pytest -q -n 2 -m slow

# Coverage does not see into compiled code: the engine's tests, people by hand and a dozen councils with every
# room run once as plain Python (NUMBA_DISABLE_JIT), then the quick tests as they are.
EXACT := ibsim/engine/*,ibsim/results/*,ibsim/scenario/*
PLAIN := tests/unit/engine tests/unit/test_draws.py tests/mutation/councils.py \
	tests/conservation/test_steps_by_hand.py tests/conservation/test_by_hand.py \
	tests/conservation/test_five_journeys.py tests/conservation/test_five_outcomes.py \
	tests/conservation/test_adaptation_by_hand.py
TESTS := tests
coverage: $(VENV)/dev.stamp browser
	rm -f .coverage .coverage.*
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n 2 --cov --cov-report= $(PLAIN)
	$(BIN)/python -m pytest -q -n 2 -m "not slow" --cov --cov-append --cov-report= $(TESTS)
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=97
	$(BIN)/coverage report --include="$(EXACT)" --skip-covered --show-missing --fail-under=100

# Takes hours for many; `make mutants TRIES=500 SEED=2`. Exits with 1 where fewer than 85 percent are killed.
TRIES ?= 150
SEED ?= 1
mutants: $(VENV)/dev.stamp
	$(BIN)/python -m tests.mutation --tries $(TRIES) --seed $(SEED)

# Goes as far as the time given; what was reached stands in results/prove-DATE.txt.
prove: $(VENV)/dev.stamp
	$(BIN)/python -m tests.prove --minutes $(PROVE_MINUTES) --seed $(SEED)

# An environment each for the extremes that pyproject.toml allows, on each Python of this machine.
portability: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.portability all

audit: $(VENV)/release.stamp
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements-dev.lock

# The bill of materials (CycloneDX) lists every locked package that a user installs, with its hashes.
release: $(VENV)/release.stamp
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application \
	--output-reproducible --output-format JSON --output-file dist/ibsim.cdx.json
	cd dist && sha256sum * > SHA256SUMS

# The dashboard's tests drive the system's Chromium, or the one that IBSIM_CHROMIUM names.
browser:
	@[ -n "$$IBSIM_CHROMIUM" ] || command -v chromium >/dev/null || \
	{ if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	echo "Setting up Chromium from the system's packages, for the dashboard's tests."; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	apt-get install -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else echo "test needs Chromium: install your system's package (on Debian, as root: apt-get install" >&2; \
	echo "--no-install-recommends chromium), or name one with IBSIM_CHROMIUM=/path/to/chromium" >&2; exit 1; fi; }

# The slow tests open workbooks in LibreOffice and look at its pages.
office:
	@command -v soffice >/dev/null && command -v pdftoppm >/dev/null || \
	{ echo "test-all needs LibreOffice Calc and poppler; on Debian, as root:" >&2; \
	echo "apt-get install --no-install-recommends libreoffice-calc-nogui poppler-utils" >&2; exit 1; }

check: $(VENV)/dev.stamp
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Compiling takes one core for a minute, types and floors need the other.
compiled: $(VENV)/dev.stamp
	@echo "The engine is compiled beside this, once for these sources."
	@$(BIN)/python -c "from ibsim.experiment.warming import ensure_compiled; ensure_compiled()"

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

schema: $(VENV)/runtime.stamp
	$(BIN)/ibsim schema > ibsim/scenario/scenario.schema.json.new
	mv ibsim/scenario/scenario.schema.json.new ibsim/scenario/scenario.schema.json

# The development lock starts from the runtime lock, so that both name the same versions.
lock: $(VENV)/dev.stamp
	$(UV_LOCK) --upgrade --extra dashboard --output-file requirements.lock
	$(UV_LOCK) --upgrade --extra dashboard --extra dev --extra cluster --constraints requirements.lock --output-file requirements-dev.lock
	$(UV_LOCK) --upgrade --extra release --constraints requirements-dev.lock --output-file requirements-release.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache .coverage .coverage.*
	find ibsim tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "ibsim needs Python 3.11 or later; say which one with make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) from requirements.lock; the first time packages are fetched."
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-build-isolation --no-index --editable .
	$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	$(PIP) --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip --disable-pip-version-check check
	@touch $@

$(VENV)/release.stamp: requirements-release.lock $(VENV)/dev.stamp
	$(PIP) --require-hashes -r requirements-release.lock
	@touch $@
