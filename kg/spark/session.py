"""A Spark session for the command line; programs bring their own."""

import os
import sys

from pyspark.sql import SparkSession


def session(master: str | None = None) -> SparkSession:
    """A session on a master (all cores of this machine by default), with this Python for the workers of this machine."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    wanted = master or "local[*]"
    builder = SparkSession.builder.appName("kg").master(wanted).config("spark.ui.showConsoleProgress", "false")
    if wanted.startswith("local"):
        cores = os.cpu_count() or 1
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", str(2 * cores))
    return builder.getOrCreate()
