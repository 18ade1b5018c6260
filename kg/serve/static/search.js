// Search as one types. Everything from the graph is set as text, never as HTML.
"use strict";
const form = document.getElementById("search");
const input = form.elements.q;
const list = document.getElementById("found");
let asked = 0;
let waiting;

async function search() {
  const text = input.value.trim();
  const mine = ++asked;
  if (text.length < 2) { list.hidden = true; return; }
  const response = await fetch("/api/search?q=" + encodeURIComponent(text));
  if (!response.ok || mine !== asked) return;
  const found = await response.json();
  if (mine !== asked) return;
  list.replaceChildren(...found.slice(0, 30).map((node) => {
    const link = document.createElement("a");
    link.href = "/id/" + node.id;
    link.append(node.label, " ");
    const kind = document.createElement("small");
    kind.textContent = node.match === node.label ? node.kind : node.kind + ", also " + node.match;
    link.append(kind);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
  list.hidden = found.length === 0;
}

input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const first = list.querySelector("a");
  if (first) location.href = first.href;
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") list.hidden = true; });
