"""``kg build SOURCE...``: read papers and write the graph."""

import sys
from datetime import date as Date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kg.cli.options import Accurate, Day, From, Sources, Workers, parse_day, parse_list
from kg.cli.printing import printable

if TYPE_CHECKING:
    from kg.building import Report

DEFAULT = "ttl,graphml,html"


def command(
    sources: Sources,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path("outputs"),
    formats: Annotated[str, typer.Option(help="Comma-separated: ttl, graphml, html, ...")] = DEFAULT,
    append: Annotated[
        bool, typer.Option("--append", help="Keep the papers already there; read only what is new.")
    ] = False,
    date: Day = None,
    strict: Annotated[bool, typer.Option("--strict", help="Make the first bad record an error.")] = False,
    evidence: Annotated[
        Literal["full", "none"] | None, typer.Option(help="Write evidence.ttl (full, the default) or not.")
    ] = None,
    workers: Workers = None,
    accurate: Accurate = None,
    base: Annotated[str | None, typer.Option(metavar="IRI", help="Base of the IRIs of papers and concepts.")] = None,
    format: From = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    engine: Annotated[
        Literal["local", "spark"], typer.Option(help="Where to compute; Spark writes nt, parquet and neo4j-csv.")
    ] = "local",
    master: Annotated[
        str | None, typer.Option(metavar="URL", help="Spark's master; all cores here by default.")
    ] = None,
) -> None:
    """Read papers, find their concepts, link them, and write the graph."""
    if engine == "spark":
        if append or open_page or strict or format or workers or accurate:
            raise typer.BadParameter(
                "--engine spark knows no --append, --open, --strict, --from, --workers and --accurate"
            )
        chosen = None if formats == DEFAULT else parse_list(formats)
        on_spark(sources, output, chosen, parse_day(date), evidence != "none", base, master)
        return
    if open_page and "html" not in parse_list(formats):
        raise typer.BadParameter("--open needs html among --formats")
    from kg.building import build
    from kg.cli.progress import progress

    with progress() as advance:
        report = build(
            sources, output, formats=parse_list(formats), append=append, date=parse_day(date), strict=strict,
            evidence=None if evidence is None else evidence == "full", workers=workers, accurate=accurate, base=base,
            format=format, progress=advance,
        )  # fmt: skip
    show(report, output)
    if open_page:
        typer.launch(str((output / "graph.html").resolve()))


def on_spark(
    sources: list[str],
    output: Path,
    formats: list[str] | None,
    day: Date | None,
    evidence: bool,
    base: str | None,
    master: str | None,
) -> None:
    """Build on Spark and print the counts."""
    from kg.errors import MissingExtra
    from kg.ontology import BASE

    try:
        from kg.spark import FORMATS, build
        from kg.spark.session import session
    except ImportError as error:
        raise MissingExtra("kg build --engine spark", "spark") from error
    spark = session(master)
    try:
        found = build(
            spark, sources, output, formats=formats or FORMATS, date=day, evidence=evidence, base=base or BASE
        )  # fmt: skip
    finally:
        spark.stop()
    for name, count in vars(found).items():
        typer.echo(f"{name:>14}  {count:>8,}")


def show(report: "Report", output: Path) -> None:
    """Print what a build did, its strongest links, and what to try next."""
    names = {
        "Method": "methods",
        "Architecture": "architectures",
        "Dataset": "datasets",
        "Code": "code links",
        "Task": "tasks",
    }
    rows = [("papers", report.papers), *((names[k], report.kinds[k]) for k in names if report.kinds.get(k))]
    rows.append(("links", report.links))
    rows += [(name, count) for name, count in (("merged", report.merged),) if count]
    for name, count in rows:
        typer.echo(f"{name:>14}  {count:>8,}")
    typer.echo(f"{'seconds':>14}  {report.seconds:>8.1f}")
    if report.strongest:
        typer.echo("\nStrongest links")
        for one, two, weight, shared in report.strongest:
            more = f" and {len(shared) - 4} more" if len(shared) > 4 else ""
            typer.echo(
                f"  {weight:.2f}  {_short(one)}\n        {_short(two)}\n        share {printable(', '.join(shared[:4]))}{more}"
            )
    if report.rejected:
        first = report.rejected[0]
        some = "1 record is no paper" if len(report.rejected) == 1 else f"{len(report.rejected)} records are no papers"
        place = f"{first.source}, {first.record}"
        said = f"kg: {some} (first: {place}: {first.reason}); see {output / 'rejected.jsonl'}"
        print(printable(said), file=sys.stderr)
    folder = "" if output == Path("outputs") else printable(f" -g {quote(str(output))}")
    queries = ("code-for-method", "'SELECT ?p ?t WHERE { ?p dcterms:title ?t } LIMIT 5'")
    steps = [printable(f"  open {output / 'graph.html'}")] if (output / "graph.html").exists() else []
    steps += [f"  kg query{folder} {query}" for query in queries] if (output / "graph.ttl").exists() else []
    typer.echo("\n".join(("\nNext", *(steps or [printable(f"  kg export {quote(str(output))} --formats ttl,html")]))))


def _short(title: str) -> str:
    return printable(title if len(title) <= 90 else title[:89] + "…")
