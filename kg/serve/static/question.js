"use strict";

/**
 * The form for a question: SPARQL, or a named query with its parameters. A named query whose text is changed becomes
 * SPARQL of one's own, which takes no parameters.
 */
class Question {
  constructor(data) {
    this.data = data;
    this.text = document.getElementById("sparql");
    this.title = document.getElementById("question-title");
    this.comment = document.getElementById("question-comment");
    this.fields = document.getElementById("parameters");
    this.own = this.text.value;
    this.named = null;
    this.text.addEventListener("input", () => this.changed());
  }

  /** Show a named query, or null for SPARQL of one's own, with the values of an address. */
  show(named, given = new URLSearchParams()) {
    this.named = named;
    this.text.value = named ? withoutComment(named.text) : given.get("query") || this.own;
    this.describe();
    this.fields.replaceChildren(...(named?.parameters || []).map((parameter) => this.field(parameter, given)));
    this.fit();
  }

  describe() {
    this.title.textContent = this.named ? this.named.title : "SPARQL of your own";
    this.comment.textContent = this.named ? this.named.comment : "";
    this.comment.hidden = !this.comment.textContent;
  }

  field({ name, type, comment }, given) {
    const kinds = { integer: "number", date: "date" };
    const input = element("input", { name, id: `p-${name}`, type: kinds[type] || "text", autocomplete: "off" });
    input.value = given.get(name) || "";
    const names = type === "concept" || type === "paper" ? this.suggestions(input, type) : "";
    return element("label", { for: input.id }, [element("span", {}, [name, element("small", {}, comment)]), input, names]);
  }

  /** Names of concepts or titles of papers while one types. */
  suggestions(input, type) {
    const list = element("datalist", { id: `names-${input.name}` });
    input.setAttribute("list", list.id);
    input.placeholder = type === "paper" ? "any paper" : "any concept";
    input.addEventListener("input", async () => {
      const found = await this.data.search(input.value);
      const fitting = found.filter(({ kind }) => (kind === "Paper") === (type === "paper"));
      list.replaceChildren(...fitting.map(({ name }) => element("option", { value: name })));
    });
    return list;
  }

  changed() {
    if (this.named && this.text.value !== withoutComment(this.named.text)) {
      this.named = null;
      this.describe();
      this.fields.replaceChildren();
    }
    if (!this.named) this.own = this.text.value;
    this.fit();
  }

  /** As high as its text, within reason. */
  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(420, this.text.scrollHeight + 4)}px`;
  }

  values() {
    const filled = [...this.fields.querySelectorAll("input")].filter((input) => input.value.trim());
    return new URLSearchParams(filled.map((input) => [input.name, input.value.trim()]));
  }

  /** The part of the page's address that brings this question back. */
  address() {
    if (this.named) return `#sparql/${this.named.name}${withMark(this.values())}`;
    const query = new URLSearchParams({ query: this.text.value });
    return this.text.value.length < 1500 ? `#sparql?${query}` : "#sparql";
  }

  /** Ask it; `accept` names the formats that are taken. */
  ask(accept) {
    const headers = { Accept: accept };
    if (this.named) return ask(`/api/queries/${this.named.name}${withMark(this.values())}`, { headers });
    const body = new URLSearchParams({ query: this.text.value });
    return ask("/sparql", { method: "POST", headers, body });
  }

  /** Put the cursor where the endpoint found a mistake, which it tells as "error at LINE:COLUMN". */
  point(message) {
    const found = /error at (\d+):(\d+)/.exec(message);
    if (!found || this.named) return;
    const lines = this.text.value.split("\n").slice(0, Number(found[1]));
    const at = lines.join("\n").length - (lines.at(-1) || "").length + Number(found[2]) - 1;
    this.text.focus();
    this.text.setSelectionRange(at, at + 1);
  }
}

/** Title and comment of a named query stand above the form already. */
function withoutComment(text) {
  return text.replace(/^(#.*\n)+/, "").trim();
}

function withMark(parameters) {
  return parameters.size ? `?${parameters}` : "";
}
