#!/usr/bin/env bash
# Look for known weaknesses in what ships, and for careless code. pip-audit ends with 0 even where it could ask nobody:
# that is no audit, and is said aloud as a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

echo "== careless code (bandit, medium and above)"
# Answered at the line, under the same rules' names in ruff (S104, S608), each with its reason: B104 where an address is
# compared or asked for by the operator; B608 where SQL is put together from constants, never from a value.
"$bin/bandit" --quiet --recursive src --severity-level medium --skip B104,B608 || exit 1

echo "== known weaknesses of locked dependencies (pip-audit)"
told=$("$bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip --progress-spinner off 2>&1)
code=$?
echo "$told"
if ((code != 0)); then
  echo "pip-audit found weaknesses, or failed." >&2
  exit 1
fi
if grep -qiE "could not be audited|skip reason|connection|timed out" <<<"$told"; then
  echo "pip-audit could not ask its service: nothing was audited. Run this where it can be reached." >&2
  exit 2
fi
