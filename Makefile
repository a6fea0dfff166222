# Everything a fresh machine needs is Python 3.11 or later and make. `make help` lists the targets.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
RESIDENTS ?= 60
ARGS ?=
ON ?= sqlite

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_REQUIRE_VIRTUALENV := 1
# Tests start hundreds of processes: each would compile all modules anew where Python is told to keep none compiled.
export PYTHONDONTWRITEBYTECODE :=

# The first of these that runs and is recent enough; a name alone may be a shim without a Python behind it.
PYTHONS := python3.11 python3.12 python3.13 python3
RECENT_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
find_python = for python in $(PYTHONS); do \
	if "$$python" -c '$(RECENT_ENOUGH)' 2>/dev/null; then found="$$python"; break; fi; done; \
	if [ -z "$$found" ]; then \
	echo "Python 3.11 or later with venv is needed (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; fi

# The first of these that is there; Chromium without a window needs the least of a machine.
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable
find_browser = for name in $(BROWSERS); do command -v "$$name" >/dev/null && exit 0; done

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-tests browser libical demo test check sbom audit format fuzz bench bench-feeds bench-load bench-names wheelhouse translations openapi site pictures requirements clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo "  Variables: PORT=8000, RESIDENTS=60 and RESET=1 for demo; ARGS='…' for test and bench."

setup: $(VENV)/.installed $(VENV)/.compiled ## make .venv with the pinned packages and this one

setup-tests: setup $(VENV)/.installed-for-tests $(VENV)/.readers browser libical ## also what tests and checks need: their packages, Chromium

demo: setup ## create a hospital, plan, publish and serve it; later runs serve the same one (RESET=1: start afresh)
	@if [ -n "$(RESET)" ]; then rm -rf demo; fi
	@$(BIN)/rounds demo --dir demo --port $(PORT) --residents $(RESIDENTS)

test: setup-tests ## run every test (ARGS='tests/web -k feed' for some; ON=postgresql on that database)
	@ROUNDS_TESTS_ON=$(ON) $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.installed-for-tests ## style, format, types, which package may import which, and the pins
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/packages.py check

sbom: $(VENV)/.installed-for-tests ## write the bill of materials (CycloneDX) of all that is installed to build/sbom.cdx.json
	@$(BIN)/python .ci/packages.py sbom

audit: $(VENV)/.installed-for-tests ## ask whether vulnerabilities are known of what is installed; needs the network, and says what it could not ask
	@$(BIN)/python .ci/packages.py audit

fuzz: $(VENV)/.installed-for-tests ## give every door spoilt files, mails and requests (SECONDS=600 each, DOOR=calendars)
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz "$(or $(SECONDS),60)" $(DOOR)

format: $(VENV)/.installed-for-tests ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: setup ## write the description of the API to docs/openapi.json
	@$(BIN)/python -c "from web.api.description import as_text; print(as_text(), end='')" > docs/openapi.json

site: $(VENV)/.installed-for-tests ## build the handbooks and documents as a site in build/site; what is missing fails it
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --nitpicky -c docs/site docs build/site
	@echo "The site is in build/site. Open build/site/index.html, or put the folder on any web server."

pictures: $(VENV)/.installed-for-tests ## cut the handbooks' pictures out of what the browser tests left in screenshots/
	@$(BIN)/python docs/screenshots/cut.py

bench: setup ## measure the planner
	@$(BIN)/rounds bench $(ARGS)

bench-feeds: $(VENV)/.installed ## measure how fast calendar feeds are served and updated (PEOPLE=10000, SECONDS_EACH=10)
	@for tool in wrk nginx; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
		echo "Installing$$missing for the measurement."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; fi
	@$(BIN)/python benchmarks/feeds.py

bench-load: $(VENV)/.installed-for-tests ## measure how long people wait at 100 visits a second (PEOPLE=10000, RATE=100, SECONDS_EACH=30, DATABASE=sqlite, KEEP=folder)
	@$(BIN)/python benchmarks/load.py

translations: $(VENV)/.installed ## collect every sentence in the catalogues of scheduler/translations, and compile them
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k say -k mark -k say_many:1,2 -k mark_many:1,2 --no-wrap --sort-output --no-location -o build/messages.pot scheduler web
	@$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete -i build/messages.pot -d scheduler/translations
	@$(BIN)/pybabel -q compile -d scheduler/translations

bench-availability: $(VENV)/.installed ## measure how long it takes to work out everyone's availability (PEOPLE=10000)
	@$(BIN)/python benchmarks/availability.py

bench-names: $(VENV)/.installed ## measure how names on rotas are matched to people: rightly, wrongly, asked (SEEDS=40)
	@PYTHONPATH=. $(BIN)/python benchmarks/names.py

bench-tiny: $(VENV)/.installed ## list what the search misses on tiny problems of all shapes (COUNT=1000, ENGINE=search, SECONDS=1)
	@PYTHONPATH=. COUNT="$(COUNT)" SHAPE="$(SHAPE)" FIRST="$(FIRST)" ENGINE="$(ENGINE)" SECONDS="$(SECONDS)" $(BIN)/python benchmarks/tiny.py

