// Nodes of one kind. Facts that are null are removed; properties of others stay. A kind that changed leaves no label.
UNWIND $rows AS row
MERGE (n:`{label}` {iri: row.iri})
REMOVE {others}
SET {kind}
SET n += row.facts
