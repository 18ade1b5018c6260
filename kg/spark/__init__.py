"""The same stages on Apache Spark, for corpora that outgrow one machine.

    from pyspark.sql import SparkSession
    from kg.spark import build

    spark = SparkSession.builder.master("local[2]").getOrCreate()
    report = build(spark, ["papers/*.jsonl"], "graph", formats=("nt", "parquet", "neo4j-csv"))

Papers are read, extracted, resolved and written by the functions that a build on one machine uses, a partition at a
time (`kg.spark.stages`); what needs the whole corpus is a join or an aggregation of data frames with the same rules
(`kg.spark.building`, `kg.spark.links`). Names are counted by Spark and resolved once each on the driver.
"""

from kg.spark.building import FORMATS, Report, build

__all__ = ["FORMATS", "Report", "build"]
