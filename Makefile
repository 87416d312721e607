# Short names for what a day needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# GCC 12's ThreadSanitizer takes less randomness of addresses than some kernels give.
FIXED_ADDRESSES := $(shell setarch -R true 2>/dev/null && echo setarch -R)

export JOBS ?= $(shell nproc)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

FAULT_TARGETS := onward_faults_test onward_server_faults_test onward_store_crash_test onward_storage_rocksdb_files_test \
  onward_e2e_crash_test onward_commands_test onward_service_test onward_service_memory_test

.PHONY: help setup setup-lint setup-peers setup-helm setup-deb helm helm-test deb image build demo serve test lint fmt tidy tidy-all bench bench-short bench-parts bench-peers shapes faults soak law-diff golden asan tsan fuzz fuzz-short setup-fuzz backup-faults dev readme edge-test edge-flood ci clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (sudo when not root)
	@scripts/setup.sh

setup-lint: ## Install what only lint, fmt and tidy need
	@scripts/setup.sh lint

setup-peers: ## Install what bench-peers compares with
	@scripts/setup_peers.sh

build: ## Build everything, optimised, in build/release
	@scripts/build.sh release

demo: setup ## From nothing to flagged transfers: install, build, serve, apply, explain, kill, compare
	@scripts/demo.sh

serve: ## Build and run a server on build/demo-data (127.0.0.1:7430; ARGS="--listen ..." to change)
	@scripts/build.sh release onwardd onward
	@mkdir -p build/demo-data
	build/release/bin/onwardd --data build/demo-data $(ARGS)

test: build ## Build and run all tests
	@ctest --preset release

dev: ## Build unoptimised in build/dev and run all tests: quick to rebuild
	@scripts/build.sh dev
	@ctest --preset dev

lint: ## Format, contract, include directions, house rules, shell syntax
	@scripts/lint.sh

fmt: ## Format the C++ files in place
	@git ls-files -co --exclude-standard -- '*.cc' '*.h' | xargs -r clang-format -i

tidy: ## clang-tidy on what changed (since origin/main, or on main in the last 20 commits)
	@scripts/tidy.sh changed

tidy-all: ## clang-tidy on the whole tree
	@scripts/tidy.sh all

golden: ## Keep a data folder of this format in tests/golden, with what it holds: once for each format
	@scripts/build.sh release onwardd onward onward_golden_test
	@format=$$(sed -n 's/^inline constexpr uint32_t kFormat = \([0-9]*\);/\1/p' storage/schema.h); \
	  scripts/make_golden.sh build/release/bin "tests/golden/format-$$format"
	@ONWARD_GOLDEN_WRITE=1 build/release/tests/golden/onward_golden_test

bench: ## Figures as ratios taken in one run; build/bench gets them as text, JSON and a chart (ARGS="--only reach --scale 0.1 ...")
	@scripts/build.sh release onward_figures
	@mkdir -p build/bench
	@build/release/bin/onward_figures --json build/bench/figures.json --svg build/bench/growth.svg $(ARGS) | tee build/bench/figures.txt

bench-short: ## Only whether each figure can be taken, and each installed peer asked
	@scripts/build.sh release onward_figures onward_answers
	@build/release/bin/onward_figures --short
	@scripts/bench_peers.sh build/release/bin/onward_answers --short

bench-parts: ## Benchmarks of single parts (ARGS="--benchmark_filter=...")
	@scripts/build.sh release onward_bench
	@build/release/bin/onward_bench $(ARGS)

bench-peers: ## Exposure against PostgreSQL, igraph, NetworkX and Kuzu, those that are installed (ARGS="--scale 0.05 ...")
	@scripts/build.sh release onward_answers
	@scripts/bench_peers.sh build/release/bin/onward_answers $(ARGS)

