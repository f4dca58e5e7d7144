# Everything a person or CI runs. `make` alone lists it.

CARGO ?= cargo
LOCKED := --locked
LOCAL := --profile local
PYTHON := .venv/bin/python
# Proofs and tests in Python import the local run, which is in infra.
PROVE = cd tests && PYTHONPATH=../infra exec ../$(PYTHON) -m prove
CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := .tools/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny
CARGO_MUTANTS_VERSION := 27.1.0
CARGO_MUTANTS := .tools/cargo-mutants-$(CARGO_MUTANTS_VERSION)/bin/cargo-mutants
CARGO_BLOAT_VERSION := 0.12.1
CARGO_BLOAT := .tools/cargo-bloat-$(CARGO_BLOAT_VERSION)/bin/cargo-bloat
# What lets in, keeps out, and loses nothing.
MUTATED := shared/envelope/src/*.rs shared/graph/src/validation_token.rs shared/graph/src/client_state.rs \
  functions/ingest/src/authenticate.rs shared/payload/src/resource.rs shared/payload/src/resource/*.rs \
  shared/transport/src/batch/settle.rs shared/transport/src/disposition.rs
# What libFuzzer is told of an execution, as most of it is set by cargo-fuzz: which edges were taken, what was compared.
TRACED := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0
HOST = $(shell $(CARGO) -vV | sed -n 's/^host: //p')
# RustSec's advisories: a clone of them, where they can't be fetched.
ADVISORIES ?=
MSGRAPH_SDK := 1.65.0
ARCH ?= arm64
# Of a release: Rust's name of the platform, the tag, and where the files will be.
TARGET ?=
VERSION ?=
RELEASE_URL ?=
GLIBC := 2.28
OF_LINUX := $(findstring -linux-gnu,$(TARGET))
OF_WINDOWS := $(findstring -windows-,$(TARGET))
TEAMWIRE := teamwire$(if $(OF_WINDOWS),.exe)
CARGO_FOR_TARGET = $(if $(OF_LINUX),PATH="$(CURDIR)/.venv-lambda/bin:$$PATH" $(CARGO) zigbuild --target $(TARGET).$(GLIBC),\
  $(if $(OF_WINDOWS),AWS_LC_SYS_PREBUILT_NASM=1 RUSTFLAGS="-C target-feature=+crt-static") $(CARGO) build $(if $(TARGET),--target $(TARGET)))
FUNCTIONS := ingest decrypt hydrate subscriptions backfill relay
STACK ?= teamwire
PARAMETERS ?=
# What the template's Credentials are to be, as JSON. The shell expands it, so that its quotes stay.
CREDENTIALS ?=
EXAMPLE := infra/terraform/examples/basic
NODE := tests/prove/oracles/sdk/node
TYPESCRIPT := examples/typescript-lambda
PEERS := tests/bench/peers
# The consumer in Rust, a workspace of its own.
RUST := --manifest-path examples/rust/Cargo.toml
# What `teamwire --version` says beside the version. The same commit gives the same binary.
COMMIT = $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2> /dev/null)
# SAM and boto3 read this one alone.
ifdef AWS_REGION
export AWS_DEFAULT_REGION := $(AWS_REGION)
endif
# Binaries are looked for where they are built, whatever the caller has set for other checkouts.
export CARGO_TARGET_DIR := $(CURDIR)/target
export PYTHONUTF8 := 1
unexport CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS CDPATH PYTHONHOME PYTHONPATH PYTHONSAFEPATH

.DEFAULT_GOAL := help
.PHONY: help needs run urls demo examples build cli package package-events binaries test test-rust test-infra check fmt fmt-check lint doc crates deny \
        check-infra check-graph audit model sim locks fuzz soak mutants evidence bench bench-examples bench-guard bench-peers bloat cost cost-docs measure clean deploy-sam deploy-terraform destroy-sam destroy-terraform \
        needs-zips needs-account prove prove-bus prove-calls prove-chaos prove-doctor prove-everyday prove-fresh prove-infra prove-package prove-page \
        prove-replay prove-resources release-cli release-functions release-sums release-publish \
        prove-runbook prove-sdk prove-subscriptions

help: ## List what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What this machine must have for all that was asked for: everything that builds waits for it.
needs:
	@CARGO=$(CARGO) MAKE_VERSION=$(MAKE_VERSION) infra/needs $(or $(MAKECMDGOALS),help)

## --- Try it

run: binaries .venv/ready ## Everything on this machine: subscribe, send, a page and a line for each event; Ctrl-C stops it
	@cd infra && exec ../$(PYTHON) -m local run

urls: .venv/ready ## What make run printed when it began: URLs, and the variables to take part
	@cd infra && exec ../$(PYTHON) -m local urls

demo: binaries .venv/ready ## The same without a person: 200 notifications, checked; the exit status says
	@cd infra && exec ../$(PYTHON) -m local demo

## --- Build

build: | needs ## Release binaries, in target/release: the functions, teamwire, teamwire-simulator
	@# By themselves: what the command line needs of a crate is not for the functions to carry.
	$(CARGO) build --release $(LOCKED) $(FUNCTIONS:%=--package teamwire-%) --bins
	TEAMWIRE_COMMIT=$(COMMIT) \
	  $(CARGO) build --release $(LOCKED) --package teamwire --package teamwire-simulator --package teamwire-bench --bins

# With a TARGET, for that. Linux by zig: the program then runs where glibc is older than here.
cli: $(if $(OF_LINUX),.venv-lambda/ready) | needs ## The command line by itself, in target/cli: binary, manual pages, completions
	TEAMWIRE_COMMIT=$(COMMIT) $(CARGO_FOR_TARGET) --release $(LOCKED) --package teamwire --bins
	rm -rf target/cli
	mkdir -p target/cli/bin target/cli/share/completions
	cp target/$(TARGET:%=%/)release/$(TEAMWIRE) target/cli/bin/
	target/cli/bin/$(TEAMWIRE) man --dir target/cli/share/man/man1
	for shell in bash zsh fish powershell elvish; do \
	  target/cli/bin/$(TEAMWIRE) completions $$shell > target/cli/share/completions/teamwire.$$shell || exit 1; \
	done

package: .venv-lambda/ready ## A zip for each function, in target/lambda (ARCH=arm64 or x86_64)
	infra/package $(ARCH)

prove-package: .venv-lambda/ready ## Two folders with the same sources give the same zips (ONLY=ingest: of that one)
	infra/package --prove $(ARCH) $(ONLY)

binaries: | needs
	@$(CARGO) build $(LOCAL) $(LOCKED) --bins

## --- Deploy

deploy-sam: needs-zips needs-account ## Deploy with SAM (STACK=teamwire ARCH=arm64 PARAMETERS='AppIds=.. AlarmTopicArn=..' CREDENTIALS='{..}')
	@name="$(STACK)"; test $${#name} -le 50 || { echo "STACK has over 50 characters: Lambda takes 64 with the function's own name"; exit 1; }
	@case "$(PARAMETERS)" in *Architecture=*) echo "leave Architecture out of PARAMETERS: it is ARCH"; exit 1;; esac
	sam deploy --template-file infra/sam/template.yaml --stack-name $(STACK) --capabilities CAPABILITY_IAM \
	  --resolve-s3 --no-fail-on-empty-changeset --parameter-overrides Architecture=$(ARCH) $(PARAMETERS) \
	  $${CREDENTIALS:+"Credentials='$$CREDENTIALS'"}
	@$(PYTHON) infra/outputs $(STACK)

destroy-sam: needs-account ## Remove what deploy-sam made (STACK=teamwire); buckets and secrets stay
	@$(PYTHON) infra/outputs $(STACK) > /dev/null
	sam delete --stack-name $(STACK) --no-prompts

deploy-terraform: needs-zips needs-account ## Deploy infra/terraform/examples/basic (ARCH=arm64, settings as TF_VAR_..)
	terraform -chdir=$(EXAMPLE) init -input=false
	TF_VAR_architecture=$(ARCH) terraform -chdir=$(EXAMPLE) apply

destroy-terraform: needs-account ## Remove what deploy-terraform made; buckets must be empty
	@test -f $(EXAMPLE)/terraform.tfstate || { echo "nothing was deployed from $(EXAMPLE) here: it has no terraform.tfstate"; exit 1; }
	TF_VAR_architecture=$(ARCH) terraform -chdir=$(EXAMPLE) destroy \
	  || { echo "what is left is in terraform.tfstate; a bucket must be empty, old versions too: empty it and run this again"; exit 1; }

## --- Release

release-cli: | needs ## The command line's archive, in target/dist (TARGET=x86_64-unknown-linux-gnu)
	@infra/release --check cli $(TARGET)
	$(MAKE) cli
	infra/release cli $(TARGET)

release-functions: | needs ## SAM's and Terraform's archive, each with its zips, in target/dist (ARCH=arm64 or x86_64)
	@infra/release --check functions $(ARCH)
	$(MAKE) package
	infra/release functions $(ARCH)

release-sums: | needs ## SBOM and SHA256SUMS for target/dist, and target/RELEASE.md (VERSION=v0.1.0 RELEASE_URL=..)
	infra/release sums

release-publish: | needs ## A release of what is in target/dist, on GitHub (VERSION=v0.1.0)
	gh release create "$$VERSION" target/dist/* --verify-tag --title "$$VERSION" --notes-file target/RELEASE.md

## --- Check

test: test-rust test-infra test-soak demo prove-resources prove-chaos ## All tests, the demo, every path of Teams, and failures all around: the real binaries on an AWS emulator

test-rust: binaries
	$(CARGO) test $(LOCAL) $(LOCKED) --workspace

test-infra: binaries .venv/ready
	cd tests && PYTHONPATH=../infra ../$(PYTHON) -m unittest discover -s python -t .

test-soak: binaries
	@# What a process holds is looked up where Linux tells it.
	test ! -d /proc/self/fd || target/local/teamwire-bench soak

check-infra: .venv/ready .venv-checkov/ready ## What checkov, cfn-lint, Terraform and infra/contract say of both stacks
	cd tests && PYTHONPATH=../infra ../$(PYTHON) -m unittest -v prove.checks.test_checkov prove.checks.test_terraform prove.checks.test_settings python.test_contract \
	  python.test_template.TheTemplate.test_cfn_lint_finds_nothing_before_and_after_translation

prove: binaries .venv/ready .venv-archive/ready .venv-oracle/ready .venv-moto/ready ## Every proof below but prove-fresh, prove-package, prove-page and prove-sdk, and a table of them (PROOFS="doctor replay": those)
	@$(PROVE) all

prove-fresh: .venv/ready ## Two new clones with nothing fetched or installed: make run is the first command of one, make test of the other
	@$(PROVE) fresh

check-graph: binaries .venv/ready ## The table of resources and the types beside Microsoft's metadata (METADATA=, PERMISSIONS=: copies; else msgraph-sdk)
	@test -n "$(METADATA)" || $(PYTHON) -m pip download --quiet --no-deps --dest target/graph msgraph-sdk==$(MSGRAPH_SDK)
	@cd tests && PYTHONPATH=../infra ../$(PYTHON) -m prove.oracles.graph $(if $(METADATA),--metadata $(abspath $(METADATA)),--sdk ../target/graph/msgraph_sdk-$(MSGRAPH_SDK)-py3-none-any.whl) \
	  $(if $(PERMISSIONS),--permissions $(abspath $(PERMISSIONS))) $(if $(WRITE),--write)

prove-infra: binaries .venv/ready .venv-moto/ready ## SAM and Terraform on the emulator: deployed, driven, removed; both held to infra/contract
	@$(PROVE) infra

prove-calls: binaries .venv/ready .venv-oracle/ready ## What our code asks of AWS: recorded, and judged by AWS's models and the roles' grants
	@$(PROVE) calls

prove-resources: binaries .venv/ready ## Every path of Teams subscribed to, announced, read and delivered; holds docs/RESOURCES.md
	@$(PROVE) resources

prove-chaos: binaries .venv/ready ## AWS, Graph and Entra fail, processes are killed: no change lost, one id each (CHANGES=100000, SEED=1)
	@$(PROVE) chaos

prove-subscriptions: binaries .venv/ready ## 1,000 subscriptions kept for ten simulated days of trouble, a certificate rotated
	@$(PROVE) subscriptions

prove-replay: binaries .venv/ready ## 40,000 dead letters replayed by filter at a rate, killed halfway, resumed: none lost
	@$(PROVE) replay

prove-sdk: binaries .venv-sdk/ready $(NODE)/node_modules/ready ## Microsoft's Python and JavaScript SDKs against the simulator, over HTTPS (needs Node)
	@cd tests && PYTHONPATH=../infra exec ../.venv-sdk/bin/python -m prove.oracles.sdk

prove-page: binaries .venv/ready .venv-page/ready ## The page of make run in Chromium, by what a person does; WRITE=1 takes its pictures (needs chromium, chromedriver)
	@cd tests && PYTHONPATH=../infra exec ../.venv-page/bin/python -m prove.page

prove-doctor: binaries .venv/ready ## One thing after the other broken as people break it: doctor names each, and nothing else
	@$(PROVE) doctor

prove-bus: binaries .venv/ready .venv-archive/ready ## 10,000 events to a bus that refuses some, relay killed meanwhile: none lost behind a rule, nor in the archive
	@$(PROVE) bus

prove-everyday: binaries .venv/ready ## What a newcomer, an operator and a consumer do beside make run, each by a command
	@$(PROVE) everyday

prove-runbook: binaries .venv/ready ## Each procedure of docs/RUNBOOK.md: its situation brought about, its commands typed
	@$(PROVE) runbook

examples: binaries .venv/ready .venv-examples/ready .venv-types/ready $(TYPESCRIPT)/node_modules/ready ## The consumers in examples/: their tests, and 10,000 events to each with repeats and kills (needs Node, PostgreSQL)
	@$(CARGO) build --quiet $(LOCKED) $(RUST) --all-targets
	@$(PROVE) examples

check: fmt-check lint doc deny package-events ## Format, clippy, rustdoc, licences and bans, and the crate for consumers as it would be published

fmt: | needs ## Format the code
	$(CARGO) fmt --all
	$(CARGO) fmt $(RUST)

fmt-check: | needs
	$(CARGO) fmt --all --check
	$(CARGO) fmt $(RUST) --check

lint: | needs
	$(CARGO) clippy $(LOCKED) --workspace --all-targets -- -D warnings
	$(CARGO) clippy $(LOCKED) $(RUST) --all-targets -- -D warnings

doc: | needs
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(LOCKED) --workspace --no-deps --document-private-items

package-events: | needs
	$(CARGO) package --quiet $(LOCKED) --package teamwire-events --allow-dirty

# Licences, bans and advisories concern every platform's crates, not only those that were built here.
crates: | needs
	@$(CARGO) fetch --quiet $(LOCKED)
	@$(CARGO) fetch --quiet $(LOCKED) $(RUST)

deny: crates $(CARGO_DENY)
	$(CARGO_DENY) --offline check bans licenses sources
	@# It needs fewer of the licences, and no exception; the SDK of CloudEvents has its licence in a file.
	$(CARGO_DENY) $(RUST) --offline check --allow license-not-encountered --allow license-exception-not-encountered --allow no-license-field bans licenses sources

audit: crates $(CARGO_DENY) ## Known vulnerabilities, by RustSec's advisories: fetched, fetched before, or ADVISORIES=, a clone of them
	@CARGO_DENY=$(CARGO_DENY) infra/audit "$(ADVISORIES)"

## --- Evidence

model: binaries ## Every state of the models of docs/PROMISES.md, within wide bounds
	@target/local/teamwire-model

sim: binaries ## The seeded simulation: one seed and its journal (SEED=7), or so many and the planted bugs (SEEDS=100000)
	@SEED="$(SEED)" SEEDS="$(SEEDS)" $(CARGO) test --quiet $(LOCAL) $(LOCKED) --workspace --test it \
	  $(if $(SEEDS),--config profile.local.package.teamwire-it.opt-level=2) -- \
	  --ignored --exact --nocapture simulation::by_the_environment

locks: binaries ## The locks of our own under schedules made by a seed (SCHEDULES=100000 of each kind, SEED=1), and planted faults
	@target/local/teamwire-locks $(or $(SCHEDULES),100000) $(or $(SEED),1)

# For a named platform, so that what runs while it builds is not traced.
fuzz: .venv/ready | needs ## Every parser of what others wrote, on inputs led by the code they reach (RUNS=1000000 of each, ONLY=envelope)
	@CARGO_TARGET_DIR="$(CURDIR)/target/fuzz" RUSTFLAGS="$(TRACED)" \
	  $(CARGO) build --profile fuzz $(LOCKED) --target $(HOST) --package teamwire-fuzz --features libfuzzer
	@$(PROVE).fuzz "$(CURDIR)/target/fuzz/$(HOST)/fuzz/teamwire-fuzz" $(or $(RUNS),1000000) "$(ONLY)"

soak: build ## Each function at full speed for ten minutes and a million changes: what it holds, and its tails; 10,000 unknown key ids; a burst
	target/release/teamwire-bench --long soak load

# By the tests of the file's own crate; what they miss (2), or do not end with (3), by those of tests/it that need no binary.
MUTATE = CARGO_TARGET_DIR="$(CURDIR)/target/mutants" CARGO_INCREMENTAL=1 \
  $(CARGO_MUTANTS) mutants $(patsubst %,--file '%',$(or $(ONLY),$(MUTATED)))

mutants: $(CARGO_MUTANTS) ## The code that lets in and loses nothing, changed a bit at a time: a test has to fail each time (ONLY=: that file)
	$(MUTATE) || case $$? in 2|3) ;; *) exit 1;; esac
	$(MUTATE) --iterate --test-package teamwire-it --cargo-arg=--test=it -- -- --skip binaries:: --skip simulation::

evidence: binaries .venv/ready $(CARGO_DENY) ## All of these at length, into docs/EVIDENCE.md (ONLY="model fuzz": those)
	@cd tests && PYTHONPATH=../infra exec ../$(PYTHON) -m prove.evidence $(ONLY)

# What a function is compared with, as small as its peers allow.
bench-examples: build
	@$(CARGO) build --quiet --release $(LOCKED) --package teamwire-bench --examples

bench: bench-examples .venv/ready ## Latency, throughput, memory, size and cost, as ratios within one run
	target/release/teamwire-bench --record target/bench.json

bench-peers: bench-examples .venv/ready $(PEERS)/node/node_modules/ready ## Cold start and decrypt beside Node, Python and, where it is there, Java
	target/release/teamwire-bench --peers $(PEERS) cold peers

bench-guard: | needs ## Instructions of decrypt, ingest and parse: fails over 3 % more than are kept; BLESS=1 keeps them (needs valgrind)
	$(CARGO) build --release $(LOCKED) --package teamwire-bench --bins
	target/release/teamwire-bench --guard tests/bench/instructions.json $(if $(BLESS),--bless)

bloat: $(CARGO_BLOAT) ## What the program of a function is made of, crate by crate (ONLY=ingest)
	CARGO_TARGET_DIR="$(CURDIR)/target/bloat" CARGO_PROFILE_RELEASE_STRIP=none \
	  $(CARGO_BLOAT) bloat --release $(LOCKED) --crates -n 14 --package teamwire-$(or $(ONLY),ingest) --bin $(or $(ONLY),ingest)

cost: .venv/ready ## Dollars per million changes, and quotas, from docs/measured.json (or FROM=target/bench.json)
	@cd infra && ../$(PYTHON) -m cost $(if $(FROM),--from $(abspath $(FROM)))

measure: bench-examples .venv/ready $(PEERS)/node/node_modules/ready ## Measure anew, peers too, and write docs/BENCHMARKS.md, COST.md and SCALE.md by it
	target/release/teamwire-bench --long --peers $(PEERS) --record target/bench.json
	@cd infra && ../$(PYTHON) -m cost --take ../target/bench.json

cost-docs: .venv/ready
	@cd infra && ../$(PYTHON) -m cost --write

## --- Tools, installed into the checkout

.venv/ready: infra/local/requirements.txt
.venv-checkov/ready: infra/checkov-requirements.txt
.venv-lambda/ready: infra/package-requirements.txt
.venv-oracle/ready: tests/prove/oracles/aws/requirements.txt
.venv-moto/ready: tests/prove/infra/moto-requirements.txt
.venv-page/ready: tests/prove/page/requirements.txt
.venv-sdk/ready: tests/prove/oracles/sdk/requirements.txt
.venv-examples/ready: examples/python/requirements.txt
.venv-types/ready: examples/types/requirements.txt
.venv-archive/ready: tests/prove/bus/requirements.txt
.venv/ready .venv-checkov/ready .venv-lambda/ready .venv-oracle/ready .venv-moto/ready .venv-page/ready .venv-sdk/ready \
.venv-examples/ready .venv-types/ready .venv-archive/ready: | needs
	python3 -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

$(CARGO_DENY): | needs
	$(CARGO) install --quiet --debug --locked --root $(@D:/bin=) cargo-deny --version $(CARGO_DENY_VERSION)

$(CARGO_BLOAT): | needs
	$(CARGO) install --quiet --debug --locked --root $(@D:/bin=) cargo-bloat --version $(CARGO_BLOAT_VERSION)

$(CARGO_MUTANTS): | needs
	$(CARGO) install --quiet --debug --locked --root $(@D:/bin=) cargo-mutants --version $(CARGO_MUTANTS_VERSION)

needs-zips: | needs
	@infra/package --check $(ARCH)

$(NODE)/node_modules/ready $(TYPESCRIPT)/node_modules/ready $(PEERS)/node/node_modules/ready: %/node_modules/ready: %/package-lock.json | needs
	cd $(<D) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

needs-account: .venv/ready
	@$(PYTHON) -c 'import boto3, sys; sys.exit(boto3.Session().region_name is None)' \
	  || { echo "no AWS region: set AWS_REGION, or a profile that has one by AWS_PROFILE"; exit 1; }
	@$(PYTHON) -c 'import boto3; print("account", boto3.client("sts").get_caller_identity()["Account"])' 2> /dev/null \
	  || { echo "no AWS account answers: set AWS_PROFILE or the access keys"; exit 1; }

clean: ## Remove everything that was built or installed
	rm -rf target .venv .venv-lambda .venv-checkov .venv-oracle .venv-moto .venv-page .venv-sdk .venv-examples .venv-types .venv-archive \
	  $(NODE)/node_modules $(TYPESCRIPT)/node_modules $(TYPESCRIPT)/dist examples/rust/target $(PEERS)/node/node_modules .tools .local
