"""``kg extract SOURCE...``: the mentions of each paper as JSON Lines on standard output."""

import sys

from kg.cli.options import Accurate, Day, From, Sources, Workers, parse_day
from kg.cli.printing import printable


def command(
    sources: Sources, date: Day = None, workers: Workers = None, accurate: Accurate = None, format: From = None
) -> None:
    """Print one paper a line with the mentions found in it."""
    from kg.building import extract_lines
    from kg.processes import rarely_collecting

    with rarely_collecting():
        day, accurate = parse_day(date), bool(accurate)
        for line in extract_lines(sources, format=format, date=day, workers=workers, accurate=accurate):
            if line.startswith("{"):
                sys.stdout.write(line)
            else:
                print(f"kg: {printable(line)}", file=sys.stderr)
