"use strict";

const SCALE = { least: 0.08, afar: 0.42, most: 5, read: 0.75, near: 1.25, whole: 1.35 };
const FOREMOST = 12;
const CROWD = 250;
const LINK = "SHARES_CONCEPT";
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The drawn graph: vis-network with physics off, nodes at the places that were computed beforehand. Nodes, islands and
 * labels are painted here, since vis-network knows neither labels that make way for each other nor islands.
 *
 * `on` has the callbacks open(id), openEdge(edge) and clear().
 */
class Picture {
  constructor(element, start, on) {
    this.element = element;
    this.on = on;
    const upright = element.clientHeight > 1.2 * element.clientWidth;
    const placed = upright ? stoodUp(start.nodes, start.edges, element) : start.nodes.map((node) => ({ ...node }));
    this.nodes = new Map(placed.map((node) => [node.id, node]));
    this.edges = new Map(start.edges.map((edge) => [edge.id, edge]));
    this.islands = new Islands(start.communities);
    this.visible = new Set();
    this.selected = null;
    this.near = new Set();
    this.hovered = null;
    this.quiet = false;
    this.labels = new Labels();
    this.version = 0;
    this.theme = readTheme();
    this.strongest = Math.max(0.01, ...start.edges.filter((e) => e.kind === LINK).map((e) => e.weight));
    this.nodeSet = new vis.DataSet();
    this.edgeSet = new vis.DataSet();
    this.styles = new Map();
    this.network = new vis.Network(element, { nodes: this.nodeSet, edges: this.edgeSet }, this.options());
    this.listen();
  }

  options() {
    return {
      autoResize: true,
      layout: { improvedLayout: false },
      physics: { enabled: false },
      nodes: { shape: "custom", chosen: false, physics: false },
      edges: { smooth: false, physics: false, chosen: false, selectionWidth: 0, hoverWidth: 0 },
      interaction: {
        hover: true,
        tooltipDelay: 1e9,
        zoomSpeed: 0.8,
        selectable: true,
        selectConnectedEdges: false,
        hoverConnectedEdges: false,
        keyboard: false,
        hideEdgesOnDrag: this.edges.size > 5000,
        hideEdgesOnZoom: this.edges.size > 5000,
      },
    };
  }

