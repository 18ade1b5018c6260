"""A build on Spark, from sources to files: read → unite → extract → count names → resolve → link → write.

Files come out in partitions: ``records`` (Parquet: key, record, reason), ``graph.nt`` and ``evidence.nt``, ``parquet``
(a folder a table), ``neo4j-csv`` (a folder a file, headers beside).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from functools import partial
from pathlib import Path
from typing import cast

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from kg import __version__
from kg.errors import KgError, NoPapers
from kg.ontology import BASE, scheme
from kg.records import Kind
from kg.resolution import Resolver, Tally
from kg.spark import stages, writing
from kg.spark.links import links_of
from kg.spark.stages import Run

FORMATS = ("nt", "parquet", "neo4j-csv")
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True)
class Report:
    """Counts of what a build on Spark wrote, and how many records were no papers."""

    papers: int
    concepts: int
    codes: int
    links: int
    rejected: int


def build(
    spark: SparkSession,
    sources: Iterable[str | Path],
    output: str | Path,
    *,
    formats: Sequence[str] = FORMATS,
    date: Date | None = None,
    base: str = BASE,
    evidence: bool = True,
    time: datetime | None = None,
) -> Report:
    """Read papers from JSON Lines or Parquet, also globs on any file system of Hadoop, and write their graph.

    The statements are those of `kg.build`. A record that cannot be read is kept in ``records`` with the reason. Raises
    KgError for a format that is not written on Spark, NoPapers where there is no paper.
    """
    for name in formats:
        if name not in FORMATS:
            raise KgError(f"--formats: {name!r} is not written on Spark; there are: {', '.join(FORMATS)}")
    place, run = str(output), Run(base, __version__, (time or datetime.now(UTC)).replace(microsecond=0))
    records = extracted(spark, [str(s) for s in sources], f"{place}/records", date)
    good = records.where("reason = ''").select("key", "record")
    count, rejected = good.count(), records.where("reason != ''").count()
    if not count:
        raise NoPapers(f"{', '.join(map(str, sources))}: no usable paper there; Spark reads JSON Lines and Parquet")
    resolver, names = resolved_names(spark, good)
    papers = resolved(good, names).persist(StorageLevel.MEMORY_AND_DISK)
    links = links_of(
        papers.mapInPandas(stages.bags, "key string, concept string, confidence double"), count
    ).persist(StorageLevel.MEMORY_AND_DISK)  # fmt: skip
    used = papers.mapInPandas(stages.used, "what string, name string").distinct().persist()
    idents = with_broader((row["name"] for row in used.where("what = 'concept'").toLocalIterator()), resolver)
    codes = used.where("what = 'code'").select("name")
    found = Report(count, len(idents), codes.count(), links.count(), rejected)
    graph = writing.Graph(papers, links, codes, [resolver.concept(i) for i in idents], run)
    for name in formats:
        writing.WRITERS[name](spark, graph, place, vars(found), evidence)
    return found


def extracted(spark: SparkSession, sources: Sequence[str], place: str, date: Date | None) -> DataFrame:
    """The records of all sources, written so that no failure later has the texts read again."""
    lines = read(spark, sources)
    told = lines.mapInPandas(partial(stages.read_lines, date=date), "title string, paper string, reason string")
    told = told.persist(StorageLevel.MEMORY_AND_DISK)
    groups = told.where("reason = ''").groupBy("title").agg(F.collect_list("paper").alias("papers"))
    papers = groups.select("papers").mapInPandas(stages.united, "key string, record string")
    found = papers.mapInPandas(stages.extracted, "key string, record string, reason string")
    bad = told.where("reason != ''").select(F.lit("").alias("key"), F.col("paper").alias("record"), "reason")
    found.unionByName(bad).write.mode("overwrite").parquet(place)
    told.unpersist()
    return spark.read.parquet(place)


def read(spark: SparkSession, sources: Sequence[str]) -> DataFrame:
    """The lines of JSON of all sources with the names of their files; rows of Parquet become lines."""
    tables = [s for s in sources if s.rstrip("/*").endswith(PARQUET)]
    texts = [s for s in sources if s not in tables]
    parts = [spark.read.text(texts)] if texts else []
    for table in tables:
        frame = spark.read.parquet(table)
        parts.append(frame.select(F.to_json(F.struct(*frame.columns)).alias("value")))
    if not parts:
        raise NoPapers("no source is given")
    named = [part.select(F.input_file_name().alias("file"), "value") for part in parts]
    whole = named[0]
    for part in named[1:]:
        whole = whole.unionByName(part)
    # A compressed text is one partition; the work on it must not be.
    wanted = 2 * spark.sparkContext.defaultParallelism
    return whole.repartition(wanted) if whole.rdd.getNumPartitions() < wanted else whole


def resolved_names(spark: SparkSession, records: DataFrame) -> tuple[Resolver, DataFrame]:
    """What the corpus says of names, and the concept of each name: Spark counts, the driver decides once a name."""
    rows = records.mapInPandas(
        stages.named,
        "text string, long_form string, known string, kind string, count bigint, weight bigint, introduced boolean",
    )
    counts = rows.groupBy("text", "long_form", "known", "kind").agg(
        F.sum("count").alias("count"), F.sum("weight").alias("weight"), F.max("introduced").alias("introduced")
    )
    tally = Tally()
    for row in counts.toLocalIterator():
        key = row["text"], row["long_form"], row["known"], cast(Kind, row["kind"])
        tally.names[key] = (row["count"], row["weight"])
        if row["introduced"]:
            tally.introduced.add(key[:3])
    resolver = Resolver(tally, scheme())
    glossary = resolver.glossary
    known = [("m", *key, *glossary.name(*key)) for key in {key[:3] for key in tally.names}]
    known += [("w", text, "", "", *named) for text, named in glossary.introduced.items()]
    columns = (
        "place string, text string, long_form string, known string, ident string, label string, concept_kind string"
    )
    return resolver, spark.createDataFrame(known, columns)


def resolved(records: DataFrame, names: DataFrame) -> DataFrame:
    """Records with resolved mentions: each meets the concepts of its own names."""
    wanted = records.select("record").mapInPandas(
        stages.references, "key string, place string, text string, long_form string, known string"
    )
    met = wanted.join(names, ["place", "text", "long_form", "known"])
    columns = F.struct("place", "text", "long_form", "known", "ident", "label", "concept_kind")
    given = met.groupBy("key").agg(F.collect_list(columns).alias("names"))
    both = records.join(given, "key", "left").select("record", "names")
    return both.mapInPandas(stages.resolved_rows, "key string, record string")


def with_broader(used: Iterable[str], resolver: Resolver) -> list[str]:
    """Identifiers of concepts and of the broader ones above them, sorted."""
    found, queue = set[str](), list(used)
    while queue:
        ident = queue.pop()
        if ident not in found:
            found.add(ident)
            queue += resolver.concept(ident).broader
    return sorted(found)
