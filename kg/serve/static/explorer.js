"use strict";

const RESULT = "#result";
const DRAWN = 400;

/**
 * The page on live data, with a second view: the SPARQL tab at #sparql…. A graph that a query gives is shown in the same
 * picture, where everything else steps aside until it is dismissed.
 */
class Explorer extends Page {
  constructor(data, start) {
    super(data, start);
    this.result = null;
    this.note = document.getElementById("result-note");
    this.panel = new LivePanel(document.getElementById("details"), (id) => this.go(id));
    this.workbench = new Workbench(data, {
      open: (id) => this.go(id),
      knows: (id) => this.byId.has(id),
      picture: (title, statements) => this.showResult(title, statements),
    });
    document.getElementById("everything").addEventListener("click", () => this.dismiss());
    document.getElementById("loading").hidden = true;
  }

  /** While questions are asked, the picture is out of reach for keys and for screen readers. */
  async route(animated = true) {
    const asking = location.hash.startsWith("#sparql");
    document.body.classList.toggle("asking", asking);
    for (const id of ["graph", "tools"]) document.getElementById(id).inert = asking;
    document.getElementById("workbench").hidden = !asking;
    document.getElementById("queries").hidden = !asking;
    document.getElementById("filters").hidden = asking;
    document.getElementById("more").textContent = asking ? "Queries" : "Filters";
    this.markTab(asking);
    this.note.hidden = asking || !this.result;
    if (!asking) return location.hash === RESULT ? this.close() : super.route(animated);
    this.close();
    this.toggleFilters(false);
    document.title = `SPARQL · ${this.heading()}`;
    return this.workbench.route(location.hash);
  }

  /** Each tab leads back to where one was in it. */
  markTab(asking) {
    const [graph, sparql] = ["tab-graph", "tab-sparql"].map((id) => document.getElementById(id));
    const [here, there] = asking ? [sparql, graph] : [graph, sparql];
    here.setAttribute("aria-current", "page");
    there.removeAttribute("aria-current");
    here.setAttribute("href", location.hash || "#");
  }

  /** Where the server did not answer, that has been said already. */
  missing() {
    if (!this.data.broken) warn("The graph has no such node.");
  }

  /** In the form keys are letters; beside it only the one for the search has a meaning. */
  key(event) {
    if (event.target.closest("#workbench")) return;
    if (event.key === "/" || !document.body.classList.contains("asking")) super.key(event);
  }

  /** Show the nodes and edges of statements alone; null where none of them can be drawn. */
  async showResult(title, statements) {
    const idOf = (iri) => (iri.startsWith(this.workbench.base) ? iri.slice(this.workbench.base.length) : iri);
    const terms = statements.flatMap(({ subject, value }) => [subject, value]).filter(({ type }) => type === "uri");
    const ids = [...new Set(terms.map(({ value }) => idOf(value)))].filter((id) => /^(paper|concept)\/|^https?:/.test(id));
    const nodes = await this.nodesOf(ids.slice(0, DRAWN));
    if (!nodes.length) return null;
    const here = new Set(nodes.map(({ id }) => id));
    const edges = this.joined(edgesOf(statements, idOf, (id) => here.has(id)));
    this.dropBrought();
    const brought = nodes.map(({ id }) => id).filter((id) => !this.byId.has(id));
    this.takeIn(nodes, edges);
    this.result = { nodes: here, edges: new Set(edges.map(({ id }) => id)), brought: new Set(brought) };
    Object.assign(this.state, { mode: "both", hidden: new Set(), weight: 0 });
    this.controls.write();
    const cut = ids.length > DRAWN ? `, the first ${DRAWN} of ${ids.length.toLocaleString("en")}` : "";
    const size = `${counted(nodes.length, "node", "nodes")}${cut}, ${counted(edges.length, "edge", "edges")}`;
    document.getElementById("result-title").textContent = `The graph of ${title}: ${size}`;
    document.getElementById("to-query").setAttribute("href", this.workbench.shown);
    location.hash = RESULT;
    await this.route();
    await this.apply();
    this.frameAll();
    return nodes;
  }

