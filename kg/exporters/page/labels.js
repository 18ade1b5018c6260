"use strict";

/**
 * Which labels are shown where. Labels keep their size on the screen while the graph is zoomed; the important ones are
 * placed first, and one that would cover another label or a node is left out until there is room. Positions are in
 * graph units for one scale, so that they stand still while the view is dragged.
 */
const LABEL_SIZE = 12;
const LINE_HEIGHT = 15;
const LINE_WIDTH = 124;
const WIDEST = 200;

class Labels {
  constructor() {
    this.widths = new Map();
    this.lines = new Map();
  }

  /**
   * `nodes`: [{id, kind, x, y, size, text, strong, wanted, silent}], most important first; `wanted` labels are shown
   * even where they cover something, a `silent` node has none and only takes up room.
   * Returns [{node, lines, width, x, y}], x and y the middle of the first line in graph units.
   * `reserved` are boxes in screen pixels that labels stay out of; in a `crowd` they may cover nodes.
   * None goes further than `margin` beyond the nodes, or a view that shows all nodes would cut it.
   */
  place(ctx, nodes, scale, font, { reserved, crowd, margin }) {
    const taken = new Boxes(90);
    for (const box of reserved) taken.add(box);
    // In a crowd no label could stand clear of all nodes.
    if (!crowd) for (const node of nodes) taken.add(nodeBox(node, scale));
    const [left, right] = extent(nodes.map((node) => node.x * scale));
    this.bounds = [left - margin, right + margin];
    const placed = [];
    for (const node of nodes) {
      const spot = node.silent ? null : this.findSpot(ctx, node, scale, font, taken);
      if (!spot) continue;
      taken.add(spot.box);
      placed.push({ node, lines: spot.lines, width: spot.width, x: spot.x / scale, y: spot.y / scale });
    }
    return placed;
  }

  /** Below, above, right or left of the node; all in screen pixels. */
  findSpot(ctx, node, scale, font, taken) {
    const lines = this.wrapped(ctx, node.text, node.strong, font);
    const width = Math.max(...lines.map((line) => this.width(ctx, line, node.strong, font)));
    const height = lines.length * LINE_HEIGHT;
    const [x, y, r] = [node.x * scale, node.y * scale, node.size * scale * 1.15 + (node.wanted ? 7 : 3)];
    const spots = [
      [x, y + r + height / 2],
      [x, y - r - height / 2],
      [x + r + 2 + width / 2, y],
      [x - r - 2 - width / 2, y],
    ];
    if (node.wanted)
      for (const away of [20, 40]) spots.push([x, y + r + away + height / 2], [x, y - r - away - height / 2]);
    for (const [cx, cy] of spots) {
      const box = [cx - width / 2 - 2, cy - height / 2, cx + width / 2 + 2, cy + height / 2];
      const inside = node.wanted || (box[0] >= this.bounds[0] && box[2] <= this.bounds[1]);
      if (inside && taken.free(box, node.id)) return { lines, box, width, x: cx, y: cy - height / 2 + LINE_HEIGHT / 2 };
    }
    if (!node.wanted) return null;
    const [cx, cy] = spots[0];
    const box = [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
    return { lines, box, width, x: cx, y: cy - height / 2 + LINE_HEIGHT / 2 };
  }

  /** A text in two lines of about the same length; a whole title, which is longer, in as many as it needs. */
  wrapped(ctx, text, strong, font) {
    const key = `${strong}${text}`;
    if (!this.lines.has(key)) {
      const whole = this.width(ctx, text, strong, font);
      let limit = whole <= LINE_WIDTH ? whole : Math.max(LINE_WIDTH, whole / 2);
      let lines = this.broken(ctx, text, strong, font, limit);
      while (lines.length > 2 && limit < WIDEST) lines = this.broken(ctx, text, strong, font, (limit += 12));
      this.lines.set(key, lines);
    }
    return this.lines.get(key);
  }

  broken(ctx, text, strong, font, limit) {
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && this.width(ctx, longer, strong, font) <= limit) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
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

  /** Whether no box overlaps but those of the node `own`, if one is named. */
  free(box, own) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) || []) {
        if (own !== undefined && other[4] === own) continue;
        if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])
          return false;
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
