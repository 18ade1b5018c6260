"use strict";

/**
 * Communities of papers as quiet islands behind the graph, named by what they share. Captions stand above their islands;
 * seen from afar, where islands are crowded, in their middle and before the nodes.
 */
class Islands {
  constructor(communities) {
    this.communities = communities;
    this.clear();
  }

  clear() {
    this.found = [];
    this.captions = [];
    this.version = null;
  }

  /** Outline the visible members of each community, once for each version of the picture. */
  update(nodes, version) {
    if (this.version === version) return;
    const members = new Map(this.communities.map(({ id }) => [id, []]));
    for (const { community, x, y } of nodes) if (members.has(community)) members.get(community).push([x, y]);
    this.found = this.communities
      .map(({ id, label }) => ({ label, row: id === ALONE, points: withoutStragglers(members.get(id)) }))
      .map(({ label, row, points }) => ({ label, row, hull: row ? points : convexHull(points) }))
      .filter(({ hull, row }) => hull.length >= (row ? 1 : 3));
    this.version = version;
  }

  draw(ctx, theme) {
    ctx.lineJoin = "round";
    ctx.lineWidth = 72;
    ctx.strokeStyle = ctx.fillStyle = theme.island;
    for (const { hull, row } of this.found) {
      if (row) continue;
      ctx.beginPath();
      hull.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.closePath();
      ctx.stroke();
      ctx.fill();
    }
  }

  /** `crowd`: captions go to the middle of their islands and are drawn over the nodes. */
  placeCaptions(ctx, scale, theme, crowd) {
    this.crowd = crowd;
    ctx.font = captionFont(scale, theme.font);
    const taken = new Boxes(120);
    this.captions = [];
    for (const { hull, label, row } of this.found) {
      if (!label) continue;
      const [left, right] = extent(hull.map((point) => point[0]));
      const tooWide = ctx.measureText(label).width > 1.7 * (right - left + 72);
      const text = (crowd || tooWide) && !row ? label.split(" · ")[0] : label;
      const [top, bottom] = extent(hull.map((point) => point[1]));
      const half = (ctx.measureText(text).width / 2) * scale + 6;
      const x = (left + right) / 2;
      const y = crowd && !row ? (top + bottom) / 2 : top - (row ? 26 : 40);
      const box = [x * scale - half, y * scale - 14, x * scale + half, y * scale + 4];
      if (!taken.free(box)) continue;
      taken.add(box);
      this.captions.push({ text, x, y, box });
    }
  }

  drawCaptions(ctx, scale, theme) {
    ctx.save();
    ctx.font = captionFont(scale, theme.font);
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.lineJoin = "round";
    ctx.lineWidth = 4 / scale;
    ctx.strokeStyle = theme.ground;
    ctx.fillStyle = this.crowd ? theme.text : theme.caption;
    for (const { text, x, y } of this.captions) {
      if (this.crowd) ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }
    ctx.restore();
  }
}

function captionFont(scale, font) {
  return `600 ${11.5 / scale}px ${font}`;
}

/** Points that do not lie far from the others: one straggler would stretch an island over its neighbours. */
function withoutStragglers(points) {
  if (points.length < 4) return points;
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const distance = (point) => Math.hypot(point[0] - x, point[1] - y);
  const middle = points.map(distance).sort((a, b) => a - b)[points.length >> 1];
  return points.filter((point) => distance(point) <= 2.1 * middle + 20);
}

/** Andrew's monotone chain. */
function convexHull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list) => {
    const hull = [];
    for (const point of list) {
      while (hull.length > 1 && turn(hull.at(-2), hull.at(-1), point) <= 0) hull.pop();
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
