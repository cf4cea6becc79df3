# What a person types. PORT and DATA_DIR are honoured by `make run`, as make variables or from the
# environment: make hands both kinds on, and settings.py says what they mean.

BIN := .venv/bin
STAMP := .venv/.installed

# The first Python that is new enough and can make a virtual environment.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

.PHONY: run test check schema bench chaos load lock clean

run: $(STAMP)
	@exec $(BIN)/tenure serve --demo

test: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tenure export-schema --check

# Ratios against hand-written SQL in the same run; see docs/performance.md.
bench: $(STAMP)
	$(BIN)/python -m bench.renewals

# Kills workers and connections under load for some minutes, then counts: nothing missing, nothing twice.
chaos: $(STAMP)
	$(BIN)/python -m chaos

# A real server under load for a minute and a half, its database restarted and killed meanwhile, then the count.
load: $(STAMP)
	$(BIN)/python -m load

schema: $(STAMP)
	$(BIN)/tenure export-schema

$(STAMP): requirements.lock pyproject.toml
	$(if $(PYTHON),,$(error Tenure needs Python 3.11 or newer, with its venv module (Debian: python3-venv)))
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Newest versions that pyproject.toml allows. uv comes from outside: it is no part of Tenure.
lock: $(STAMP)
	uv=$$(mktemp -d) && trap 'rm -rf "$$uv"' EXIT && $(BIN)/python -m venv "$$uv" \
	&& "$$uv/bin/pip" install --quiet --disable-pip-version-check uv \
	&& "$$uv/bin/uv" pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --upgrade --quiet -o requirements.lock

# What make and the tools have made. Never the data: that is var/, or DATA_DIR.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
