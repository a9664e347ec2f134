"""The scores as a table on a terminal, and as plain lines in a pipe."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sheriff.scoring import ScoredRecordings
from sheriff_core.evaluation.comparison import Verdict
from sheriff_core.evaluation.groundedness import CallScore

_MAX_CALLS = 50  # rows; of calls without any fabrication, the rest is only counted
_COLOURS = {Verdict.CONTRADICTED: "red", Verdict.UNSUPPORTED: "yellow"}


def print_table(scored: ScoredRecordings, worse: Sequence[str]) -> None:
    """Print calls with a fabrication first to last, then the sums, then what got worse."""
    out = Console(highlight=False, soft_wrap=not Console().is_terminal)
    fabricated = [call for call in scored.card.calls if call.fabricated]
    if fabricated:
        out.print(_table(fabricated))
    summary = scored.card.summary()
    latency, trip, issues = summary["latencyMs"], summary["roundTripMs"], summary["issues"]
    out.print(f"calls                {summary['calls']}, {summary['callsWithFabrication']} with a fabrication")
    out.print(f"claims               {summary['claims']}, {summary['supported']} supported")
    out.print(f"groundedness         {summary['groundedness']:.2%}")
    out.print(f"without fabrication  {summary['withoutFabrication']:.2%}")
    told = f"{issues['told']} told, {issues['wrong']} wrong, {issues['missing']} missing"
    out.print(f"issues returned      {issues['returned']}: {told}")
    out.print(f"latency              {_figures(latency)}")
    out.print(f"round trip           {_figures(trip)}")
    for line in worse:
        out.print(f"[red]worse than the baseline: {escape(line)}[/red]")
    out.print("[red]FAIL[/red]" if worse or fabricated else "[green]PASS[/green]")


def _figures(percentiles: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {'-' if value is None else f'{value:.1f} ms'}" for name, value in percentiles.items())


def _table(calls: Sequence[CallScore]) -> Table:
    table = Table(title="Said, but not returned by any tool", title_justify="left")
    for heading in ("call", "turn", "kind", "verdict", "words", "fact"):
        table.add_column(heading, overflow="fold")
    for call in calls[:_MAX_CALLS]:
        for claim in call.claims:
            if claim.verdict is Verdict.SUPPORTED:
                continue
            fact = "" if claim.fact is None else f"{claim.fact['field']}: {claim.fact['value']}"
            colour = _COLOURS[claim.verdict]
            verdict = f"[{colour}]{claim.verdict.value}[/{colour}]"
            words = escape(claim.text)
            table.add_row(escape(str(call.call_id)), str(claim.turn), claim.kind.value, verdict, words, escape(fact))
    if len(calls) > _MAX_CALLS:
        table.caption = f"and {len(calls) - _MAX_CALLS} more calls"
    return table
