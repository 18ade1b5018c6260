"""Modules whose library is not installed have no examples to run."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["kg/spark/*"]
