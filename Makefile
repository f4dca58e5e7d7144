# Everything a person or CI runs. `make` alone lists it.

CARGO ?= cargo
LOCKED := --locked
LOCAL := --profile local
PYTHON := .venv/bin/python
CARGO_DENY_VERSION := 0.20.2
ARCH ?= arm64
FUNCTIONS := ingest decrypt hydrate subscriptions backfill
STACK ?= teamwire
PARAMETERS ?=
EXAMPLE := infra/terraform/examples/basic

.DEFAULT_GOAL := help
.PHONY: help run demo build test check fmt bench package audit clean \
        binaries test-rust test-infra lint doc deny prove-infra \
        deploy-sam deploy-terraform destroy-sam destroy-terraform

help: ## List what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## --- Try it

run: binaries .venv/ready ## Everything on this machine: subscribe, send, print each event; Ctrl-C stops it
	@cd infra && exec ../$(PYTHON) -m local run

demo: binaries .venv/ready ## The same without a person: 200 notifications, checked; the exit status says
	@cd infra && exec ../$(PYTHON) -m local demo

## --- Build

build: needs-cargo ## Release binaries, in target/release: the functions, teamwire, teamwire-simulator
	@# By themselves: what the command line needs of a crate is not for the functions to carry.
	$(CARGO) build --release $(LOCKED) $(FUNCTIONS:%=--package teamwire-%) --bins
	$(CARGO) build --release $(LOCKED) --package teamwire --package teamwire-simulator --package teamwire-bench --bins

package: .venv-lambda/ready ## A zip for each function, in target/lambda (ARCH=arm64 or x86_64)
	infra/package $(ARCH)

binaries: needs-cargo
	@$(CARGO) build $(LOCAL) $(LOCKED) --bins

## --- Deploy

deploy-sam: needs-sam needs-zips needs-account ## Deploy with SAM (STACK=teamwire PARAMETERS='AppIds=.. AlarmTopicArn=..')
	sam deploy --template-file infra/sam/template.yaml --stack-name $(STACK) --capabilities CAPABILITY_IAM \
	  --resolve-s3 --no-fail-on-empty-changeset $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))
	@echo "next: teamwire certificate rotate --id 2026a --secret <EnvelopeKeysSecretArn of the outputs>"

destroy-sam: needs-sam needs-account ## Remove what deploy-sam made; the two buckets stay
	sam delete --stack-name $(STACK) --no-prompts

deploy-terraform: needs-terraform needs-zips needs-account ## Deploy infra/terraform/examples/basic (settings as TF_VAR_..)
	terraform -chdir=$(EXAMPLE) init -input=false
	terraform -chdir=$(EXAMPLE) apply

destroy-terraform: needs-terraform needs-account ## Remove what deploy-terraform made; buckets must be empty
	terraform -chdir=$(EXAMPLE) destroy

## --- Check

test: test-rust test-infra demo prove-resources ## All tests, the demo, and every path of Teams: the real binaries on an AWS emulator

test-rust: binaries
	$(CARGO) test $(LOCAL) $(LOCKED) --workspace

test-infra: .venv/ready
	cd infra && ../$(PYTHON) -m unittest discover -s local/tests -t .

prove-infra: binaries .venv/ready ## SAM and Terraform on the emulator: deployed, driven, removed; both held to infra/contract
	@cd infra && exec ../$(PYTHON) -m local prove-infra

prove-resources: binaries .venv/ready ## Every path of Teams subscribed to, announced, read and delivered; holds docs/RESOURCES.md
	$(CARGO) test --quiet $(LOCAL) $(LOCKED) --package teamwire-it -- corpus:: resources:: typed::
	@cd infra && exec ../$(PYTHON) -m local prove-resources

prove-subscriptions: binaries .venv/ready ## 1,000 subscriptions kept for 30 simulated days of trouble, a certificate rotated
	@cd infra && exec ../$(PYTHON) -m local prove-subscriptions

prove-replay: binaries .venv/ready ## 100,000 dead letters replayed by filter at a rate, killed halfway, resumed: none lost
	@cd infra && exec ../$(PYTHON) -m local prove-replay

check: fmt-check lint doc deny ## Format, clippy, rustdoc, licences and bans

fmt: ## Format the code
	$(CARGO) fmt --all

.PHONY: fmt-check
fmt-check:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy $(LOCKED) --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(LOCKED) --workspace --no-deps --document-private-items

# Licences and bans concern every platform's crates, not only those that were built here.
deny: .tools/bin/cargo-deny
	$(CARGO) fetch --quiet $(LOCKED)
	.tools/bin/cargo-deny --offline check bans licenses sources

audit: .tools/bin/cargo-deny ## Known vulnerabilities (needs the advisory database), and no rsa in any function
	@for function in $(FUNCTIONS); do \
	  tree=$$($(CARGO) tree $(LOCKED) -p teamwire-$$function -e normal --prefix none) || exit 1; \
	  if echo "$$tree" | grep -q '^rsa v'; then echo "teamwire-$$function depends on rsa"; exit 1; fi; \
	  echo "teamwire-$$function: no rsa in $$(echo "$$tree" | sort -u | wc -l) crates"; \
	done
	.tools/bin/cargo-deny check advisories

bench: build .venv/ready ## Latency, throughput, memory and size, as ratios within one run
	target/release/teamwire-bench

## --- Tools, installed into the checkout

.venv/ready: infra/local/requirements.txt | needs-python
	python3 -m venv --clear .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

.venv-lambda/ready: infra/package-requirements.txt | needs-python
	python3 -m venv --clear .venv-lambda
	.venv-lambda/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

.tools/bin/cargo-deny:
	$(CARGO) install --quiet --debug --locked --root .tools cargo-deny --version $(CARGO_DENY_VERSION)

.PHONY: needs-cargo needs-python
needs-cargo:
	@command -v $(CARGO) > /dev/null || { echo "cargo is missing: install Rust with rustup"; exit 1; }
	@command -v cc > /dev/null || { echo "cc is missing: install a C compiler"; exit 1; }

needs-python:
	@python3 -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 10))' 2> /dev/null \
	  || { echo "python3 is missing, older than 3.10, or without venv"; exit 1; }

.PHONY: needs-sam needs-terraform needs-zips needs-account
needs-sam:
	@command -v sam > /dev/null || { echo "sam is missing: install the AWS SAM CLI"; exit 1; }

needs-terraform:
	@command -v terraform > /dev/null || { echo "terraform is missing: install Terraform 1.11 or later"; exit 1; }

needs-zips:
	@for function in $(FUNCTIONS); do \
	  test -f target/lambda/$$function.zip || { echo "target/lambda/$$function.zip is missing: make package"; exit 1; }; \
	done

needs-account: .venv/ready
	@$(PYTHON) -c 'import boto3; print("account", boto3.client("sts").get_caller_identity()["Account"])' 2> /dev/null \
	  || { echo "no AWS account answers: set AWS_REGION, and AWS_PROFILE or the access keys"; exit 1; }

clean: ## Remove everything that was built or installed
	rm -rf target .venv .venv-lambda .tools .local
