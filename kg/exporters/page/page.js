"use strict";

/** The page: one state, from which everything visible follows. The address keeps the open node (`#paper/…`). */
class Page {
  constructor(data, start) {
    this.data = data;
    this.start = start;
    this.forget();
    this.asked = 0;
    this.firstState = () => ({ mode: "both", hidden: new Set(), minor: start.about.minor, weight: 0, steps: 0 });
    this.state = this.firstState();
    this.open = null;
    this.link = null;
    this.near = new Set();
    this.panelElement = document.getElementById("panel");
    this.picture = new Picture(document.getElementById("graph"), start, {
      open: (id) => this.go(id, true),
      openEdge: (edge) => this.showLink(edge),
      clear: () => this.go(""),
    });
    this.panel = new Panel(document.getElementById("details"), (id) => this.go(id));
    this.controls = new Controls(start, this.state, () => this.apply());
    this.search = new SearchBox(document.getElementById("query"), document.getElementById("suggestions"), data, (id) =>
      this.go(id),
    );
    writeAbout(start.about);
    this.listen();
  }

  /** Know the first picture and no more. */
  forget() {
    this.nodes = [...this.start.nodes];
    this.edges = [...this.start.edges];
    this.byId = new Map(this.start.nodes.map((node) => [node.id, node]));
  }

  listen() {
    const click = (id, action) => document.getElementById(id).addEventListener("click", action);
    click("zoom-in", () => this.picture.zoom(1.4));
    click("zoom-out", () => this.picture.zoom(1 / 1.4));
    click("whole", () => this.frameAll());
    click("reset", () => this.reset());
    click("png", () => this.savePng());
    click("back", () => history.back());
    click("forward", () => history.forward());
    click("close", () => this.go(""));
    click("more", () => this.toggleFilters());
    for (const input of document.querySelectorAll("#focus input")) {
      input.addEventListener("change", () => this.focus(Number(input.value)));
    }
    addEventListener("hashchange", () => this.route());
    addEventListener("keydown", (event) => this.key(event));
    document.getElementById("graph").addEventListener("keydown", (event) => this.walk(event));
  }

  /**
   * Open a node by its address, so that the browser's back and forward work; "" closes. `calm`: whoever clicked on the
   * node sees it already, so the view moves only where the panel would cover it.
   */
  go(id, calm = false) {
    this.calm = calm;
    const hash = id ? `#${addressOf(id)}` : "";
    if (hash === location.hash) return this.route();
    if (!hash && !location.hash) return this.openNode(null);
    location.hash = hash;
    return undefined;
  }

  route(animated = true) {
    return this.openNode(idOf(location.hash), animated);
  }

  /** Answers of a live source may come late: only the last node asked for is opened. */
  async openNode(id, animated = true) {
    const asked = ++this.asked;
    const facts = id && (await this.data.node(id));
    const around = facts && (await this.data.neighbours(id));
    if (asked !== this.asked) return;
    this.toggleFilters(false);
    if (!facts) {
      this.close();
      if (id) this.missing();
      return;
    }
    this.add([facts, ...around.nodes], around.edges, id);
    this.open = id;
    this.link = null;
    this.near = new Set(around.nodes.map((node) => node.id));
    this.makeVisible(facts.kind);
    this.panel.showNode(facts);
    this.panelElement.hidden = false;
    document.title = `${facts.name} · ${this.heading()}`;
    await this.apply();
    if (this.state.steps) this.frameAll(animated);
    else if (this.calm) this.picture.uncover(id, this.inset());
    else this.picture.fly(id, this.picture.near, this.inset(), animated);
    this.calm = false;
    this.say(`${facts.kind}: ${facts.name}. ${this.near.size} neighbours.`);
  }

  missing() {
    this.say("This page has no such node.");
  }

  close() {
    this.open = null;
    this.link = null;
    this.near = new Set();
    this.panelElement.hidden = true;
    this.setSteps(0);
    document.title = this.heading();
    this.apply();
  }

