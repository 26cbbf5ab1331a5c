# The entry point: `make help` describes every target. Running a target again repeats only what changed.
# CMake does the build: CMakePresets.json. SETUP=no installs no packages or clients; PRESET selects another build.
SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := help
SETUP ?= yes
PRESET ?= release
DEMO_OUT ?= out/demo
build_dir := build/$(if $(filter ci,$(PRESET)),release,$(PRESET))
assay := $(build_dir)/assay
export PATH := $(CURDIR)/.toolchain/bin:$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup packages clients
setup: packages clients ## Install the system packages and the clients' libraries that are missing

packages:
ifeq ($(SETUP),yes)
	@setup/packages.sh
endif

clients:
ifeq ($(SETUP),yes)
	@setup/clients.sh
endif

.PHONY: toolchains
toolchains: ## Install more clients' languages, and these clients: Ruby, Java, Go, Rust, Chromium
	@setup/packages.sh --toolchains
	@setup/clients.sh --toolchains

.PHONY: build configured tests
configured: packages
	@cmake --preset $(PRESET) --log-level=WARNING > /dev/null

build: configured ## Build build/release/assay
	@cmake --build --preset $(PRESET) --target assay

tests: configured
	@cmake --build --preset $(PRESET) --target assay tests

.PHONY: demo
demo: ## Check the mock and every client here against the polar profile; reports in out/demo
	@SETUP=$(SETUP) PRESET=$(PRESET) tools/demo.sh $(assay) $(DEMO_OUT)

.PHONY: test
# One test more at a time than there are processors: half of the time they wait.
test: tests clients ## Build, run all tests, and prove that each check passes and fails as expected
	@ctest --preset $(PRESET) --no-tests=error -j "$$(($$(nproc) + 1))"
# With a sanitizer, clients are too slow for the deadlines of a proof. The matrix is run by .ci/run.
ifneq ($(filter release ci,$(PRESET)),)
	@$(assay) prove --no-matrix
endif

.PHONY: hostile
hostile: build ## Attack a mock; its latency for others, memory and descriptors have bounds
	@tests/hostile/attack.py --assay $(assay)
	@tests/hostile/control_api.py --assay $(assay)

MINUTES ?= 5
.PHONY: fuzz
fuzz: ## Fuzz every parser, the whole mock and the client side: MINUTES=n together, on all cores
ifeq ($(SETUP),yes)
	@setup/packages.sh --dev
endif
	@tools/fuzz.sh --minutes $(MINUTES)

HOURS ?= 0.5
.PHONY: soak
soak: build ## Put a mock under load for HOURS=0.5, and hold its drift to limits; JSON in out/soak
	@tests/hostile/soak.py --assay $(assay) --hours $(HOURS)

.PHONY: servers
servers: build ## Install the servers under servers/ and check each; reports in out/servers
	@tools/servers.sh

.PHONY: fixtures
fixtures: build ## Install the fixtures for tests from their packed files into empty environments, and run their tests
ifeq ($(SETUP),yes)
	@setup/packages.sh --toolchains
	@setup/clients.sh --toolchains --none
endif
	@fixtures/test.sh --assay $(assay)

.PHONY: museum
museum: build ## Check that vulnerable releases of clients are caught, and the fixed ones pass
	@tools/museum.sh

.PHONY: bench
bench: build ## Compare with raw limits and with peers, side by side; JSON and a page in out/bench
ifeq ($(SETUP),yes)
	@setup/packages.sh --bench
endif
	@cmake --build --preset $(PRESET) --target benchmarks
	@bench/compare.py --build $(build_dir)

.PHONY: release
release: ## Build what others install: static program, .deb, wheel, npm, image; files in out/release
ifeq ($(SETUP),yes)
	@setup/packages.sh --release
endif
	@packaging/release.sh

.PHONY: release-test
release-test: release ## Install each of these into an empty environment and use it there; time a new user
	@tests/packaging/install.sh out/release
	@tests/packaging/first_minute.sh out/release/assay

.PHONY: format
format: ## Format the C++ sources
	@setup/packages.sh --dev
	@tools/format.sh

.PHONY: lint
lint: build ## Check the formatting, and run clang-tidy on what changed
	@setup/packages.sh --dev
	@tools/format.sh --check
	@tools/tidy.sh

.PHONY: clean
clean: ## Remove builds and reports (packages and clients' libraries stay)
	@rm -rf build out