  listen() {
    const net = this.network;
    net.on("beforeDrawing", (ctx) => this.drawIslands(ctx));
    net.on("afterDrawing", (ctx) => this.drawLabels(ctx));
    net.on("click", (event) => this.click(event));
    net.on("hoverNode", ({ node }) => this.hover(node));
    net.on("blurNode", () => this.hover(null));
    net.on("dragEnd", ({ nodes }) => nodes.forEach((id) => this.moved(id)));
    net.on("zoom", ({ scale }) => this.keepScale(scale));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  click({ nodes, edges }) {
    if (nodes.length) this.on.open(nodes[0]);
    else if (edges.length && this.edges.get(edges[0]).kind === LINK) this.on.openEdge(this.edges.get(edges[0]));
    else this.on.clear();
  }

  hover(id) {
    this.hovered = id;
    this.element.classList.toggle("over", id !== null);
    this.refresh();
  }

  moved(id) {
    const { x, y } = this.network.getPosition(id);
    Object.assign(this.nodes.get(id), { x, y });
    this.refresh();
  }

  keepScale(scale) {
    if (scale < SCALE.least) this.network.moveTo({ scale: SCALE.least });
    if (scale > SCALE.most) this.network.moveTo({ scale: SCALE.most });
  }

  recolour() {
    this.theme = readTheme();
    this.styleEdges([...this.styles.keys()]);
    this.refresh();
  }

  refresh() {
    this.version += 1;
    this.network.redraw();
  }

  /**
   * Show these nodes and edges and no others. `quiet`: links between papers stand back behind the edges to concepts.
   */
  show(nodeIds, edgeIds, quiet) {
    this.quiet = quiet;
    this.visible = nodeIds;
    replaceItems(this.nodeSet, nodeIds, (id) => this.drawable(this.nodes.get(id)));
    this.styles = new Map([...this.styles].filter(([id]) => edgeIds.has(id)));
    replaceItems(this.edgeSet, edgeIds, (id) => this.drawableEdge(id));
    this.styleEdges([...edgeIds]);
    this.refresh();
  }

  /**
   * Take in nodes and edges that a live source found. A node without a place gets a free one near `beside`, and that
   * itself, where it has none, near those of its neighbours that have; nothing else moves.
   */
  add(nodes, edges, beside) {
    for (const edge of edges) this.edges.set(edge.id, edge);
    const fresh = nodes.filter((node) => !this.nodes.has(node.id));
    const first = fresh.find((node) => node.id === beside);
    const shown = [...this.visible].map((id) => this.nodes.get(id));
    if (first) this.place([first], this.middleOf(beside, edges), shown);
    this.place(
      fresh.filter((node) => node !== first),
      this.nodes.get(beside) || this.middleOf(beside, edges),
      shown,
    );
  }

  place(nodes, centre, shown) {
    const sized = nodes.map((node) => ({ label: node.name, size: 7, ...node }));
    freePlaces(centre, sized, shown).forEach(([x, y], i) => {
      const node = { x, y, ...sized[i] };
      this.nodes.set(node.id, node);
      shown.push(node);
    });
  }

  /** Where the neighbours of a node stand, else the middle of the view. */
  middleOf(id, edges) {
    const ends = edges.filter(({ from, to }) => from === id || to === id).map(({ from, to }) => (from === id ? to : from));
    const placed = ends.map((end) => this.nodes.get(end)).filter((node) => node && this.visible.has(node.id));
    if (!placed.length) return { ...this.network.getViewPosition(), size: 0 };
    const mean = (axis) => placed.reduce((sum, node) => sum + node[axis], 0) / placed.length;
    return { x: mean("x"), y: mean("y"), size: 0 };
  }

  /**
   * Bring nodes to a ring around another one, if only for now: a concept too general to have a place of its own among
   * the others appears beside whatever was chosen.
   */
  gather(ids, centre) {
    const { x, y, size } = this.nodes.get(centre);
    ids.forEach((id, i) => {
      const angle = -Math.PI / 2 + ((i + 0.5) / ids.length) * 2 * Math.PI;
      const place = { x: x + (size + 52) * Math.cos(angle), y: y + (size + 52) * Math.sin(angle) };
      Object.assign(this.nodes.get(id), place);
      if (this.nodeSet.get(id)) this.nodeSet.update({ id, ...place });
    });
  }

  drawable({ id, x, y, size }) {
    return { id, x, y, size, ctxRenderer: (draw) => this.nodeRenderer(draw) };
  }

  drawableEdge(id) {
    const { from, to } = this.edges.get(id);
    const style = this.edgeStyle(id);
    this.styles.set(id, styleKey(style));
    return { id, from, to, ...style };
  }

  /** Only edges that look different now are given to vis-network: thousands of updates take their time. */
  styleEdges(ids) {
    const changed = [];
    for (const id of ids) {
      const style = this.edgeStyle(id);
      if (this.styles.get(id) === styleKey(style)) continue;
      this.styles.set(id, styleKey(style));
      changed.push({ id, ...style });
    }
    if (changed.length) this.edgeSet.update(changed);
  }

  edgeStyle(id) {
    const { from, to, kind, weight } = this.edges.get(id);
    const touched =
      this.selected !== null &&
      (this.isLink(this.selected)
        ? this.near.has(from) && this.near.has(to)
        : from === this.selected || to === this.selected);
    const strength = kind === LINK ? weight / this.strongest : 0.3;
    const dashes = kind === "BROADER" ? [3, 4] : false;
    if (touched) {
      const colour = kind === LINK ? this.theme.text : this.theme.fill[this.nodes.get(to).kind];
      return {
        color: { color: colour, opacity: kind === LINK ? 0.3 + 0.4 * strength : 0.75 },
        width: 1.2 + 2.2 * strength,
        dashes,
      };
    }
    const faded = this.selected === null || this.focused ? 1 : 0.3;
    if (kind === LINK) {
      const opacity = (this.quiet ? 0.1 + 0.25 * strength : 0.2 + 0.6 * strength) * faded;
      return { color: { color: this.theme.link, opacity }, width: (this.quiet ? 0.6 : 0.8) + 2.4 * strength, dashes };
    }
    return { color: { color: this.theme.edge, opacity: 0.75 * faded }, width: kind === "INTRODUCES" ? 1.6 : 1, dashes };
  }

  isLink(id) {
    return this.edges.has(id);
  }

  /**
   * Mark a node and its neighbours, or a link with its papers and what they share; null marks none. `focused`: only
   * these are shown.
   */
  select(id, near, focused = false) {
    this.focused = focused;
    this.selected = id;
    this.near = near;
    this.styleEdges([...this.styles.keys()]);
    this.refresh();
  }

  /** vis-network asks for each node how to draw it. */
  nodeRenderer({ ctx, id, x, y }) {
    const node = this.nodes.get(id);
    const reach = Math.max(this.radius(node), 5) * 2.4;
    return { drawNode: () => this.drawNode(ctx, node, x, y), nodeDimensions: { width: reach, height: reach } };
  }

  /** Nodes shrink more slowly than the graph when it is zoomed out: on a phone they must still be hit. */
  radius(node) {
    return node.size * Math.min(1.8, Math.max(1, (0.75 / this.network.getScale()) ** 0.6));
  }

  drawNode(ctx, node, x, y) {
    const faded = this.selected !== null && node.id !== this.selected && !this.near.has(node.id);
    ctx.save();
    ctx.globalAlpha = faded && node.id !== this.hovered ? 0.22 : 1;
    tracePath(ctx, node.kind, x, y, this.radius(node));
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = this.theme.ground;
    ctx.stroke();
    ctx.fillStyle = this.theme.fill[node.kind];
    ctx.fill();
    if (node.id === this.selected || node.id === this.hovered) this.drawRing(ctx, node, x, y);
    ctx.restore();
  }

  drawRing(ctx, node, x, y) {
    tracePath(ctx, node.kind, x, y, this.radius(node) + (SHAPES[node.kind] ? 4 : 5));
    ctx.lineWidth = node.id === this.selected ? 2.4 : 1.4;
    ctx.strokeStyle = this.theme.fill[node.kind];
    ctx.stroke();
  }

  /** Many nodes seen from afar: no label could stand clear of them. */
  isCrowd(scale) {
    return scale < SCALE.afar && this.visible.size > CROWD;
  }

  /** Behind the graph, and only while no node is chosen: what is chosen shall speak alone. */
  drawIslands(ctx) {
    const scale = this.network.getScale();
    if (this.selected !== null) return this.islands.clear();
    this.islands.update(
      [...this.visible].map((id) => this.nodes.get(id)),
      this.version,
    );
    this.islands.draw(ctx, this.theme);
    this.islands.placeCaptions(ctx, scale, this.theme, this.isCrowd(scale));
    if (!this.isCrowd(scale)) this.islands.drawCaptions(ctx, scale, this.theme);
    return undefined;
  }

  drawLabels(ctx) {
    const scale = this.network.getScale();
    const key = `${scale.toFixed(4)} ${this.version}`;
    if (this.placedFor !== key) {
      this.placed = this.labels.place(ctx, this.labelled(scale), scale, this.theme.font, {
        reserved: this.islands.captions.map(({ box }) => box),
        crowd: this.isCrowd(scale),
        margin: this.marginX() + 6,
      });
      this.placedFor = key;
    }
    if (this.isCrowd(scale)) this.islands.drawCaptions(ctx, scale, this.theme);
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    // The hovered node's label comes last, on a card of its own: it may lie over anything.
    const ordered = [...this.placed].sort((a, b) => (a.node.id === this.hovered) - (b.node.id === this.hovered));
    for (const { node, lines, x, y, width } of ordered) {
      if (node.id === this.hovered) this.drawCard(ctx, x, y, width / scale, lines.length, scale);
      ctx.font = labelFont(node.strong, scale, this.theme.font);
      ctx.lineWidth = 3.5 / scale;
      ctx.strokeStyle = this.theme.ground;
      ctx.fillStyle = this.theme.ink[node.kind];
      lines.forEach((line, i) => {
        ctx.strokeText(line, x, y + (i * LINE_HEIGHT) / scale);
        ctx.fillText(line, x, y + (i * LINE_HEIGHT) / scale);
      });
    }
    ctx.restore();
  }

  drawCard(ctx, x, y, width, lines, scale) {
    const pad = 6 / scale;
    const height = (lines * LINE_HEIGHT) / scale;
    ctx.beginPath();
    ctx.roundRect(x - width / 2 - pad, y - LINE_HEIGHT / 2 / scale - pad / 2, width + 2 * pad, height + pad, pad);
    ctx.fillStyle = this.theme.card;
    ctx.fill();
    ctx.lineWidth = 1 / scale;
    ctx.strokeStyle = this.theme.line;
    ctx.stroke();
  }

  /** The nodes that may have a label, the most important first. */
  labelled(scale) {
    const rank = (node) =>
      (node.id === this.hovered ? 1000 : 0) +
      (node.id === this.selected ? 500 : 0) +
      (this.near.has(node.id) ? 100 : 0) +
      node.size;
    const found = [];
    for (const id of this.visible) {
      const node = this.nodes.get(id);
      const chosen = id === this.hovered || id === this.selected;
      const faded = this.selected !== null && !chosen && !this.near.has(id);
      const small = (node.minor || node.kind === "Code") && !this.near.has(id) && scale < 1.3;
      found.push({
        id,
        kind: node.kind,
        x: node.x,
        y: node.y,
        size: this.radius(node),
        rank: rank(node),
        wanted: chosen,
        text: id === this.hovered ? node.name : node.label,
        strong: chosen || node.kind === "Paper",
        silent: !chosen && (faded || small),
      });
    }
    found.sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1));
    // In a crowd the captions of the islands speak, and of the nodes only the foremost.
    if (!this.isCrowd(scale) || this.selected !== null) return found;
    const captions = new Set(this.islands.captions.map(({ text }) => text));
    found.forEach((label, i) => (label.silent = !label.wanted && (i >= FOREMOST || captions.has(label.text))));
    return found;
  }

  marginX() {
    return Math.min(110, this.element.clientWidth * 0.17);
  }

  /** Move the view so that these nodes fill it; `inset` is what the details panel covers, in pixels. */
  frame(ids, inset, most = SCALE.whole, animated = true) {
    const boxes = [...ids].map((id) => this.nodes.get(id)).filter(Boolean);
    if (!boxes.length) return;
    const [left, right] = extent(boxes.map((node) => node.x));
    const [top, bottom] = extent(boxes.map((node) => node.y));
    const width = this.element.clientWidth - inset.right;
    const height = this.element.clientHeight - inset.bottom;
    const [marginX, marginY] = [Math.min(this.marginX(), width * 0.17), Math.min(84, height * 0.13)];
    const scale = Math.min(
      most,
      (width - 2 * marginX) / Math.max(right - left, 1),
      (height - 2 * marginY) / Math.max(bottom - top, 1),
    );
    this.moveTo({ x: (left + right) / 2, y: (top + bottom) / 2 }, Math.max(scale, SCALE.least), inset, animated);
  }

  /**
   * Move the view to a node: onto it and all its neighbours if they can be read at that scale, else onto the node alone.
   */
  fly(id, near, inset, animated = true) {
    const node = this.nodes.get(id);
    const around = [node, ...[...near].map((other) => this.nodes.get(other))];
    const [left, right] = extent(around.map(({ x }) => x));
    const [top, bottom] = extent(around.map(({ y }) => y));
    const width = this.element.clientWidth - inset.right - 2 * this.marginX();
    const height = this.element.clientHeight - inset.bottom - 140;
    const scale = Math.min(SCALE.near, width / Math.max(right - left, 1), height / Math.max(bottom - top, 1));
    if (scale < SCALE.read) this.moveTo({ x: node.x, y: node.y }, SCALE.read, inset, animated);
    else this.moveTo({ x: (left + right) / 2, y: (top + bottom) / 2 }, scale, inset, animated);
  }

  /** Move the view only if a node is out of sight or under the details panel. */
  uncover(id, inset) {
    const { x, y } = this.network.canvasToDOM(this.network.getPosition(id));
    const [right, bottom] = [this.element.clientWidth - inset.right, this.element.clientHeight - inset.bottom];
    if (x > 60 && y > 40 && x < right - 60 && y < bottom - 40) return;
    this.moveTo(this.network.getPosition(id), this.network.getScale(), inset, true);
  }

  moveTo(position, scale, inset, animated) {
    const animation = animated && !STILL.matches ? { duration: 450, easingFunction: "easeInOutCubic" } : false;
    this.network.moveTo({ position, scale, offset: { x: -inset.right / 2, y: -inset.bottom / 2 }, animation });
  }

  zoom(factor) {
    const scale = Math.min(SCALE.most, Math.max(SCALE.least, this.network.getScale() * factor));
    this.network.moveTo({ scale, animation: STILL.matches ? false : { duration: 160, easingFunction: "easeOutQuad" } });
  }

  /** The visible node that lies nearest in a direction (dx, dy), or the most important one if none is selected. */
  step(dx, dy) {
    const nodes = [...this.visible].map((id) => this.nodes.get(id));
    const from = this.nodes.get(this.selected);
    if (!from) return nodes.reduce((best, node) => (!best || node.size > best.size ? node : best), null);
    let found = null;
    for (const node of nodes) {
      const [x, y] = [node.x - from.x, node.y - from.y];
      const ahead = x * dx + y * dy;
      const aside = Math.abs(x * dy - y * dx);
      if (ahead <= 0 || aside > 1.5 * ahead) continue;
      const cost = ahead + 2 * aside;
      if (!found || cost < found.cost) found = { node, cost };
    }
    return found && found.node;
  }

  /** The current view as a PNG file. */
  async png() {
    const source = this.element.querySelector("canvas");
    const copy = document.createElement("canvas");
    copy.width = source.width;
    copy.height = source.height;
    const ctx = copy.getContext("2d");
    ctx.fillStyle = this.theme.ground;
    ctx.fillRect(0, 0, copy.width, copy.height);
    ctx.drawImage(source, 0, 0);
    return new Promise((resolve) => copy.toBlob(resolve, "image/png"));
  }
}

/** Make a vis DataSet hold exactly these ids; what stays is left as it is. */
function replaceItems(set, ids, make) {
  const gone = set.getIds().filter((id) => !ids.has(id));
  if (gone.length) set.remove(gone);
  const fresh = [...ids].filter((id) => set.get(id) === null).map(make);
  if (fresh.length) set.add(fresh);
}

function styleKey({ color, width }) {
  return `${color.color} ${color.opacity} ${width}`;
}
