# The two commands: `make demo` tries the platform, `make test` proves it. `make help` lists the others.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 600
SEED ?= 1
REQUESTS ?= 20000
NATIONAL ?=
DEVICES ?= 35
MBIT ?= 8
SCREENS ?= var/screens
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo media guide test faults fuzz hosts room screens check fix bench lock audit sbom clean

help: ## what can be asked of this file
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

setup: .venv/base ## build the environment alone

demo: .venv/base ## run the platform here, with demonstration data (PORT=8000)
	@exec $(BIN)/python manage.py demo --port $(PORT)

media: .venv/base ## build the media of the whole bank, and check all of them
	@$(BIN)/python manage.py build_media
	@$(BIN)/python manage.py build_media --check

guide: .venv/dev ## make the pictures of the online guide from the real screens, below static/guide/
	@sh esr/ops/packages.sh test
	@GUIDE_PICTURES=static/guide $(BIN)/python -m pytest -q tests/journeys/test_guide_pictures.py

test: .venv/dev ## every test: SQLite, PostgreSQL with Redis, and the journeys in Chromium
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.run

faults: .venv/dev ## exams on a platform whose processes are killed -9 (SECONDS=600 SEED=1)
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.faults --seconds $(SECONDS) --seed $(SEED)

hosts: .venv/dev ## exams on two machines in network namespaces, lost in turn (SECONDS=600 SEED=1)
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.faults.hosts --seconds $(SECONDS) --seed $(SEED) --patient

fuzz: .venv/dev ## hostile requests to every address, by every role (REQUESTS=20000 SEED=1)
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.fuzz --requests $(REQUESTS) --seed $(SEED)

room: .venv/dev ## a whole room sits an exam on one narrow line (DEVICES=35 MBIT=8); about 25 minutes
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.room --devices $(DEVICES) --mbit $(MBIT)

screens: .venv/dev ## every screen of every role as pictures, in four widths and two themes (SCREENS=var/screens)
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.screens $(SCREENS)

check: .venv/dev ## style, templates, import contracts, migrations, deployment settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://example.org LEGAL_FILE=docs/legal.toml SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --database default --fail-level WARNING

fix: .venv/dev ## mend what the checks can mend by themselves
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/dev ## every benchmark beside a peer of the same run; NATIONAL=1: those of a whole nation (0.05: a trial)
	@sh esr/ops/packages.sh test
	@exec $(BIN)/python -m tests.bench $(NATIONAL)

lock: ## renew the hashed lock files from requirements/*.in
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade \
		requirements/base.in --output-file requirements/base.txt
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade \
		requirements/audit.in --output-file requirements/audit.txt
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--constraint requirements/base.txt requirements/dev.in --output-file requirements/dev.txt

audit: var/audit/ready ## known vulnerabilities in what is installed (asks the package index)
	var/audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/base.txt
	var/audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/dev.txt

sbom: .venv/base var/audit/ready ## the bill of materials, var/sbom.json (CycloneDX), validated
	@$(BIN)/python manage.py sbom --output var/sbom.json
	@var/audit/bin/python esr/ops/sbom_check.py var/sbom.json

var/audit/ready: requirements/audit.txt
	@$(PYTHON) -m venv var/audit
	@var/audit/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/audit.txt
	@touch $@

clean: ## forget the environment and all local data
	rm -rf .venv var

.venv/base: requirements/base.txt esr/ops/packages.sh
	@sh esr/ops/packages.sh demo
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the Python packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/base.txt
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	@echo "Installing the development packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@
