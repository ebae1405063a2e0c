#!/bin/sh
# Renews the hashed locks; see docs/decisions/0001-hashed-locks-without-addresses.md.
# usage: setup/lock.sh [extra uv arguments, e.g. --upgrade]   (needs uv and npm on the PATH)
set -eu
cd "$(dirname "$0")/.."

export UV_PYTHON_DOWNLOADS=never
export UV_CUSTOM_COMPILE_COMMAND="setup/lock.sh"

compile() {
    uv pip compile --quiet --no-config --universal --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-strip-extras --python-version 3.11 "$@"
}

compile "$@" pyproject.toml -o requirements.lock
compile "$@" pyproject.toml --extra local -c requirements.lock -o requirements-local.lock
compile "$@" pyproject.toml --extra dev -c requirements-local.lock -o requirements-dev.lock
compile "$@" setup/installer.in -o setup/installer.lock
compile "$@" setup/node.in -o setup/node.lock

npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
# Where to thank the authors is an address too.
node -e '
const fs = require("fs");
const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
for (const entry of Object.values(lock.packages)) delete entry.funding;
fs.writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
'
