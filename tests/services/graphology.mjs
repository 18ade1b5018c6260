// Reads the graph files named as arguments the way Gephi Lite does, and prints what it found as JSON.
import { readFileSync } from "node:fs";
import { DirectedGraph } from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";

const found = process.argv.slice(2).map((path) => {
  const text = readFileSync(path, "utf8");
  const graph = (path.endsWith(".gexf") ? gexf : graphml).parse(DirectedGraph, text);
  const nodes = Object.fromEntries(graph.mapNodes((id, attributes) => [id, attributes]));
  const edges = graph.mapEdges((id, attributes, source, target) => ({ id, source, target, ...attributes }));
  return { nodes, edges };
});
process.stdout.write(JSON.stringify(found));
