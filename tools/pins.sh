#!/bin/sh
# Pin requirements/*.in with hashes and without addresses. `make pins` calls this.
set -eu
cd "$(dirname "$0")/../requirements"
uv=$(ls ../var/tools/uv/bin/uv ../var/tools/uv-target/bin/uv 2>/dev/null | head -n 1)
pin() {
    "${uv:-uv}" pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade \
        --custom-compile-command "make pins" --python-version "$2" "$1.in" -o "$1.txt"
    echo "requirements/$1.txt"
}
pin app 3.12
pin dev 3.12
pin bot 3.10
pin solver 3.12
pin uv 3.9
pin node 3.9
