"use strict";

/** Results of queries as tables, and a graph among them as statements. Values enter the page as text nodes alone. */
const ROWS_SHOWN = 500;
const PLAIN = /#(integer|decimal|double|float|int|long|date|dateTime|boolean)$/;

/** Tables say which nodes can be opened: `idOfIri(iri)` gives a node id or "", `open(id)` opens it. */
class ResultTable {
  constructor(idOfIri, open) {
    this.idOfIri = idOfIri;
    this.open = open;
  }

  /** The table of rows {name: term}, terms as in SPARQL's JSON results. */
  of(names, rows) {
    const head = element("tr", {}, names.map((name) => element("th", { scope: "col" }, name.replaceAll("_", " "))));
    const body = element("tbody", {});
    const table = element("table", {}, [element("thead", {}, head), body]);
    const more = element("button", { type: "button", class: "text-button" });
    const show = (from) => {
      body.append(...rows.slice(from, from + ROWS_SHOWN).map((row) => this.row(names, row)));
      const left = rows.length - from - ROWS_SHOWN;
      more.hidden = left <= 0;
      more.textContent = `Show ${Math.min(left, ROWS_SHOWN).toLocaleString("en")} more of ${left.toLocaleString("en")}`;
    };
    more.addEventListener("click", () => show(body.rows.length));
    show(0);
    return [element("div", { class: "sheet", tabindex: "0", role: "region", "aria-label": "Result" }, table), more];
  }

  row(names, row) {
    return element("tr", {}, names.map((name) => this.cell(row[name])));
  }

  cell(term) {
    if (!term) return element("td", {});
    if (term.type === "uri") return element("td", { class: "iri" }, this.node(term.value));
    return element("td", PLAIN.test(term.datatype || "") ? { class: "plain" } : {}, term.value);
  }

  /** An address of the graph opens in the picture; in a new tab it is the page about it. */
  node(iri) {
    const id = this.idOfIri(iri);
    if (!id) return isWebAddress(iri) ? outsideLink(iri, shortIri(iri)) : element("span", {}, iri);
    const href = isWebAddress(id) ? id : `/id/${addressOf(id)}`;
    const link = element("a", { href, title: id, rel: "noopener noreferrer" }, withoutScheme(id));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open(id);
    });
    return link;
  }
}

/** The last part of an address of a vocabulary, else the address. */
function shortIri(iri) {
  return /#|\/\/(purl|schema)\.org\//.test(iri) ? iri.split(/[#/]/).pop() : withoutScheme(iri);
}

/** The statements of a graph in expanded JSON-LD, each as {subject, property, value} of terms. */
function statementsOf(json) {
  const found = [];
  const uri = (value) => ({ type: "uri", value });
  for (const { "@id": subject, ...properties } of json.flatMap((node) => node["@graph"] || node)) {
    for (const [property, values] of Object.entries(properties)) {
      const type = property === "@type";
      for (const value of [values].flat()) {
        const term = type ? uri(value) : "@id" in value ? uri(value["@id"]) : literal(value);
        found.push({ subject: uri(subject), property: uri(type ? RDF_TYPE : property), value: term });
      }
    }
  }
  return found;
}

const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

function literal({ "@value": value, "@type": datatype }) {
  return { type: "literal", value: String(value), datatype };
}

const EDGE_KINDS = {
  introduces: "INTRODUCES",
  hasCode: "HAS_CODE",
  evaluatesOn: "EVALUATES_ON",
  uses: "USES",
  comparesTo: "COMPARES_TO",
  mentions: "MENTIONS",
  broader: "BROADER",
};

/** The edges that statements between nodes stand for, one for each pair; `isNode(id)` says what is a node. */
function edgesOf(statements, idOfIri, isNode) {
  const found = new Map();
  const ranks = Object.keys(EDGE_KINDS);
  for (const { subject, property, value } of statements) {
    if (value.type !== "uri") continue;
    const [from, to] = [idOfIri(subject.value), idOfIri(value.value)];
    if (!isNode(from) || !isNode(to) || from === to) continue;
    const name = property.value.split(/[#/]/).pop();
    const rank = ranks.indexOf(name) < 0 ? ranks.length : ranks.indexOf(name);
    const known = found.get(`${from} ${to}`);
    if (known && known.rank <= rank) continue;
    const kind = EDGE_KINDS[name] || "STATED";
    found.set(`${from} ${to}`, { id: `stated ${from} ${to}`, from, to, kind, weight: 1, rank });
  }
  return [...found.values()];
}

/** Save a text as a file. */
function saveAs(name, blob) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
