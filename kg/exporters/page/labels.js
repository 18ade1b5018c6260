"use strict";

/**
 * Which labels are shown where. Labels keep their size on the screen while the graph is zoomed; the important ones are
 * placed first, and one that would cover another label or a node is left out until there is room. Positions are in
 * graph units for one scale, so that they stand still while the view is dragged.
 */
const LABEL_SIZE = 12;
const LINE_HEIGHT = 15;
const LINE_WIDTH = 124;

class Labels {
  constructor() {
    this.widths = new Map();
    this.lines = new Map();
  }

  /**
   * `nodes`: [{id, kind, x, y, size, text, strong, wanted, silent}], most important first; `wanted` labels are shown
   * even where they cover something, a `silent` node has none and only takes up room. Returns [{node, lines, x, y}], x and y the middle of the first line in graph units.
   * `reserved` are boxes in screen pixels that labels stay out of.
   */
  place(ctx, nodes, scale, font, reserved = []) {
    const taken = new Boxes(90);
    for (const box of reserved) taken.add(box);
    // In a crowd no label could stand clear of all nodes.
    if (scale >= SCALE.afar) for (const node of nodes) taken.add(nodeBox(node, scale));
    const placed = [];
    for (const node of nodes) {
      const spot = node.silent ? null : this.findSpot(ctx, node, scale, font, taken);
      if (!spot) continue;
      taken.add(spot.box);
      placed.push({ node, lines: spot.lines, x: spot.x / scale, y: spot.y / scale });
    }
    return placed;
  }

  /** Below, above, right or left of the node; all in screen pixels. */
  findSpot(ctx, node, scale, font, taken) {
    const lines = this.wrapped(ctx, node.text, node.strong, font);
    const width = Math.max(...lines.map((line) => this.width(ctx, line, node.strong, font)));
    const height = lines.length * LINE_HEIGHT;
    const [x, y, r] = [node.x * scale, node.y * scale, node.size * scale * 1.15 + (node.wanted ? 7 : 3)];
    const spots = [[x, y + r + height / 2], [x, y - r - height / 2], [x + r + 2 + width / 2, y], [x - r - 2 - width / 2, y]];
    for (const [cx, cy] of spots) {
      const box = [cx - width / 2 - 2, cy - height / 2, cx + width / 2 + 2, cy + height / 2];
      if (taken.free(box, node.id)) return { lines, box, x: cx, y: cy - height / 2 + LINE_HEIGHT / 2 };
    }
    if (!node.wanted) return null;
    const [cx, cy] = spots[0];
    const box = [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
    return { lines, box, x: cx, y: cy - height / 2 + LINE_HEIGHT / 2 };
  }

  /** A text in two lines of about the same length; a whole title, which is longer, in as many as it needs. */
  wrapped(ctx, text, strong, font) {
    const key = `${strong}${text}`;
    if (!this.lines.has(key)) {
      const whole = this.width(ctx, text, strong, font);
      const limit = whole <= LINE_WIDTH ? whole : Math.min(Math.max(LINE_WIDTH, whole / 2 + 14), 190);
      const lines = [];
      for (const word of text.split(" ")) {
        const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
        if (lines.length && this.width(ctx, longer, strong, font) <= limit) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      this.lines.set(key, lines);
    }
    return this.lines.get(key);
  }

  width(ctx, text, strong, font) {
    const key = `${strong}${text}`;
    if (!this.widths.has(key)) {
      ctx.font = labelFont(strong, 1, font);
      this.widths.set(key, ctx.measureText(text).width);
    }
    return this.widths.get(key);
  }
}

function labelFont(strong, scale, font) {
  return `${strong ? 600 : 400} ${LABEL_SIZE / scale}px ${font}`;
}

function nodeBox(node, scale) {
  const [x, y, r] = [node.x * scale, node.y * scale, node.size * scale * 1.2];
  return [x - r, y - r, x + r, y + r, node.id];
}

/** Boxes in a grid of cells, for asking quickly whether a place is free. */
class Boxes {
  constructor(cell) {
    this.cell = cell;
    this.cells = new Map();
  }

  add(box) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }

  /** Whether no box but the node's own overlaps. */
  free(box, own) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) || []) {
        if (other[4] !== own && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
      }
    }
    return true;
  }

  *keys([left, top, right, bottom]) {
    for (let x = Math.floor(left / this.cell); x <= Math.floor(right / this.cell); x++) {
      for (let y = Math.floor(top / this.cell); y <= Math.floor(bottom / this.cell); y++) yield `${x},${y}`;
    }
  }
}
