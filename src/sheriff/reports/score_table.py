"""The scores as a table on a terminal, and as plain lines in a pipe."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sheriff.printable import printable
from sheriff.scoring import ScoredRecordings
from sheriff_core.evaluation.groundedness import CallScore
from sheriff_core.evaluation.verdict import Verdict

_HEADINGS = ("call", "turn", "kind", "verdict", "words", "fact")
_MAX_CALLS = 50  # with a fabrication that are told claim by claim; the others are counted
_COLOURS = {Verdict.CONTRADICTED: "red", Verdict.UNSUPPORTED: "yellow"}


def print_table(scored: ScoredRecordings, worse: Sequence[str]) -> None:
    """Print calls with a fabrication first to last, then the sums, then what got worse."""
    out = Console(highlight=False, soft_wrap=not Console().is_terminal)
    fabricated = [call for call in scored.card.calls if call.fabricated]
    if fabricated:
        _print_claims(fabricated, out)
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


def _print_claims(calls: Sequence[CallScore], out: Console) -> None:
    """Print what is not supported: on a terminal as a table, else a line a claim, separated by tabs."""
    more = f"and {len(calls) - _MAX_CALLS} more calls" if len(calls) > _MAX_CALLS else None
    if not out.is_terminal:
        for line in (_HEADINGS, *(cells for cells, _ in _claims(calls))):
            out.file.write("\t".join(line) + "\n")
        if more:
            out.print(more)
        return
    table = Table(title="Said, but not returned by any tool", title_justify="left", caption=more)
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for cells, verdict in _claims(calls):
        styles = (_COLOURS[verdict] if heading == "verdict" else "" for heading in _HEADINGS)
        table.add_row(*map(Text, cells, styles))
    out.print(table)


def _claims(calls: Sequence[CallScore]) -> Iterator[tuple[tuple[str, ...], Verdict]]:
    """The cells of each claim that is not supported, and its verdict."""
    for call in calls[:_MAX_CALLS]:
        for claim in call.claims:
            if claim.verdict is Verdict.SUPPORTED:
                continue
            fact = "" if claim.fact is None else f"{claim.fact['field']}: {claim.fact['value']}"
            cells = (str(call.call_id), str(claim.turn), claim.kind.value, claim.verdict.value, claim.text, fact)
            yield tuple(map(printable, cells)), claim.verdict
