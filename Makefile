# `make` alone lists what there is. Needs Python 3.11 or newer; everything else is installed
# into .venv from requirements/*.txt, whose hashes pip checks.
PYTHON ?= $(firstword $(wildcard .venv/bin/python) $(shell for name in python3 python3.14 \
  python3.13 python3.12 python3.11; do command -v $$name >/dev/null && $$name -c \
  'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name; done))
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
RUN := $(PY) manage.py run
TESTS ?=
# Everything in several processes, a few tests in one.
PYTEST := $(PY) -m pytest $(if $(TESTS),,-n auto --dist worksteal)

.PHONY: help setup setup-dev demo run test test-long check checks audit lock clean

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1|\2/p' Makefile | \
	  awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'

setup: .venv/installed  ## install what the site needs into .venv

setup-dev: .venv/installed-dev  ## install the development tools too

demo: .venv/installed  ## the whole site with a demo at http://127.0.0.1:8000 (PORT=… for another)
	@exec $(RUN) --demo

run: .venv/installed  ## the whole site on the data in var/, without loading a demo
	@exec $(RUN)

# The many processes of the tests compile this code once, also where the shell would have it that
# none keeps what it compiled.
test test-long: export PYTHONDONTWRITEBYTECODE =

test: .venv/installed-dev  ## every test on real servers, long ones small (TESTS=tests/config for some)
	@echo "Chromium for the browser tests: $$($(PY) -m tests.browser)"
	@$(RUN) --test -- $(PYTEST) $(TESTS)

test-long: .venv/installed-dev  ## the same in full size
	@$(RUN) --test -- $(PYTEST) --long --timeout=7200 $(TESTS)

check: .venv/installed-dev  ## format, lint, types, import contracts, migrations, settings, catalogues, known holes
	@$(RUN) --test -- $(MAKE) --no-print-directory checks

checks:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files '*/templates/*.html')
	.venv/bin/mypy config surveys results tests
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py lint_migrations
	$(PY) manage.py update_catalogue --check
	HTTPS=true $(PY) -W error manage.py check --deploy --fail-level WARNING
	$(PY) -P config/known_holes.py

# The same as the last step of check, which passes where no advisories can be reached.
audit:  ## ask the network whether what is locked has known holes; it must answer
	@$(PYTHON) -P config/known_holes.py --must-answer

lock:  ## write requirements/*.txt anew from *.in (needs uv)
	cd requirements && for group in base servers dev; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --no-header --upgrade --output-file $$group.txt $$group.in || exit 1; done

clean:  ## remove what was installed and compiled; var/, the data, stays
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; \
	install it, or name it as in PYTHON=/path/to/python3.12 make $(MAKECMDGOALS)."; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python lacks the modules \
	venv and ensurepip; on Debian and Ubuntu: apt-get install python3-venv."; exit 1; } >&2
	@echo "Making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }

.venv/installed: requirements/base.txt requirements/servers.txt | .venv/bin/python
	@echo "Installing the site into .venv …"
	@$(PIP) -r requirements/base.txt -r requirements/servers.txt
	@$(PY) -m config.catalogues
	@touch $@

.venv/installed-dev: requirements/dev.txt .venv/installed
	@echo "Installing the development tools into .venv …"
	@$(PIP) -r requirements/dev.txt
	@touch $@
