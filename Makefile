# `make` lists every target. Needed beforehand: Python 3.11 or newer with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := src
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# PyPI's locks carry hashes: what is installed is what was locked, from wherever it comes.
PIP := $(BIN)/python -m pip install --quiet --no-compile --require-hashes

.DEFAULT_GOAL := help
.PHONY: help demo test check format standin bench bench-speech bench-web bench-resilience \
	bench-recordings bench-telemetry bench-groundedness bench-console faults incident evaluate soak sbom audit dashboards lock wheel \
	container container-base clean

help: ## List every target
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## Start the service on the embedded dataset and print a curl to paste
	@exec $(BIN)/python -m sheriff demo

test: $(VENV)/.test standin ## Install what the tests need and run all of them
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.test ## Format, lint, types and imports only
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(VENV)/.test ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

standin: $(VENV)/.test ## Install groq-js for the stand-in of Sanity that the tests start
	@$(BIN)/python -m tests.standin install

bench: bench-web bench-resilience bench-speech bench-recordings bench-telemetry bench-groundedness bench-console ## Measure everything
bench-web: $(VENV)/.test ## Webhook latency and throughput beside the floor of the stack
	@$(BIN)/python -m benchmarks.web.run --postgres
bench-resilience: $(VENV)/.test standin ## Slow, flapping and dead sources; stampede; memory
	@$(BIN)/python -m benchmarks.resilience.run
bench-speech: $(VENV)/.test ## Accuracy and cost of spoken numbers and of answers
	@$(BIN)/python -m benchmarks.speech.numbers && $(BIN)/python -m benchmarks.speech.answers
bench-recordings: $(VENV)/.test ## Cost, size and reading of recordings
	@$(BIN)/python -m benchmarks.recordings.run
bench-telemetry: $(VENV)/.test ## Cost of metrics, traces and logs
	@$(BIN)/python -m benchmarks.telemetry.cost
bench-groundedness: $(VENV)/.test ## Fabrications caught and false alarms raised by the scorer
	@$(BIN)/python -m benchmarks.groundedness.run
bench-console: $(VENV)/.test ## The operators' page with a million interactions
	@$(BIN)/python -m benchmarks.console.run

faults: $(VENV)/.test standin ## Run the fault matrix against the stand-in and print its table
	@$(BIN)/python -m scripts.faults
incident: $(VENV)/.test standin ## Rehearse an incident with a real Prometheus
	@$(BIN)/python -m scripts.incident
evaluate: $(VENV)/.test ## Simulate, record, replay and score calls end to end
	@$(BIN)/python -m scripts.evaluate
soak: $(VENV)/.test standin ## Steady load under faults for MINUTES (default 10)
	@$(BIN)/python -m scripts.soak --minutes $(or $(MINUTES),10)

sbom: $(VENV)/.test ## List what ships, as CycloneDX, in out/sbom.json
	@mkdir -p out && $(BIN)/cyclonedx-py requirements requirements.lock --output-file out/sbom.json && echo out/sbom.json
audit: $(VENV)/.test ## Look for known weaknesses; fails aloud where nothing could be asked
	@scripts/audit.sh

dashboards: $(VENV)/.test ## Generate the Grafana dashboards and the rules of Prometheus
	@$(BIN)/python -m scripts.build_dashboards && $(BIN)/python -m scripts.build_rules

wheel: $(VENV)/.test ## Build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

container: ## Build the image from BASE with podman, buildah or docker
	@scripts/container_build.sh
container-base: ## Make a BASE of Debian's packages, where no registry of images can be reached (needs mmdebstrap)
	@scripts/container_base.sh

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group build --output-file requirements-build.lock

clean: ## Remove what the targets made
	rm -rf $(VENV) dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/standin/node_modules

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit("sheriff needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	@# A half-made one (Debian without python3-venv) would be taken for whole by the next run.
	@$(PYTHON) -m venv --clear $(VENV) || { rm -f $@; exit 1; }

$(VENV)/.demo: $(VENV)/pyvenv.cfg requirements.lock
	@echo "Installing pinned dependencies into $(VENV) …"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.test: $(VENV)/pyvenv.cfg requirements-dev.lock
	@echo "Installing pinned dependencies of the tests into $(VENV) …"
	@$(PIP) -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo
