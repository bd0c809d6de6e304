# Every target sets up what it needs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

INSTALLED := node_modules/.stamp
SPECS ?= test/**/*.test.ts

.PHONY: help run demo test test-clients check build dev clean system-deps bench coverage fix docs

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

$(INSTALLED): package-lock.json package.json tools/runtime/package.json
	npm ci --no-audit --no-fund
	@touch $@

build: $(INSTALLED) ## install and compile
	@tsc --build src

run: build ## start Headgate on http://127.0.0.1:4000
	@exec bin/headgate serve

demo: build ## start Headgate against the bundled simulator, with three accounts and live traffic
	@exec bin/headgate demo

dev: $(INSTALLED) ## start from the sources, again after every change
	@exec node --watch-path=src src/cli.ts serve

test: build ## run every test
	@bash tools/setup/browser.sh
	@mocha --exclude 'test/clients/**' "$(SPECS)"

test-clients: build ## run the real Claude Code CLI and SDK through Headgate
	@node test/clients/run.ts

check: $(INSTALLED) ## format, lint, types, architecture, dead code, lockfile
	@node tools/checks/run.ts

bench: build ## measure against a bare proxy; ratios in bench/results
	@node bench/run.ts

coverage: build ## run every test and report what was reached
	@c8 --include 'src/**' mocha --exclude 'test/clients/**' "$(SPECS)"

fix: $(INSTALLED) ## format and apply safe fixes
	@biome check --write .

docs: $(INSTALLED) ## make the generated parts of the documents
	@node tools/docs/generate.ts

system-deps: ## bring Debian's packages that tests need (as root on Debian)
	@bash tools/setup/system-deps.sh

clean: ## remove what was built and installed
	rm -rf node_modules dist .tsbuild coverage bench/results
