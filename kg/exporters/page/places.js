"use strict";

const ALONE = -1;
const AROUND = -2;

/**
 * The layout is wider than high; on a screen held upright it is turned and stretched to the screen's shape. Nodes
 * without ties (community `ALONE`) stand in rows below again, with the small nodes around them (`AROUND`).
 */
function stoodUp(nodes, edges, screen) {
  const placed = nodes.map((node) => ({ ...node, x: node.y, y: node.x }));
  const main = placed.filter((node) => node.community !== ALONE);
  const [left, right] = extent(main.length ? main.map((node) => node.x) : [0]);
  const [top, bottom] = extent(main.length ? main.map((node) => node.y) : [0]);
  const wanted = ((screen.clientHeight / screen.clientWidth) * (right - left)) / Math.max(bottom - top, 1);
  const stretch = Math.min(1.5, Math.max(1, wanted));
  const moved = new Map();
  const alone = placed.filter((node) => node.community === ALONE);
  const columns = Math.max(3, Math.floor((right - left) / 90));
  alone.forEach((node, i) => {
    const row = alone.slice(i - (i % columns), i - (i % columns) + columns).length;
    const x = (left + right) / 2 + ((i % columns) - (row - 1) / 2) * 90;
    const y = bottom * stretch + 150 + Math.floor(i / columns) * 80;
    moved.set(node.id, [x - node.x, y - node.y]);
  });
  for (const { from, to } of edges) if (moved.has(from) && !moved.has(to)) moved.set(to, moved.get(from));
  for (const node of placed) {
    const [dx, dy] = (node.community < 0 && moved.get(node.id)) || [0, (stretch - 1) * node.y];
    node.x += dx;
    node.y += dy;
  }
  return placed;
}

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const ROOM = 17;

/** Places for nodes on a sunflower's spiral around a centre, the nearest first that keep clear of what stands there. */
function freePlaces(centre, nodes, standing) {
  const box = (x, y, size) => [x - size - ROOM, y - size - ROOM, x + size + ROOM, y + size + ROOM];
  const taken = new Boxes(80);
  for (const { x, y, size } of standing) taken.add(box(x, y, size));
  let seed = centre.size ? 1 : 0;
  return nodes.map(({ size }) => {
    for (; ; seed++) {
      const reach = (centre.size ? centre.size + 34 : 0) + 15 * Math.sqrt(seed);
      const [x, y] = [centre.x + reach * Math.cos(seed * GOLDEN), centre.y + reach * Math.sin(seed * GOLDEN)];
      if (seed < 5000 && !taken.free(box(x, y, size))) continue;
      taken.add(box(x, y, size));
      return [x, y];
    }
  });
}

function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}
