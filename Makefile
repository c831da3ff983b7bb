# Two commands matter: `make run` and `make test`. Both install what is missing first (scripts/setup) and repeat nothing.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run dev build setup setup-build setup-test test test-rust test-web fuzz-api lint lint-code lint-dependencies fmt budgets bench chaos clean force

TOOLS := scripts/with-tools
BINARY := target/release/confab
BUILT := target/.built

# Everything that may end up in the binary. Folders count too: their time changes when a file is added or removed.
PARTS := $(wildcard Cargo.*) $(filter-out target/ data/ docs/ end2end/ bench/ scripts/,$(wildcard */))
SOURCES := $(shell find $(PARTS:/=) \( -name node_modules -o -name tests -o -name '*.snap*' -o -name '* *' \) -prune -o -print)

help: ## list what can be made
	@awk -F ': *.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(BUILT) ## build the release and serve it on 127.0.0.1:5000, with its data under ./data
	@$(BINARY) serve

dev: setup-build ## serve a debug build, and rebuild and reload on each change
	$(TOOLS) cargo leptos watch

build: $(BUILT) ## build the release: one binary with the site inside

# The stamp takes the time at which the build began, so that an edit made meanwhile is built next time.
$(BUILT): $(SOURCES) $(if $(wildcard $(BINARY)),,force) | setup-build
	@mkdir -p target && touch target/.building
	@echo "==> building the release (some minutes the first time)"
	$(TOOLS) cargo leptos build --release -P
	@mv target/.building $@

force:

setup: setup-build setup-test ## install every tool that is missing

setup-build:
	@scripts/setup build

setup-test:
	@scripts/setup test

test: test-rust test-web ## run all tests

test-rust: setup-build setup-test ## run the Rust tests
	$(TOOLS) cargo test

test-web: setup-test $(BUILT) ## run browsers, API clients, examples and a short fuzz against the release
	cd end2end && CHROMIUM=$$(../scripts/browser) ../$(TOOLS) npx playwright test
	cd end2end/python && ../../.tools/python/bin/python -m pytest
	scripts/fuzz-api short

fuzz-api: setup-test $(BUILT) ## try the whole API against its description for some minutes
	scripts/fuzz-api long

lint: lint-code lint-dependencies ## check formatting, clippy, and the dependencies' licences

lint-code: setup-build
	@scripts/lint code

lint-dependencies:
	@scripts/lint dependencies

fmt: ## format the Rust code
	cargo fmt --all

budgets: $(BUILT) ## measure page sizes and memory against their limits
	scripts/budgets

bench: setup-test $(BUILT) ## measure it beside its peers and write bench/RESULTS.md; one row alone: make bench ROW=P6
	scripts/bench $(ROW)

chaos: $(BUILT) ## bring about faults and check what is left, an hour; one alone: make chaos FAULT=kill; in short: FAULT=--short
	scripts/chaos $(FAULT)

clean: ## remove what was built; tools (.tools) and data (data) stay
	rm -rf target end2end/test-results end2end/playwright-report
