"""Coverage-guided fuzzing with atheris: bytes that reach new code are changed further, for a bounded time a target.

    make fuzz                                        # every target for 20 s each, FUZZ_SECONDS=600 for longer
    python tests/fuzz/fuzz.py jsonl --seconds 60     # one target

A target is a reader, `any` (the format is sniffed, compressed or not), `extraction` or `merging`. What is promised: papers
and reasons or a KgError, offsets that hold, nothing else. An input that breaks a promise is printed and kept in
``.cache/fuzz/TARGET``; it becomes a plain test and is mended.
"""

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEEDS = ROOT / "tests" / "sources" / "fixtures"
CACHE = ROOT / ".cache" / "fuzz"
MOST = 4096
"""Bytes of an input; longer ones find little that short ones do not."""
MEMORY = 2000
"""Megabytes that a target may take."""


def reading(name: str | None) -> Callable[[bytes], None]:
    """The target of a reader; None: of the one that recognises the text."""
    from kg.errors import KgError
    from kg.records import Paper
    from kg.sources import read_source, source_of

    def target(data: bytes) -> None:
        with suppress(KgError):
            for found in read_source(source_of("given", io.BytesIO(data)), name):
                if isinstance(found, Paper):
                    assert found.title
                    assert "\0" not in found.title + found.abstract
                    assert not found.url or name or found.url.startswith(("http://", "https://"))
                else:
                    assert found.reason
                    assert "\n" not in found.reason

    return target


def extraction() -> Callable[[bytes], None]:
    """The target that finds mentions: they stand where they say, and the first half of the bytes is the title."""
    from kg.extraction import extract
    from kg.records import Paper

    def target(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        title, _, abstract = text.partition("\n")
        paper = Paper(title=f"T {title}", abstract=abstract)
        [record] = extract([paper])
        for m in record.mentions:  # type: ignore[union-attr]
            whole = paper.title if m.field == "title" else paper.abstract
            assert 0 <= m.start < m.end <= len(whole)
            assert whole[m.start : m.end] == m.text

    return target


def merging() -> Callable[[bytes], None]:
    """The target that unites records: the order of the records makes no difference."""
    from kg.merging import merge
    from kg.records import Paper

    def target(data: bytes) -> None:
        lines = [line.split("\t") for line in data.decode("utf-8", "replace").split("\n")]
        papers = [Paper(title=f"T{line[0]}", abstract=line[-1], doi=line[len(line) // 2], source="x") for line in lines]
        assert merge(papers) == merge(reversed(papers))

    return target


def targets() -> dict[str, Callable[[], Callable[[bytes], None]]]:
    """Name → what makes the target."""
    from kg.sources import READERS

    readers = {name: lambda name=name: reading(name) for name in READERS}
    return {**readers, "any": lambda: reading(None), "extraction": extraction, "merging": merging}


def seeds(name: str) -> None:
    """Begin with the examples of all formats, compressed and bare, and with what the bad inputs are made of."""
    folder = CACHE / name / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    for path in SEEDS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes()[:MOST])
    if name == "extraction":
        for line in (SEEDS / "papers.jsonl").read_text(encoding="utf-8").splitlines():
            paper = json.loads(line)
            (folder / f"paper{len(line)}").write_text(
                f"{paper['title']}\n{paper.get('abstract', '')}", encoding="utf-8"
            )


def fuzz(name: str, seconds: int) -> None:
    """Run one target in this process, which ends with it."""
    atheris = import_module("atheris")  # installed by `make fuzz` alone: it has no wheels for the newest Pythons

    seeds(name)
    with atheris.instrument_imports(include=["kg"]):
        target = targets()[name]()
    folder = CACHE / name
    options = [
        f"-max_total_time={seconds}", f"-max_len={MOST}", f"-rss_limit_mb={MEMORY}", "-timeout=20", "-verbosity=0",
        "-print_final_stats=1", f"-artifact_prefix={folder}/",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], target)
    atheris.Fuzz()


def main() -> None:
    """Run the target given, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", nargs="?")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "20")))
    given = parser.parse_args()
    if given.target:
        fuzz(given.target, given.seconds)
        return
    broken = []
    for name in targets():
        words = [sys.executable, __file__, name, "--seconds", str(given.seconds)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=given.seconds + 120, check=False)
        runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(
            f"{name:>12}  {int(runs[0]) if runs else 0:>10,} inputs  {'fine' if not done.returncode else 'BROKEN'}",
            flush=True,
        )
        if done.returncode:
            broken.append(name)
            print(done.stdout[-3000:] + done.stderr[-3000:])
    if broken:
        sys.exit(f"broken: {', '.join(broken)}; the inputs are in {CACHE}")


if __name__ == "__main__":
    main()