shapes: ## Every question on shapes that hurt, at full size: hubs, chains, layers, one component (a minute)
	@scripts/build.sh release onward_reach_oracle_test
	@ONWARD_SHAPES_DIVISOR=1 build/release/tests/reach/onward_reach_oracle_test --gtest_filter='Shapes.*' --gtest_brief=1

faults: ## Kills, power loss, full disks, damage, stopped calls, soak: the PROMISES.md of storage and services at CI size
	@scripts/build.sh release $(FAULT_TARGETS)
	@scripts/faults.sh ci

soak: ## The same at the size of a release (a day or more)
	@scripts/build.sh release $(FAULT_TARGETS)
	@scripts/faults.sh release

edge-test: ## The edge (services/edge): nginx in front of onwardd, calls, TLS, limits, attacks (under a minute)
	@scripts/setup.sh edge
	@scripts/build.sh release onwardd
	@tests/edge/run.sh build/release/bin

edge-flood: ## Floods through the edge at the size of a release; prints what was measured (three minutes)
	@scripts/setup.sh edge
	@scripts/build.sh release onwardd
	@ONWARD_FLOOD_SCALE=1 tests/edge/run.sh build/release/bin flood_test

law-diff: ## Scenario verdicts that differ between a law register (BASE=HEAD) and another (NEW=the working tree)
	@scripts/law_diff.sh "$(or $(BASE),HEAD)" $(NEW)

asan: ## Build with AddressSanitizer and UndefinedBehaviorSanitizer and run all tests
	@scripts/build.sh asan
	@ctest --preset asan

fuzz: ## Fuzz each decoder for 60 s (SECONDS_EACH=...) with libFuzzer; needs clang: make setup-fuzz
	@scripts/fuzz.sh $(or $(SECONDS_EACH),60)

fuzz-short: ## The same targets without libFuzzer, with AddressSanitizer, four minutes in all (two on two cores)
	@scripts/build.sh asan onward_fuzz_storage_test onward_fuzz_services_test
	@fuzz() { ONWARD_FUZZ_SECONDS=120 build/asan/tests/fuzz/onward_fuzz_$$1_test --gtest_brief=1 2>&1 | grep -v '^.libprotobuf ERROR'; }; \
	  fuzz storage & storage=$$!; fuzz services & services=$$!; wait $$storage; wait $$services

setup-fuzz: ## Install what fuzzing needs
	@scripts/setup.sh fuzz

backup-faults: ## Backups killed at up to 50 steps and damaged 200 times, then restored
	@scripts/build.sh release onward_storage_rocksdb_files_test
	@ONWARD_BACKUP_KILLS=50 ONWARD_BACKUP_DAMAGES=200 \
	  build/release/storage/rocksdb/onward_storage_rocksdb_files_test --gtest_filter='Backup*' --gtest_brief=1

tsan: ## Build what links no gRPC with ThreadSanitizer and run its tests; a planted race must be named
	@$(FIXED_ADDRESSES) scripts/build.sh tsan
	@$(FIXED_ADDRESSES) ctest --preset tsan

setup-helm: ## Install what helm and helm-test need; builds helm with Go, pinned
	@scripts/setup_helm.sh

helm: ## Lint the chart and put it into build/helm
	@scripts/helm.sh package

helm-test: ## Render the chart over all value sets, check the objects, start the pods in the image (root; TRY=no: not started)
	@scripts/helm.sh test

setup-deb: ## Install what deb and image need
	@scripts/setup.sh deb

deb: ## The Debian package in build/deb, checked by lintian; installed, started and purged beside the machine (root; TRY=no)
	@scripts/deb.sh

image: ## The image and its SBOM in build/image, without an engine, started as one would (root; TRY=no: not started)
	@scripts/image.sh

readme: ## Refresh the outputs that README.md shows
	@scripts/build.sh release onward
	@python3 tests/lint/readme_check.py README.md build/release/bin --write

ci: ## All that continuous integration runs
	@.ci/run

clean: ## Remove build/ (the demo's data too)
	@rm -rf build
