# Everything runs unattended. `.ci/prepare` installs what is missing, or names the command that does.

PORT ?= 8000
export SITE_URL ?= http://127.0.0.1:$(PORT)
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
PYTEST := $(PYTHON) -m pytest

.DEFAULT_GOAL := help
.PHONY: help run reset test test-postgres check bench requirements

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: ## install what is missing, load the demo, serve on http://127.0.0.1:8000 (PORT=)
	@.ci/prepare run
	@$(MANAGE) migrate --verbosity 0
	@PORT=$(PORT) $(MANAGE) demo
	@$(MANAGE) runserver 127.0.0.1:$(PORT)

reset: ## delete the demo's database and files, so that the next run starts over
	rm -rf var

test: ## install what tests need and run everything
	@.ci/prepare test
	@$(PYTEST) -n auto --dist loadgroup

test-postgres: ## the same suite on a PostgreSQL cluster that is made for it and removed
	@.ci/prepare test postgres
	@.ci/postgres $(PYTEST) -n auto --dist loadgroup

check: ## lint, format, types, migrations, deployment settings, known holes, templates, content
	@.ci/prepare test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(MANAGE) makemigrations --check --dry-run
	@.ci/check-deploy
	@.venv/bin/python .ci/audit
	@.venv/bin/djlint --lint --quiet elearn curriculum cms
	@$(MANAGE) check_content --quiet

bench: ## speed, as ratios against a floor; prints a table (docs/performance.md)
	@.ci/prepare test postgres
	@.ci/postgres $(PYTHON) -m tests.bench

requirements: ## compile requirements*.txt from the ranges in pyproject.toml
	@.ci/prepare test
	@.venv/bin/uv pip compile --quiet --no-header --no-emit-index-url --upgrade \
		--python-version 3.11 pyproject.toml -o requirements.txt
	@.venv/bin/uv pip compile --quiet --no-header --no-emit-index-url --upgrade \
		--python-version 3.11 --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
