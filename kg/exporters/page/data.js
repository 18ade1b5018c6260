"use strict";

/**
 * What the page knows of the graph. All questions are answered with a promise, so that a live source (a server that is
 * asked with fetch) can take the place of `EmbeddedData` by answering the same four questions:
 *
 *   start()         → {about, nodes, edges, communities}: the first picture
 *   node(id)        → everything the details panel tells of a node, or null
 *   neighbours(id)  → {nodes, edges}: what is one step away
 *   search(text)    → [{id, kind, name, alias}]: the best matches first; `alias` is the spelling that matched, or ""
 *
 * A reference to a node is always {id, kind, name, here}; `here` says whether the node can be opened. Nodes that the
 * first picture does not have may come with node() and neighbours(); the page takes them in and finds places for them.
 */
class EmbeddedData {
  constructor(json) {
    this.json = json;
    this.byId = new Map(json.nodes.map((node) => [node.id, node]));
    this.edgesAt = new Map(json.nodes.map((node) => [node.id, []]));
    for (const edge of json.edges) {
      this.edgesAt.get(edge.from).push(edge);
      this.edgesAt.get(edge.to).push(edge);
    }
    this.index = null;
  }

  async start() {
    const { about, nodes, edges, communities } = this.json;
    return { about, nodes, edges, communities };
  }

  async node(id) {
    const node = this.byId.get(id);
    if (!node) return null;
    const facts = { ...this.reference(id), ...this.json.details[id], count: node.papers };
    facts.roles = this.roles(node);
    if (node.kind === "Paper") {
      facts.near = this.near(id);
      facts.marks = (facts.marks || []).map(([field, start, end, target, role]) => ({
        field,
        start,
        end,
        role,
        target: this.reference(target),
      }));
    } else {
      for (const list of ["broader", "narrower"])
        facts[list] = (facts[list] || []).map((other) => this.reference(other));
      facts.code = this.codeOf(facts.roles.introduces || []);
    }
    return facts;
  }

  async neighbours(id) {
    const edges = this.edgesAt.get(id) || [];
    return { edges, nodes: edges.map((edge) => this.byId.get(edge.from === id ? edge.to : edge.from)) };
  }

  async search(text) {
    const wanted = folded(text);
    if (!wanted) return [];
    this.index ||= this.buildIndex();
    const found = [];
    for (const entry of this.index) {
      const best = bestSpelling(entry.spellings, wanted);
      if (best) found.push({ ...entry, ...best });
    }
    found.sort((a, b) => b.score - a.score || b.importance - a.importance || (a.name < b.name ? -1 : 1));
    return found.slice(0, 12).map(({ id, kind, name, alias }) => ({ id, kind, name, alias }));
  }

  /** Names are folded once, at the first search and not while the page opens. */
  buildIndex() {
    return this.json.nodes.map((node) => {
      const aliases = (this.json.details[node.id] || {}).aliases || [];
      const spellings = [node.name, ...aliases].map((spelling, i) => ({
        alias: i ? spelling : "",
        text: folded(spelling),
      }));
      return { id: node.id, kind: node.kind, name: node.name, importance: node.size, spellings };
    });
  }

  reference(id) {
    const node = this.byId.get(id);
    if (node) return { id, kind: node.kind, name: node.name, here: true };
    const [kind, name] = this.json.names[id] || (id.startsWith("concept/") ? ["Method", id.slice(8)] : ["Code", id]);
    return { id, kind, name, here: false };
  }

  /** References by the strongest role; the marks in the text tell the others. */
  roles(node) {
    const found = {};
    for (const edge of this.edgesAt.get(node.id)) {
      const other = this.reference(edge.from === node.id ? edge.to : edge.from);
      if (edge.roles) (found[edge.roles[0]] ||= []).push(other);
    }
    if (node.kind === "Paper") this.addCodeBeyondThePage(node.id, found);
    return found;
  }

  /** On the page of a backbone, code has no nodes of its own; the marks in the text still know it. */
  addCodeBeyondThePage(id, roles) {
    const marks = (this.json.details[id] || {}).marks || [];
    for (const [, , , target] of marks) {
      const known = (roles.has_code || []).some((code) => code.id === target);
      if (isWebAddress(target) && !this.byId.has(target) && !known)
        (roles.has_code ||= []).push(this.reference(target));
    }
  }

  near(id) {
    return this.edgesAt
      .get(id)
      .filter((edge) => edge.kind === "SHARES_CONCEPT")
      .map((edge) => ({
        ...this.reference(edge.from === id ? edge.to : edge.from),
        weight: edge.weight,
        shared: edge.shared.map((concept) => this.reference(concept)),
      }))
      .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  }

  codeOf(papers) {
    const code = papers.flatMap((paper) => this.roles(this.byId.get(paper.id)).has_code || []);
    return [...new Map(code.map((reference) => [reference.id, reference])).values()];
  }
}

/** Lower case without accents, punctuation as single spaces: "Long Short-Term  Memory" → "long short term memory". */
function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#]+/gu, " ")
    .trim();
}

/** The spelling that matches best: the whole name before its beginning, before a word's beginning, before the rest. */
function bestSpelling(spellings, wanted) {
  let best = null;
  for (const { text, alias } of spellings) {
    const score = matchScore(text, wanted) - (alias ? 0.5 : 0);
    if (score > 0 && (!best || score > best.score)) best = { score, alias };
  }
  return best;
}

function matchScore(text, wanted) {
  if (text === wanted) return 10;
  if (text.startsWith(wanted)) return 8;
  if (` ${text}`.includes(` ${wanted}`)) return 6;
  if (text.includes(wanted)) return 4;
  if (text.replaceAll(" ", "").includes(wanted.replaceAll(" ", ""))) return 3;
  const words = wanted.split(" ");
  return words.length > 1 && words.every((word) => ` ${text}`.includes(` ${word}`)) ? 2 : 0;
}

/** Only such addresses become links: a "javascript:" in the data must stay text. */
function isWebAddress(text) {
  return /^https?:\/\/[^\s]+$/i.test(text);
}
