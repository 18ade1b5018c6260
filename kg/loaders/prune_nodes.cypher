// Nodes that `kg` wrote for another state of the graph, some at a time.
MATCH (n:{labels}) WHERE n.build <> $build
WITH n LIMIT $most
DETACH DELETE n
RETURN count(*) AS gone
