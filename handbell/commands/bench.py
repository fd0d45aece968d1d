"""`handbell bench`: the figures Handbell is built for, measured here and now."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from handbell.bench.frame import Result


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--quick", is_flag=True, help="Small sizes, under a minute; the ratios are rough.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page of results there (docs/benchmarks.md), and its picture beside it.",
)
@click.option("--list", "only_list", is_flag=True, help="List the figures and measure nothing.")
def bench(
    *, names: tuple[str, ...], quick: bool, as_json: bool, into: Path | None, only_list: bool
) -> None:
    """Measure all figures, or those named; each is a ratio of two things measured in turn.

    Uses a database server of its own that writes safely to disk and is gone afterwards. Read the
    ratios; rates and seconds are this machine's. Exit code 0, whether or not the goals are met.
    """
    from handbell.bench.ground import ground

    with ground():
        from handbell.bench.all import FIGURES, NOT_QUICK
        from handbell.bench.frame import Size, machine, run
        from handbell.bench.page import write

        unknown = [name for name in names if name not in FIGURES]
        if unknown:
            raise click.UsageError(
                f"no figure is called {unknown[0]}; there are: {', '.join(FIGURES)}"
            )
        wanted = names or [name for name in FIGURES if not (quick and name in NOT_QUICK)]
        if only_list:
            for name in wanted:
                click.echo(f"{name:18} {FIGURES[name].question}")
            return
        here = machine()
        results: list[Result] = []
        for name in wanted:
            click.echo(f"measuring {name}: {FIGURES[name].question}", err=True)
            results.append(run(FIGURES[name], Size(quick=quick)))
            click.echo(f"  {_line(results[-1])}", err=True)
            if into is not None:  # after each: a run that is cut off has told something
                write(into, here, results, quick=quick)
    if as_json:
        click.echo(json.dumps(_as_json(here, results), indent=1))
    else:
        for result in results:
            click.echo(_line(result))


def _as_json(here: dict[str, Any], results: "list[Result]") -> dict[str, Any]:
    return {"machine": here, "results": [result.as_json() for result in results]}


def _line(result: "Result") -> str:
    found = result.as_json()
    if found["ratio"] is None:
        return f"{found['name']:18} {found['note']}"
    least, most = found["spread"]
    sign, met = ("≥" if found["at_least"] else "≤"), ("met" if found["met"] else "NOT MET")
    return (
        f"{found['name']:18} {found['ratio']:>8.3g}  ({least:.3g} to {most:.3g})  goal {sign} "
        f"{found['goal']:g} {met:8} median {found['median']:.4g} {found['unit']}; {found['note']}"
        f"; {result.seconds:.0f} s"
    )
