// The form for questions. Results are set as text, never as HTML; only http(s) addresses become links.
"use strict";
const ask = document.getElementById("ask");
const named = document.getElementById("named");
const text = document.getElementById("text");
const comment = document.getElementById("comment");
const parameters = document.getElementById("parameters");
const state = document.getElementById("state");
const result = document.getElementById("result");
let queries = {};

fetch("/api/queries").then((response) => response.json()).then((found) => {
  queries = Object.fromEntries(found.map((query) => [query.name, query]));
});

named.addEventListener("change", () => {
  const query = queries[named.value];
  comment.textContent = query ? query.comment : "";
  if (query) text.value = query.text;
  parameters.replaceChildren(...(query ? query.parameters : []).map((parameter) => {
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.name = parameter.name;
    field.title = parameter.comment;
    label.append(parameter.name, " ", field);
    return label;
  }));
});
text.addEventListener("input", () => { named.value = ""; comment.textContent = ""; parameters.replaceChildren(); });

function cell(term) {
  const box = document.createElement("td");
  if (!term) return box;
  if (term.type === "uri" && /^https?:/.test(term.value)) {
    const link = document.createElement("a");
    const own = term.value.match(/\/id\/((?:paper|concept)\/[^#]*)/);
    link.href = own ? "/id/" + own[1] : term.value;
    link.rel = "noopener nofollow";
    link.textContent = own ? own[1] : term.value;
    box.append(link);
  } else {
    box.textContent = term.value;
  }
  return box;
}

function table(data) {
  const names = data.head.vars;
  const head = document.createElement("tr");
  head.append(...names.map((name) => { const th = document.createElement("th"); th.textContent = name; return th; }));
  const rows = data.results.bindings.slice(0, 2000).map((row) => {
    const tr = document.createElement("tr");
    tr.append(...names.map((name) => cell(row[name])));
    return tr;
  });
  const found = document.createElement("table");
  found.append(head, ...rows);
  return found;
}

async function submit(event) {
  event.preventDefault();
  const started = performance.now();
  state.textContent = "…";
  const headers = { Accept: "application/sparql-results+json, text/turtle;q=0.9" };
  let response;
  if (named.value) {
    const given = [...parameters.querySelectorAll("input")].filter((f) => f.value).map((f) => [f.name, f.value]);
    response = await fetch("/api/queries/" + named.value + "?" + new URLSearchParams(given), { headers });
  } else {
    response = await fetch("/sparql", { method: "POST", headers, body: new URLSearchParams({ query: text.value }) });
  }
  const took = Math.round(performance.now() - started) + " ms";
  const kind = response.headers.get("content-type") || "";
  if (response.ok && kind.includes("sparql-results+json")) {
    const data = await response.json();
    if ("boolean" in data) {
      result.textContent = data.boolean ? "yes" : "no";
      state.textContent = took;
    } else {
      result.replaceChildren(table(data));
      state.textContent = data.results.bindings.length + " rows, " + took;
    }
    return;
  }
  const shown = document.createElement("pre");
  shown.textContent = await response.text();
  if (!response.ok) shown.className = "error";
  result.replaceChildren(shown);
  state.textContent = took;
}
ask.addEventListener("submit", submit);
