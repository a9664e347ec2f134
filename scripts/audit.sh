#!/usr/bin/env bash
# Look for known weaknesses in what ships, and for careless code. Ends with 1 where there are any, and with 2 where the
# service that knows them could not be asked. pip-audit tells the latter by a traceback where there is no network, and
# by a 0 where there is one and the service knows none of the packages: neither is an audit.
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
if ((code != 0)) && grep -qE "^Found [0-9]+ known vulnerabilit" <<<"$told"; then
  echo "$told"
  exit 1
fi
unasked=$(grep -c "could not be audited" <<<"$told")
if ((code == 0 && unasked == 0)); then
  echo "$told"
  exit 0
fi
locked=$(grep -cE "^[a-z0-9][a-z0-9._-]*==" requirements.lock)
if ((code == 0)); then
  reason="$unasked of its $locked packages are unknown there."
else
  reason=$(tail -n 1 <<<"$told" | cut -c 1-300)
fi
cat >&2 <<END
make audit: could not ask PyPI (https://pypi.org) about the packages in requirements.lock.
  $reason
This is not a pass: whether they have known weaknesses is not known. Run it again where PyPI can be reached
(HTTPS_PROXY is heeded). The code itself was looked at, and is well.
END
exit 2
