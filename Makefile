# motcua: everything a newcomer types. Needs Python 3.11+, git and make; the rest goes into .venv.

SHELL := /bin/sh
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Test processes side by side; the tests are written for two.
JOBS ?= 2
SPREAD := -n $(JOBS) --dist loadscope --no-loadscope-reorder
# A second server for `make test-full`, PostgreSQL 15 to 18, on which databases may be created.
MOTCUA_TEST_OTHER_URL ?= postgresql://$(shell id -un)@127.0.0.1:5432/postgres

.DEFAULT_GOAL := help
.PHONY: help run test test-full check bench messages fmt lock environment environment-dev

help: ## Những việc có thể làm / What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment ## Cài đặt nếu cần rồi chạy motcua tại http://127.0.0.1:8000 / Install if needed, then run
	@exec $(BIN)/motcua run

test: environment-dev check-only ## Mọi kiểm tra hằng ngày / Style, types, boundaries, tests
	$(PYTEST) $(SPREAD) -m "not full"

test-full: environment-dev check-only ## Như test, thêm các phép thử dài và PostgreSQL 15 / And the long tests, and PostgreSQL 15
	$(PYTEST) $(SPREAD)
	@if $(BIN)/python -c "import psycopg; psycopg.connect('$(MOTCUA_TEST_OTHER_URL)', connect_timeout=3)" 2>/dev/null; then \
		echo "Chạy lại trên $(MOTCUA_TEST_OTHER_URL)"; \
		MOTCUA_OTHER_DATABASE_URL="$(MOTCUA_TEST_OTHER_URL)" $(PYTEST) src/motcua/engine/database -m full -k server_versions; \
		MOTCUA_TEST_DATABASE_URL="$(MOTCUA_TEST_OTHER_URL)" $(PYTEST) $(SPREAD) -m "not full"; \
	else \
		echo "Không có máy chủ PostgreSQL tại $(MOTCUA_TEST_OTHER_URL): bỏ qua phần đó (đặt MOTCUA_TEST_OTHER_URL)."; \
	fi

check: environment-dev check-only ## Kiểu viết, kiểu dữ liệu, ranh giới giữa các phòng / Style, types, boundaries

.PHONY: check-only
check-only:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: environment-dev ## Đo tốc độ và độ chính xác / Measure speed and accuracy
	@set -e; for file in benchmarks/*.py; do \
		[ -e "$$file" ] || { echo "Chưa có phép đo nào."; break; }; \
		echo "== $$file"; $(BIN)/python "$$file"; \
	done

messages: environment-dev ## Rút câu chữ để dịch, biên dịch bản dịch (cần gettext) / Extract and compile translations (needs gettext)
	$(BIN)/python .ci/messages

fmt: environment-dev ## Định dạng lại mã nguồn / Format the source
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Ghi lại các tệp khóa phiên bản (cần uv) / Write the lock files anew (needs uv)
	@command -v uv >/dev/null || PATH="$(BIN):$$PATH" command -v uv >/dev/null || { echo "Cần uv: pip install uv"; exit 1; }
	PATH="$(BIN):$$PATH" UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-annotate \
		pyproject.toml requirements-build.in -o requirements.lock
	PATH="$(BIN):$$PATH" UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal \
		--python-version 3.11 --generate-hashes --no-annotate --extra dev -c requirements.lock \
		pyproject.toml requirements-build.in -o requirements-dev.lock

environment:
	@.ci/environment requirements.lock

environment-dev:
	@.ci/environment requirements-dev.lock
