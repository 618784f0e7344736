# The developer's recipes. `./run` and `./test` need none of this.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @just --list

# Everything CI asks besides the tests
check:
    #!/usr/bin/env bash
    # All of them, whatever the first says: one look shows everything that is wrong.
    failed=""
    for piece in format-check lint types imports migrations-check diagrams-check assets-check; do
        "{{ just_executable() }}" "$piece" || failed="$failed $piece"
    done
    if [ -n "$failed" ]; then
        echo "not in order:$failed" >&2
        exit 1
    fi

format-check:
    ruff format --check .
    git ls-files --cached --others --exclude-standard 'templates/*.html' ':!templates/jinja2/' | xargs -r djade --target-version 5.2 --check

lint:
    ruff check .

types:
    mypy

imports:
    lint-imports

# No change to a model without its migration
migrations-check:
    ./run manage makemigrations --check --dry-run

# The drawings in docs/ show the moves the rules allow
diagrams-check:
    python -m tooling diagrams --check

# static/ is built from frontend/
assets-check:
    python -m tooling assets --check

# Put right what a tool can put right
fix:
    ruff check --fix .
    ruff format .
    git ls-files --cached --others --exclude-standard 'templates/*.html' ':!templates/jinja2/' | xargs -r djade --target-version 5.2

# The tests: all, or those of the apps named
test *arguments:
    ./test {{ arguments }}

# The journeys in the browser
browser *arguments:
    ./test browser {{ arguments }}

# Build static/ anew from frontend/ (needs Node)
assets:
    cd frontend && npm ci && npm run build

# Measure, as ratios against a floor
bench *arguments:
    ./bench/run {{ arguments }}

# Draw the moves between states into docs/states.md
diagrams:
    python -m tooling diagrams

# A made-up council of 220, 600 or 1500 children in place of all data here
demo-data children="600":
    ./run --reset --children {{ children }}
