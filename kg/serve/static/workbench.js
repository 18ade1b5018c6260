"use strict";

const AS_ROWS = "application/sparql-results+json";
const AS_GRAPH = "application/ld+json";
const DOWNLOADS = {
  rows: [["CSV", "csv", "text/csv"], ["JSON", "json", AS_ROWS]],
  graph: [["Turtle", "ttl", "text/turtle"], ["JSON-LD", "jsonld", AS_GRAPH]],
};

/**
 * The SPARQL tab: the list of named queries, the form, the result. `on` has the callbacks open(id) for a node that is
 * clicked, knows(id) for whether the picture has it, and picture(title, statements) for a result that is a graph, which
 * resolves to what was drawn or null.
 */
class Workbench {
  constructor(data, on) {
    this.on = on;
    this.element = document.getElementById("workbench");
    this.base = this.element.dataset.base;
    this.list = document.getElementById("queries");
    this.state = document.getElementById("state");
    this.result = document.getElementById("result");
    this.downloads = document.getElementById("downloads");
    this.form = document.getElementById("ask");
    this.question = new Question(data);
    this.table = new ResultTable((iri) => this.idOfIri(iri), on.open);
    this.shown = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
  }

  /** The id of a node of the graph, "" for what is none. Addresses of code are their own ids, if the picture has them. */
  idOfIri(iri) {
    if (iri.startsWith(`${this.base}paper/`) || iri.startsWith(`${this.base}concept/`)) {
      const id = iri.slice(this.base.length);
      return id.includes("#") || /^paper\/[^/]+\//.test(id) ? "" : id;
    }
    return this.on.knows(iri) ? iri : "";
  }

  /** Show what an address says: #sparql, #sparql?query=…, #sparql/NAME?concept=…; run it where nothing is missing. */
  async route(hash) {
    if (hash === this.shown) return;
    const [, name = "", parameters = ""] = /^#sparql(?:\/([^?]*))?(?:\?(.*))?$/.exec(hash) || [];
    const given = new URLSearchParams(parameters);
    await this.fetchQueries();
    const named = this.queries.get(name) || null;
    this.shown = hash;
    this.question.show(named, given);
    this.clear();
    this.mark();
    if (named ? !named.parameters.length || parameters : given.has("query")) await this.run();
    else (this.question.fields.querySelector("input") || this.question.text).focus({ preventScroll: true });
  }

  async fetchQueries() {
    if (this.queries) return;
    try {
      const found = await asJson(await ask("/api/queries"));
      this.queries = new Map(found.map((query) => [query.name, query]));
    } catch (error) {
      this.queries = new Map();
      this.fail(error);
    }
    const own = { name: "", title: "SPARQL of your own", comment: "" };
    this.list.replaceChildren(element("ul", {}, [own, ...this.queries.values()].map((query) => this.entry(query))));
  }

  entry({ name, title, comment }) {
    const href = name ? `#sparql/${name}` : "#sparql";
    const link = element("a", { href, "data-name": name }, [
      element("b", {}, title),
      comment ? element("small", {}, comment) : "",
    ]);
    return element("li", {}, link);
  }

  /** Mark the query in the list that the form shows. */
  mark() {
    const name = this.question.named?.name || "";
    for (const link of this.list.querySelectorAll("a")) {
      if (link.dataset.name === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  clear() {
    this.result.replaceChildren();
    this.downloads.replaceChildren();
    this.state.textContent = "";
  }

  /** The last question asked counts, however late the answers come. */
  async run() {
    const run = (this.running = {});
    this.clear();
    this.state.textContent = "Asking …";
    history.replaceState(null, "", this.question.address());
    this.shown = location.hash;
    this.mark();
    const started = performance.now();
    try {
      const response = await this.question.ask(`${AS_ROWS}, ${AS_GRAPH};q=0.9`);
      const kind = response.headers.get("content-type") || "";
      const json = await asJson(response);
      if (run !== this.running) return;
      const took = `${Math.max(1, Math.round(performance.now() - started)).toLocaleString("en")} ms`;
      if (kind.startsWith(AS_GRAPH)) await this.showGraph(json, took);
      else this.showRows(json, took);
    } catch (error) {
      if (run === this.running) this.fail(error);
    }
  }

  showRows(json, took) {
    if ("boolean" in json) {
      this.state.textContent = took;
      this.result.replaceChildren(element("p", { class: "answer" }, json.boolean ? "Yes." : "No."));
      return;
    }
    const rows = json.results.bindings;
    this.state.textContent = `${counted(rows.length, "row", "rows")}, ${took}`;
    if (!rows.length) {
      this.result.replaceChildren(element("p", { class: "answer" }, "Nothing in the graph fits this question."));
      return;
    }
    this.result.replaceChildren(...this.table.of(json.head.vars, rows));
    this.offer("rows");
  }

  async showGraph(json, took) {
    const statements = statementsOf(json);
    const words = `${counted(statements.length, "statement", "statements")}, ${took}`;
    this.state.textContent = words;
    if (!statements.length) {
      this.result.replaceChildren(element("p", { class: "answer" }, "The graph that this question asks for is empty."));
      return;
    }
    this.offer("graph");
    const draw = element("button", { type: "button" }, "Show in the picture");
    draw.addEventListener("click", () => this.draw(statements));
    this.result.replaceChildren(
      element("p", { class: "answer" }, draw),
      ...this.table.of(["subject", "property", "value"], statements),
    );
    await this.draw(statements);
  }

  /** Statements between papers, concepts and code become the picture; others stay in the table. */
  async draw(statements) {
    const title = this.question.named ? `“${this.question.title.textContent}”` : "your query";
    const drawn = await this.on.picture(title, statements);
    if (!drawn) this.result.querySelector(".answer").textContent = "No paper, concept or code is in it that could be drawn.";
  }

  offer(kind) {
    const links = DOWNLOADS[kind].map(([name, ending, type]) => {
      const button = element("button", { type: "button", class: "text-button" }, name);
      button.addEventListener("click", () => this.download(ending, type));
      return button;
    });
    this.downloads.replaceChildren(element("span", {}, "Download"), ...links);
  }

  async download(ending, type) {
    try {
      const response = await this.question.ask(type);
      saveAs(`${this.question.named?.name || "result"}.${ending}`, await response.blob());
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error) {
    if (!(error instanceof Fault)) throw error;
    this.state.textContent = "";
    this.result.replaceChildren(element("p", { class: "fault", role: "alert" }, sentence(error.message)));
    this.question.point(error.message);
  }
}

function counted(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** "error at 3:5: expected …" → "Line 3, column 5: expected …" */
function sentence(message) {
  const placed = message.replace(/^error at (\d+):(\d+): /, "Line $1, column $2: ");
  return placed.charAt(0).toUpperCase() + placed.slice(1);
}
