#!/bin/sh
# Validates a deployment before it takes calls: `scripts/deploy-gate.sh https://sheriff.example.com [option]...`.
#
# Waits until the webhook answers at all, then posts every message that Vapi is known to send and checks the replies,
# that strangers are refused, and the latency. Needs VAPI_AUTH and VAPI_SECRET as the service has them; options go to
# `sheriff check`. Ends with 0 when the deployment may take calls, 1 when not, 78 when the credential cannot be used.
#
#   SHERIFF   the command (default: sheriff), such as ".venv/bin/python -m sheriff"
#   WAIT_S    seconds that a new instance may take until it answers (default: 60)
#   REPORT    a file that gets the findings as JSON, for the pipeline to keep
set -eu

url=${1:?usage: deploy-gate.sh URL [option of sheriff check]...}
shift
sheriff=${SHERIFF:-sheriff}
set -- check --url "$url" --wait "${WAIT_S:-60}" "$@"

if [ -z "${REPORT:-}" ]; then
	exec $sheriff "$@"
fi
code=0
$sheriff "$@" --json >"$REPORT" || code=$?
echo "deploy-gate: $([ "$code" -eq 0 ] && echo passed || echo "refused ($code)"); the findings are in $REPORT" >&2
exit "$code"
