# Every target sets up what it needs: any Node with npm is enough to begin with. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# npm sets the tree up with the system's Node; everything after that runs with the Node that the lock file names.
SYSTEM_PATH := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

INSTALLED := node_modules/.stamp
SPECS ?= test/**/*.test.ts
DASHBOARD := frontend/dist/index.html

SEED ?= 1
STEPS ?= 20000

.PHONY: help run demo dev build test test-clients check fix coverage simulate bench docs screenshots system-deps clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: build ## start Headgate on http://127.0.0.1:4000
	@exec bin/headgate serve

demo: build ## start Headgate against the bundled simulator, with three accounts and live traffic
	@exec bin/headgate demo

dev: $(INSTALLED) ## start from the sources, again after every change; the dashboard on http://127.0.0.1:5173/ui/
	@exec bash tools/setup/dev.sh

build: $(INSTALLED) $(DASHBOARD) ## install and compile, the dashboard too
	@npm run --silent build

test: build ## run every test (some: make test SPECS='test/unit/**/*.test.ts')
	@bash tools/setup/system-deps.sh || true
	@bash tools/setup/shells.sh || true
	@mocha --exclude 'test/clients/**' '$(SPECS)'

test-clients: build ## run the real Claude Code CLI and SDK through Headgate
	@npm run --silent test-clients

check: $(INSTALLED) ## format, lint, types, architecture, dead code, lock file, documents
	@npm run --silent check

fix: $(INSTALLED) ## format and apply safe fixes
	@npm run --silent fix

coverage: build ## run every test and report what was reached
	@npm run --silent coverage

simulate: $(INSTALLED) ## run the state simulation: make simulate SEED=7 STEPS=100000
	@node test/simulation/replay.ts $(SEED) $(STEPS)

bench: build ## measure what Headgate costs, beside a bare proxy (some: make bench CASES=cpu,pick)
	@npm run --silent bench

docs: $(INSTALLED) ## make the generated parts of the documents
	@npm run --silent docs

screenshots: build ## take the pictures of the README from the demo
	@npm run --silent screenshots

system-deps: ## bring the browser and the shells that tests need, as root on Debian
	@bash tools/setup/system-deps.sh
	@bash tools/setup/shells.sh

clean: ## remove what was installed and built; ./data stays
	@rm -rf node_modules dist frontend/dist .tsbuild coverage bench/results

# The stamp is a copy of the lock file: a change of package.json that leaves the lock file alone installs nothing anew.
$(INSTALLED): package-lock.json package.json tools/runtime/package.json frontend/package.json
	@cmp -s package-lock.json $@ || PATH='$(SYSTEM_PATH)' npm ci --no-audit --no-fund --loglevel=error
	@cp package-lock.json $@

# Built anew only when something that it is made of has changed.
$(DASHBOARD): $(INSTALLED) $(shell find frontend src/contract -type f -not -path 'frontend/dist/*' -not -path '*/node_modules/*')
	@npm run --silent build-dashboard
	@touch $@
