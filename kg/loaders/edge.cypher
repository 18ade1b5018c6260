// Edges of one kind between nodes of two labels. Two nodes have one edge of ours: one of another kind gives way.
UNWIND $rows AS row
MATCH (a:`{source}` {iri: row.source})
MATCH (b:`{target}` {iri: row.target})
OPTIONAL MATCH (a)-[old:{others}]->(b) WHERE old.build IS NOT NULL
DELETE old
MERGE (a)-[r:`{kind}`]->(b)
SET r += row.facts
