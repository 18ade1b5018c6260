"""Apache Jena reads what is written, warnings being errors, and finds the graph that Oxigraph finds."""

import os
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.exporters.rdf import write_jsonld, write_ntriples, write_turtle

from .test_rdf import content_of

JENA = Path(os.environ.get("KG_SERVICES") or Path(__file__).parents[2] / ".cache" / "services") / "fuseki"


def triples(data: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)}


@pytest.mark.services
@pytest.mark.skipif(shutil.which("java") is None, reason="needs Java")
@pytest.mark.skipif(not JENA.is_dir(), reason="needs Jena (make services)")
@pytest.mark.parametrize(
    "name", ["graph.ttl", "evidence.ttl", "graph.nt", "evidence.nt", "graph.jsonld", "evidence.jsonld"]
)
def test_jena_reads_the_same_graph(name: str, tmp_path: Path) -> None:
    for write in (write_turtle, write_ntriples, write_jsonld):
        write(content_of(), tmp_path)
    program = Path(__file__).with_name("Riot.java")
    words = ["java", "-cp", f"{JENA}/*", str(program), str(tmp_path / name)]
    run = subprocess.run(words, capture_output=True, timeout=120, check=False)

    assert run.returncode == 0, run.stderr.decode()
    expected = (tmp_path / name).with_suffix(".nt").read_bytes()
    assert triples(run.stdout) == triples(expected)
