// Edges that `kg` wrote for another state of the graph, some at a time.
MATCH ()-[r:{kinds}]->() WHERE r.build <> $build
WITH r LIMIT $most
DELETE r
RETURN count(*) AS gone