  /** A live source knows more than the first picture shows: what a step reaches is taken in. */
  add(nodes, edges, beside) {
    const fresh = nodes.filter((node) => !this.byId.has(node.id));
    const known = new Set(this.edges.map((edge) => edge.id));
    const ties = edges.filter((edge) => !known.has(edge.id));
    for (const node of fresh) this.byId.set(node.id, node);
    this.nodes.push(...fresh);
    this.edges.push(...ties);
    this.picture.add(fresh, ties, beside);
  }

  /** What was chosen must be seen: switch on its kind, and concepts at all. */
  makeVisible(kind) {
    const hidden = new Set(this.state.hidden);
    const mode = kind === "Paper" ? this.state.mode : "both";
    if (!hidden.delete(kind) && mode === this.state.mode) return;
    Object.assign(this.state, { hidden, mode });
    this.controls.write();
  }

  /** Draw what the state says. */
  async apply() {
    const scope = this.open && this.state.steps ? await this.withinSteps() : null;
    const nodes = new Set(this.nodes.filter((node) => this.isShown(node, scope)).map((node) => node.id));
    const edges = new Set(this.edges.filter((edge) => this.isEdgeShown(edge, nodes)).map((edge) => edge.id));
    if (this.open && !this.state.minor) this.picture.gather(this.general(), this.open);
    this.picture.show(nodes, edges, this.state.mode === "both");
    if (this.link) this.picture.select(this.link.id, this.near);
    else this.picture.select(this.open, scope || this.nearNow(nodes, edges), Boolean(scope));
  }

  /** The neighbours of the open paper that are too general to have a place of their own. */
  general() {
    if (this.byId.get(this.open).kind !== "Paper") return [];
    return [...this.near].filter((id) => this.byId.get(id)?.minor && this.byId.get(id).papers > 1);
  }

  isShown(node, scope) {
    const { mode, hidden, minor } = this.state;
    if (node.id === this.open) return true;
    if (hidden.has(node.kind) || (mode === "papers" && node.kind !== "Paper")) return false;
    if (scope && !scope.has(node.id)) return false;
    return !node.minor || minor || this.near.has(node.id);
  }

  isEdgeShown(edge, nodes) {
    if (!nodes.has(edge.from) || !nodes.has(edge.to)) return false;
    return edge.kind === LINK ? edge.weight >= this.state.weight : this.state.mode === "both";
  }

  /** Neighbours over the edges that are drawn: a link below the slider ties nobody. */
  nearNow(nodes, edges) {
    const near = new Set();
    for (const edge of this.edges) {
      if (!edges.has(edge.id)) continue;
      if (edge.from === this.open) near.add(edge.to);
      if (edge.to === this.open) near.add(edge.from);
    }
    return near;
  }

  /** The nodes within one or two steps of the open one. Minor concepts are no bridge: through them all is near all. */
  async withinSteps() {
    const found = new Set([this.open]);
    let edge = [this.open];
    for (let step = 0; step < this.state.steps; step++) {
      const next = [];
      const around = await Promise.all(edge.map((id) => this.data.neighbours(id)));
      for (const [i, id] of edge.entries()) {
        this.add(around[i].nodes, around[i].edges, id);
        for (const tie of around[i].edges) {
          const other = tie.from === id ? tie.to : tie.from;
          if (found.has(other) || (tie.kind === LINK && tie.weight < this.state.weight)) continue;
          if (this.state.mode === "papers" && tie.kind !== LINK) continue;
          if (step > 0 && this.byId.get(other)?.minor) continue;
          found.add(other);
          if (!this.byId.get(other)?.minor) next.push(other);
        }
      }
      edge = next;
    }
    return found;
  }

  async focus(steps) {
    this.setSteps(steps);
    await this.apply();
    if (steps) this.frameAll();
    else if (this.open) this.picture.fly(this.open, this.picture.near, this.inset());
  }

