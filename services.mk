# Real programs to load the graph into: Neo4j with APOC and n10s, Fuseki, Oxigraph, Gephi Toolkit, graphology,
# Apache Spark. They need Java 17 with its compiler, Maven and npm; without them the tests skip and say so, unless CI=true.
.PHONY: services test-services

services: $(TOOLS)
	$(BIN)/python -m pip install --quiet --constraint requirements/dev.txt --editable ".[spark]"
	$(BIN)/python tests/services/install.py

test-services: $(TOOLS)
	$(BIN)/python -m pip install --quiet --constraint requirements/dev.txt --editable ".[spark]"
	$(BIN)/pytest -m services --timeout 300 tests/services
