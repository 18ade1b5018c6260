"use strict";

/**
 * Each kind has a shape as well as a colour, on the canvas and in the legend. A shape is a list of corners in units of
 * the node's radius, scaled so that all shapes look equally big; the paper's is a circle.
 */
const SHAPES = {
  Paper: null,
  Method: polygon(4, 1.18, -90),
  Architecture: polygon(3, 1.3, -90),
  Dataset: polygon(4, 1.22, -45),
  Task: polygon(3, 1.3, 90),
  Code: star(5, 1.3, 0.56),
};
const KINDS = Object.keys(SHAPES);
const PLURAL = {
  Paper: "Papers",
  Method: "Methods",
  Architecture: "Architectures",
  Dataset: "Datasets",
  Task: "Tasks",
  Code: "Code",
};

function polygon(corners, radius, turn) {
  return Array.from({ length: corners }, (_, i) => corner(radius, turn + (360 * i) / corners));
}

function star(points, outer, inner) {
  return Array.from({ length: 2 * points }, (_, i) => corner(i % 2 ? inner : outer, -90 + (180 * i) / points));
}

function corner(radius, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Put the outline of a kind's shape on a canvas as the current path. */
function tracePath(ctx, kind, x, y, radius) {
  ctx.beginPath();
  const corners = SHAPES[kind];
  if (!corners) {
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
  } else {
    corners.forEach(([dx, dy], i) => (i ? ctx.lineTo : ctx.moveTo).call(ctx, x + dx * radius, y + dy * radius));
  }
  ctx.closePath();
}

/** The shape as a small SVG picture for lists and the legend. */
function kindIcon(kind) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-8 -8 16 16");
  svg.setAttribute("class", "kind");
  svg.setAttribute("aria-hidden", "true");
  const corners = SHAPES[kind];
  const shape = document.createElementNS("http://www.w3.org/2000/svg", corners ? "polygon" : "circle");
  if (corners)
    shape.setAttribute("points", corners.map(([x, y]) => `${(x * 5.6).toFixed(2)},${(y * 5.6).toFixed(2)}`).join(" "));
  else shape.setAttribute("r", "6");
  shape.setAttribute("class", `fill-${kind.toLowerCase()}`);
  svg.append(shape);
  return svg;
}

/** The colours of the style sheet, which follow the system's wish for light or dark. */
function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const theme = { font: colour("font"), fill: {}, ink: {} };
  for (const name of ["ground", "text", "muted", "edge", "link", "island", "caption", "accent", "card", "line"])
    theme[name] = colour(name === "text" ? "ink" : name);
  for (const kind of KINDS) {
    theme.fill[kind] = colour(kind.toLowerCase());
    theme.ink[kind] = colour(`${kind.toLowerCase()}-ink`);
  }
  return theme;
}
