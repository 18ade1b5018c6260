"""The graph in partitioned files: N-Triples, Parquet tables, and CSV for Neo4j's importer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from kg.exporters.neo4j_csv import edge_facts, headers
from kg.exporters.rdf import lines_of
from kg.exporters.rdf.facts import block, closing_triples, concept_pairs
from kg.exporters.tables import TABLES
from kg.graph import EDGE_KIND
from kg.records import Concept, digest
from kg.rows import EDGE_FACTS, NODE_FACTS, Type
from kg.spark import rows, stages
from kg.spark.stages import Run

_SQL: dict[Type, str] = {
    "string": "string", "date": "date", "boolean": "boolean", "int": "bigint", "float": "double",
    "string[]": "array<string>", "int[]": "array<bigint>",
}  # fmt: skip


@dataclass(frozen=True)
class Graph:
    """What is written: resolved papers, links, addresses of code as data frames; concepts on the driver."""

    papers: DataFrame
    links: DataFrame
    codes: DataFrame
    concepts: list[Concept]
    run: Run


def write_ntriples(spark: SparkSession, graph: Graph, place: str, counts: dict[str, int], evidence: bool) -> None:
    """Write ``graph.nt`` and ``evidence.nt``."""
    run, ends = graph.run, graph.links.select("source", "target")
    both = ends.union(ends.select("target", "source")).toDF("key", "other")
    linked = both.groupBy("key").agg(F.collect_list("other").alias("linked"))
    papers = graph.papers.join(linked, "key", "left").select("record", "linked")
    own = [
        line
        for c in graph.concepts
        for line in lines_of(block(run.base + c.key, concept_pairs(c, run.base)))
    ]  # fmt: skip
    own += lines_of(closing_triples(run.content(), counts))
    parts = [
        papers.mapInPandas(partial(stages.paper_triples, run=run), "value string"),
        graph.links.mapInPandas(partial(stages.link_triples, run=run), "value string"),
        graph.codes.mapInPandas(stages.code_triples, "value string"),
        spark.createDataFrame([(line,) for line in own], "value string"),
    ]
    text_files(parts, f"{place}/graph.nt")
    if evidence:
        found = graph.papers.mapInPandas(partial(stages.evidence, run=run), "value string")
        text_files([found], f"{place}/evidence.nt")


def text_files(parts: list[DataFrame], place: str) -> None:
    """Write lines."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part)
    whole.write.mode("overwrite").text(place)


def write_parquet(spark: SparkSession, graph: Graph, place: str, counts: dict[str, int], evidence: bool) -> None:
    """Write a folder of Parquet files a table, with the columns of `kg.exporters.tables`."""
    for name in ("papers", "code", "statements", "mentions"):
        schema = ", ".join(f"`{column}` {_SQL[kind]}" for column, kind in TABLES[name].columns.items())
        found = graph.papers.mapInPandas(partial(stages.table, name=name, run=graph.run), schema)
        found.write.mode("overwrite").parquet(f"{place}/parquet/{name}")
    labels = spark.createDataFrame([(c.id, c.label) for c in graph.concepts], "ident string, name string")
    shared = graph.links.select("source", "target", "weight", F.posexplode("shared").alias("at", "ident"))
    links = (
        shared.join(labels, "ident")
        .groupBy("source", "target", "weight")
        .agg(F.array_sort(F.collect_list(F.struct("at", "name"))).alias("some"))
        .select("source", "target", "weight", F.col("some.name").alias("shared"))
    )
    links.write.mode("overwrite").parquet(f"{place}/parquet/links")
    facts = [
        (c.key, c.label, c.kind, list(c.aliases), [f"concept/{b}" for b in c.broader], c.generic, list(c.exact_match),
         c.source or None)
        for c in graph.concepts
    ]  # fmt: skip
    columns = {column: kind for column, kind in TABLES["concepts"].columns.items() if column != "papers"}
    concepts = spark.createDataFrame(facts, ", ".join(f"`{column}` {_SQL[kind]}" for column, kind in columns.items()))
    named = (
        spark.read.parquet(f"{place}/parquet/statements").groupBy("target")
        .agg(F.count_distinct("paper").alias("papers")).withColumnRenamed("target", "concept")
    )  # fmt: skip
    whole = concepts.join(named, "concept", "left").fillna(0, ["papers"])
    whole.write.mode("overwrite").parquet(f"{place}/parquet/concepts")


def write_neo4j_csv(spark: SparkSession, graph: Graph, place: str, counts: dict[str, int], evidence: bool) -> None:
    """Write a folder of lines a kind of node and edge, and the headers beside them."""
    run, build = graph.run, digest(f"{graph.run.version} {graph.run.time}")[:12]
    labels = spark.sparkContext.broadcast({c.id: c.label for c in graph.concepts})
    known = list(rows.concept_lines(graph.concepts, run, build))
    stated = graph.papers.mapInPandas(partial(rows.stated, run=run, build=build), "file string, value string").persist()
    parts = {
        kind: stated.where(F.col("file") == kind).select("value") for kind in ("Paper", *EDGE_KIND.values())
    } | {
        kind: spark.createDataFrame([(line,) for name, line in known if name == kind], "value string")
        for kind in ("Concept", "BROADER")
    } | {
        "SHARES_CONCEPT": graph.links.mapInPandas(
            partial(rows.link_lines, run=run, build=build, labels=labels), "value string"
        ),
        "Code": graph.codes.mapInPandas(partial(rows.code_lines, build=build), "value string"),
    }  # fmt: skip
    for kind, frame in parts.items():
        frame.write.mode("overwrite").text(f"{place}/neo4j-csv/{kind}")
    stated.unpersist()
    heads = [(label, ",".join(("iri:ID", *headers(facts), ":LABEL"))) for label, facts in NODE_FACTS.items()]
    heads += [
        (kind, ",".join((":START_ID", *headers(edge_facts(kind, True)), ":END_ID", ":TYPE"))) for kind in EDGE_FACTS
    ]
    for kind, line in heads:
        frame = spark.createDataFrame([(line,)], "value string").coalesce(1)
        frame.write.mode("overwrite").text(f"{place}/neo4j-csv/{kind}-header")


WRITERS: dict[str, Callable[[SparkSession, Graph, str, dict[str, int], bool], None]] = {
    "nt": write_ntriples,
    "parquet": write_parquet,
    "neo4j-csv": write_neo4j_csv,
}
"""Format → what writes it."""