  async nodesOf(ids) {
    const unknown = ids.filter((id) => !this.byId.has(id));
    const known = ids.filter((id) => this.byId.has(id)).map((id) => this.byId.get(id));
    if (!unknown.length) return known;
    const options = { method: "POST", body: JSON.stringify(unknown), headers: { "Content-Type": "application/json" } };
    return [...known, ...(await asJson(await ask("/api/nodes", options)))];
  }

  /** An edge that the picture has already is that one: it knows its weight and its reasons. */
  joined(edges) {
    const known = new Map(this.edges.map((edge) => [edge.id, edge]));
    const found = edges.map((edge) => {
      const ends = [`${edge.from} ${edge.to}`, `${edge.to} ${edge.from}`];
      return known.get(ends[0]) || known.get(ends[1]) || { ...edge, stated: true };
    });
    return [...new Map(found.map((edge) => [edge.id, edge])).values()];
  }

  /** Nodes that are new to the picture stand near one that is not, step by step. */
  takeIn(nodes, edges) {
    let waiting = nodes.filter(({ id }) => !this.byId.has(id));
    this.add([], edges, "");
    while (waiting.length) {
      const placed = new Map();
      for (const { from, to } of edges) {
        if (this.byId.has(from)) placed.set(to, from);
        if (this.byId.has(to)) placed.set(from, to);
      }
      const next = waiting.filter(({ id }) => placed.has(id));
      const now = next.length ? next : waiting.slice(0, 1);
      for (const node of now) this.add([node], [], placed.get(node.id) || "");
      waiting = waiting.filter(({ id }) => !this.byId.has(id));
    }
  }

  isShown(node, scope) {
    if (!this.result) return super.isShown(node, scope);
    if (node.id !== this.open && !this.result.nodes.has(node.id) && !this.near.has(node.id)) return false;
    return super.isShown({ ...node, minor: false }, scope);
  }

  isEdgeShown(edge, nodes) {
    if (!this.result) return !edge.stated && super.isEdgeShown(edge, nodes);
    const touched = this.open && (edge.from === this.open || edge.to === this.open) && !edge.stated;
    return (this.result.edges.has(edge.id) || touched) && super.isEdgeShown(edge, nodes);
  }

  /** What a result brought goes with it, unless the reader has found its way to the rest since. */
  dropBrought() {
    if (!this.result) return;
    this.edges = this.edges.filter((edge) => !edge.stated);
    const tied = new Set(this.edges.flatMap(({ from, to }) => [from, to]));
    const gone = [...this.result.brought].filter((id) => !tied.has(id));
    for (const id of gone) this.byId.delete(id);
    this.nodes = this.nodes.filter(({ id }) => this.byId.has(id));
    this.result = null;
  }

  async dismiss() {
    this.dropBrought();
    this.note.hidden = true;
    if (location.hash === RESULT) history.replaceState(null, "", "#");
    this.markTab(false);
    await this.apply();
    this.frameAll();
  }

  async reset() {
    this.result = null;
    this.note.hidden = true;
    await super.reset();
  }
}

/** The panel with a way to the page about a node, its data and everything that is said of it. */
class LivePanel extends Panel {
  showNode(facts) {
    super.showNode(facts);
    if (facts.left) {
      const left = `The picture leaves out ${counted(facts.left, "neighbour", "neighbours")} of it.`;
      this.element.append(element("p", { class: "note left" }, left));
    }
    if (facts.kind === "Code") return;
    const link = element("a", { href: `/id/${addressOf(facts.id)}` }, "Everything the graph says of it, and its data");
    this.element.append(element("p", { class: "about-iri" }, link));
  }
}

/** A fault of the server in words, for some seconds. */
function warn(text) {
  const place = document.getElementById("fault");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(warn.timer);
  warn.timer = setTimeout(() => (place.hidden = true), 8000);
}

const live = new LiveData((error) => {
  if (!(error instanceof Fault)) throw error;
  warn(error.message);
});
startPage(live, Explorer).catch((error) => {
  if (!(error instanceof Fault)) throw error;
  document.getElementById("loading").textContent = error.message;
});
