"""Links as joins: the rules of `kg.linking`, where pairs of papers meet in the rows of the concepts they share.

Concepts of more papers than `kg.linking.hub` allows are dropped before any pair is made, so that a concept in half of
all papers costs a count and no pairs.
"""

from functools import partial

import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from kg.linking import DIGITS, MINIMUM, ORDER_DIGITS, TOP_K, hub, in_millionths, mean_norm, scale, weighted
from kg.ontology import scheme
from kg.spark.stages import Frames, pair_links


def links_of(bags: DataFrame, count: int, top_k: int = TOP_K) -> DataFrame:
    """Rows of paper, concept and confidence → links: source, target, weight, shared."""
    most = hub(count)
    frequency = bags.groupBy("concept").agg(F.count("*").alias("df"))
    with_df = bags.join(frequency, "concept")
    rows = with_df.groupBy("key").agg(F.collect_list(F.struct("concept", "confidence", "df")).alias("bag"))
    weighed = rows.mapInPandas(
        partial(weighed_rows, count=count, most=most),
        "key string, concept string, weight double, norm double, millionths bigint",
    ).persist()
    total = weighed.where("concept is null").agg(F.sum("millionths")).first()
    mean = mean_norm(int(total[0] or 0) if total else 0, count)
    entries = weighed.where("concept is not null").mapInPandas(
        partial(scaled_rows, mean=mean), "key string, concept string, weight double"
    )
    a, b = entries.alias("a"), entries.alias("b")
    met = a.join(b, (F.col("a.concept") == F.col("b.concept")) & (F.col("a.key") < F.col("b.key")))
    pairs = (
        met.select(
            F.col("a.key").alias("source"), F.col("b.key").alias("target"),
            F.struct(
                F.col("a.concept").alias("concept"), (F.col("a.weight") * F.col("b.weight")).alias("product")
            ).alias("shared"),
        )
        .groupBy("source", "target")
        .agg(F.collect_list("shared").alias("shared"), F.sum("shared.product").alias("sum"))
        .where(F.col("sum") > 0.9 * MINIMUM)
        .drop("sum")
    )  # fmt: skip
    found = pairs.mapInPandas(
        partial(pair_links, minimum=MINIMUM, digits=DIGITS, order_digits=ORDER_DIGITS),
        "source string, target string, weight double, shared array<string>",
    ).persist()
    return among_first(found, top_k)


def among_first(links: DataFrame, top_k: int) -> DataFrame:
    """The links that are among the first k of either end; equal ones by the hash of both ends."""
    tie = F.substring(F.sha2(F.concat_ws("\0", "source", "target"), 256), 1, 16)
    ends = links.select("source", "target", "weight", tie.alias("tie"))
    both = ends.withColumn("end", F.col("source")).union(ends.withColumn("end", F.col("target")))
    order = Window.partitionBy("end").orderBy(F.desc("weight"), "tie")
    kept = both.withColumn("place", F.row_number().over(order)).where(F.col("place") <= top_k)
    return links.join(kept.select("source", "target").distinct(), ["source", "target"])


def weighed_rows(parts: Frames, count: int, most: int) -> Frames:
    """The concepts of a paper with their frequencies → their weights, and a row without a concept for the norm."""
    known = scheme()
    generic = {c.id for c in known.concepts.values() if c.generic} | (known.task_ids - known.concepts.keys())
    for part in parts:
        rows: list[tuple[str, str | None, float, float, int]] = []
        for key, bag in part.itertuples(index=False):
            frequency = {row["concept"]: int(row["df"]) for row in bag}
            linking = {c for c, df in frequency.items() if 2 <= df <= most and c not in generic}
            kept, norm = weighted({row["concept"]: row["confidence"] for row in bag}, frequency, linking, count)
            rows.append((key, None, 0.0, norm, in_millionths(norm)))
            rows += ((key, concept, weight, norm, 0) for concept, weight in kept)
        yield pd.DataFrame(rows, columns=["key", "concept", "weight", "norm", "millionths"])


def scaled_rows(parts: Frames, mean: float) -> Frames:
    """Weights divided by the damped norm of their paper."""
    for part in parts:
        scales = [weight * scale(norm, mean) for weight, norm in zip(part["weight"], part["norm"], strict=True)]
        yield pd.DataFrame({"key": part["key"], "concept": part["concept"], "weight": scales})
