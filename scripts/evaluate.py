"""Simulate, record, replay and score calls end to end; leaves the reports in `out/evaluate/`.

    python -m scripts.evaluate [--calls 200] [--concurrency 50] [--fabricate 0.2] [--seed 1]

A real service on the embedded dataset takes simulated calls and records them. Every recorded tool call must replay byte
for byte. The scorer must catch each fabrication that the simulated model was told to make, and raise no alarm besides.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sheriff.doctor.credential import Credential
from sheriff.simulation import CallResult, Simulation, Summary, demo_parcels, place_calls
from tests.system.service import ROOT, SECRET, service

OUT = ROOT / "out" / "evaluate"


async def simulated(options: argparse.Namespace, database: Path) -> tuple[Summary, Sequence[CallResult]]:
    """Place the calls against a real service that records into `database`."""
    environment = {
        "SHERIFF_RECORDINGS_URL": f"sqlite:///{database}",
        "SHERIFF_DISCLOSURE": "tracking-number",
    }
    async with service(environment, cwd=database.parent) as running:
        simulation = Simulation(
            f"{running.public}/webhook",
            calls=options.calls,
            concurrency=options.concurrency,
            seed=options.seed,
            parcels=demo_parcels(),
            credential=Credential("secret", SECRET),
            fabricate=options.fabricate,
        )
        summary, calls = await place_calls(simulation)
        # A report is scored after its reply: the last ones are waited for by the service as it stops.
        running.process.terminate()
        code = await running.ended()
    if code != 0:
        raise SystemExit(f"the service ended with exit code {code}")
    return summary, calls


async def command(*arguments: str) -> tuple[int, str]:
    """Run `sheriff` as a person would; its exit code and standard output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sheriff", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()


async def evaluate(options: argparse.Namespace) -> int:
    """Do all of it and print what came of it; the exit code."""
    OUT.mkdir(parents=True, exist_ok=True)
    for left in OUT.iterdir():
        left.unlink()
    database = OUT / "recordings.db"
    began = time.monotonic()
    summary, calls = await simulated(options, database)
    where = f"sqlite:///{database}"
    replay_code, replayed = await command("replay", where, "--json", "--html", str(OUT / "replay.html"))
    score_code, scored = await command("score", where, "--json", "--html", str(OUT / "score.html"))
    replay = json.loads(replayed)["summary"]
    verdicts = {call["callId"]: call["fabricated"] for call in json.loads(scored)["calls"]}
    told_to_lie = {call.call_id: bool(call.fabrications) for call in calls}
    tally = Counter((told_to_lie[call_id], verdicts.get(call_id)) for call_id in told_to_lie)
    missed = sorted(call_id for call_id, lied in told_to_lie.items() if lied and not verdicts.get(call_id))
    alarms = sorted(call_id for call_id, lied in told_to_lie.items() if not lied and verdicts.get(call_id))
    p95_ms = summary.latency_ms["p95"]
    print(f"calls placed          {len(told_to_lie)}, {summary.failed_calls} failed, p95 {p95_ms:.0f} ms")
    print(f"replayed              {replay['total']}: {replay['same']} same, {replay['different']} different")
    print(f"fabricated and caught {tally[True, True]} of {sum(told_to_lie.values())}")
    print(f"false alarms          {len(alarms)} of {sum(not lied for lied in told_to_lie.values())} faithful calls")
    for name, ids in (("missed", missed), ("false alarm", alarms)):
        for call_id in ids:
            print(f"  {name}: {call_id}")
    print(
        f"took                  {time.monotonic() - began:.0f} s; reports: {OUT / 'replay.html'}, {OUT / 'score.html'}"
    )
    well = replay_code == 0 and score_code in (0, 1) and not missed and not alarms and summary.failed_calls == 0
    return 0 if well else 1


def main() -> None:
    """Read the options and evaluate."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--calls", type=int, default=200)
    options.add_argument("--concurrency", type=int, default=50)
    options.add_argument("--fabricate", type=float, default=0.2)
    options.add_argument("--seed", type=int, default=1)
    sys.exit(asyncio.run(evaluate(options.parse_args())))


if __name__ == "__main__":
    main()