bench-repair: $(VENV)/.installed ## measure how long a repair takes and how much it moves (RESIDENTS=120)
	@$(BIN)/python benchmarks/repair.py

bench-troubles: $(VENV)/.installed ## measure how long the list of troubles takes after an import (PEOPLE=180,10000)
	@$(BIN)/python benchmarks/troubles.py

bench-edits: $(VENV)/.installed ## measure how long changing a draft by hand takes (RESIDENTS=180,2400)
	@RESIDENTS=$(if $(filter file,$(origin RESIDENTS)),,$(RESIDENTS)) $(BIN)/python benchmarks/edits.py

bench-rotas: $(VENV)/.installed ## measure how well rotas of all shapes are read (SEEDS=3, FUZZ=50, SHAPE="xy_weeks", DETAILS=1)
	@SEEDS="$(or $(SEEDS),3)" FUZZ="$(or $(FUZZ),0)" SHAPE="$(SHAPE)" DETAILS="$(DETAILS)" $(BIN)/python benchmarks/rotas.py

bench-pages: $(VENV)/.installed-for-tests ## measure how long every page takes (RESIDENTS=2400, TIMES=5, KEEP=folder)
	@RESIDENTS=$(if $(filter file,$(origin RESIDENTS)),2400,$(RESIDENTS)) $(BIN)/python benchmarks/pages.py

bench-scaling: $(VENV)/.installed-for-tests ## measure what growing costs on PostgreSQL, a unit each (RESIDENTS=600, SECONDS_EACH=60)
	@RESIDENTS=$(if $(filter file,$(origin RESIDENTS)),600,$(RESIDENTS)) PYTHONPATH=. $(BIN)/python benchmarks/scaling.py

wheelhouse: $(VENV)/.installed ## put this version and all that it needs in build/wheelhouse, for machines without a network
	@rm -rf build/wheelhouse build/wheel
	@mkdir -p build/wheelhouse build/wheel
	@tar --create --exclude __pycache__ $(IN_WHEEL) | tar --extract --directory build/wheel
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheelhouse ./build/wheel
	@$(BIN)/python -m pip wheel --quiet --require-hashes --wheel-dir build/wheelhouse -r requirements.txt
	@cp requirements.txt build/wheelhouse/
	@rm -rf build/wheel
	@echo "Install with: pip install --no-index --find-links build/wheelhouse mentor-rounds"

requirements: $(VENV)/.installed ## pin the packages of requirements*.in again, with hashes
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(PINNING) requirements.in -o requirements.txt
	$(BIN)/uv pip compile $(PINNING) -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean: ## remove what these targets made: .venv, the demo, caches (never var/, which holds an installation)
	rm -rf $(VENV) demo build screenshots *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

IN_WHEEL := LICENSE README.md pyproject.toml requirements.in wsgi.py scheduler solvers web
PINNING := --quiet --generate-hashes --no-annotate --no-header --python-version 3.11

$(BIN)/python:
	@$(find_python); echo "Making $(VENV) with $$("$$found" --version)."; "$$found" -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements.txt pyproject.toml
	@echo "Installing the pinned packages. This is done once and takes a minute or two."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# The planner's hot loops become machine code once, here, instead of in the first run's time.
$(VENV)/.compiled: $(VENV)/.installed $(wildcard solvers/engines/*.py solvers/engines/*/*.py)
	@echo "Compiling the planner. This is done once for each version and takes a minute or two."
	@$(BIN)/python -m solvers.warm_up
	@touch $@

$(VENV)/.installed-for-tests: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests and checks need."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# Calendar readers that run in Node, which comes as a package of its own.
$(VENV)/.readers: $(VENV)/.installed-for-tests tests/readers/package-lock.json
	@PATH="$(CURDIR)/$(BIN):$$PATH"; \
	if npm ci --prefix tests/readers --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null; then touch $@; \
	else echo "The calendar readers of tests/readers could not be installed; their tests will fail." >&2; \
		[ "$(CI)" != true ]; fi

browser:
	@$(find_browser); \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium for the browser tests."; \
		export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && \
		{ apt-get install -y -qq chromium-headless-shell fonts-dejavu-core >/dev/null 2>&1 || \
			apt-get install -y -qq chromium fonts-dejavu-core >/dev/null; }; \
	elif [ "$(CI)" = true ]; then \
		echo "The browser tests need Chromium or Chrome, and it cannot be installed from here." >&2; exit 1; \
	else \
		echo "No Chromium or Chrome was found: the browser tests are skipped. Install your system's package 'chromium'."; \
	fi

# The C library that Evolution and KOrganizer read calendars with: one more reader, where it can be had.
libical: | browser # one installation at a time
	@if ! ldconfig -p 2>/dev/null | grep -q libical.so.3 && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing libical for the calendar tests."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gir1.2-ical-3.0 >/dev/null || \
		echo "libical could not be installed; calendars are read back without it." >&2; fi