  setSteps(steps) {
    this.state.steps = steps;
    for (const input of document.querySelectorAll("#focus input")) input.checked = Number(input.value) === steps;
  }

  async showLink(edge) {
    const [from, to, ...shared] = await Promise.all(
      [edge.from, edge.to, ...edge.shared].map((id) => this.data.node(id)),
    );
    for (const id of [edge.from, edge.to]) {
      const around = await this.data.neighbours(id);
      this.add(around.nodes, around.edges, id);
    }
    if (location.hash) history.replaceState(null, "", "#");
    this.open = null;
    this.link = edge;
    this.near = new Set([edge.from, edge.to, ...edge.shared]);
    this.panel.showLink(
      edge,
      reference(from),
      reference(to),
      shared.map((facts, i) => reference(facts) || this.unknown(edge.shared[i])),
    );
    this.panelElement.hidden = false;
    await this.apply();
  }

  /** A shared concept that has no node on the page. */
  unknown(id) {
    return this.data.reference ? this.data.reference(id) : { id, kind: "Method", name: id, here: false };
  }

  async reset() {
    Object.assign(this.state, this.firstState());
    this.forget();
    this.controls.write();
    this.setSteps(0);
    if (location.hash) location.hash = "";
    this.close();
    this.frameAll();
    this.say("Everything is shown again.");
  }

  frameAll(animated = true) {
    this.picture.frame(this.picture.visible, this.inset(), this.state.steps ? 1.6 : SCALE.whole, animated);
  }

  /** What the details panel covers of the graph (the right side, on a phone the lower half), and the row of tools. */
  inset() {
    const tools = 28;
    if (this.panelElement.hidden) return { right: 0, bottom: tools };
    const panel = this.panelElement.getBoundingClientRect();
    const graph = document.getElementById("graph").getBoundingClientRect();
    const wide = panel.width < graph.width * 0.9;
    return wide
      ? { right: Math.max(0, graph.right - panel.left), bottom: tools }
      : { right: 0, bottom: Math.max(0, graph.bottom - panel.top) };
  }

  async savePng() {
    const url = URL.createObjectURL(await this.picture.png());
    const link = element("a", { href: url, download: `${this.open ? this.open.split("/").pop() : "graph"}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  /** On a phone the filters are folded away. */
  toggleFilters(open) {
    const now = document.getElementById("side").classList.toggle("open", open);
    document.getElementById("more").setAttribute("aria-expanded", String(now));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]")) return;
    const action = {
      "/": () => document.getElementById("query").focus(),
      Escape: () => (this.state.steps ? this.focus(0) : this.go("")),
      "+": () => this.picture.zoom(1.4),
      "=": () => this.picture.zoom(1.4),
      "-": () => this.picture.zoom(1 / 1.4),
      0: () => this.frameAll(),
      f: () => this.open && this.focus((this.state.steps + 1) % 3),
      r: () => this.reset(),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Arrow keys on the graph go from node to node; Enter moves into the details. */
  walk(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) {
      const next = this.picture.step(...direction);
      if (next) this.go(next.id, true);
      event.preventDefault();
    } else if (event.key === "Enter" && this.open) {
      document.getElementById("details").focus();
    }
  }

  heading() {
    return document.getElementById("heading").textContent;
  }

  say(text) {
    document.getElementById("status").textContent = text;
  }
}

function reference(facts) {
  return facts && { id: facts.id, kind: facts.kind, name: facts.name, here: true };
}

function idOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1)) || null;
  } catch {
    return hash.slice(1);
  }
}

async function startPage(data, Kind = Page) {
  const page = new Kind(data, await data.start());
  await page.apply();
  page.frameAll(false);
  await page.route(false);
  window.kgPage = page; // for the browser's console and for tests
  // Two frames on, the picture is on the screen.
  requestAnimationFrame(() => requestAnimationFrame(() => (document.documentElement.dataset.ready = "true")));
}

const embedded = document.getElementById("data");
if (embedded) startPage(new EmbeddedData(JSON.parse(embedded.textContent)));
