"use strict";

/** What went wrong, in words for the reader. */
class Fault extends Error {}

/**
 * The source of data of a live page: the four questions of `EmbeddedData`, answered by the server. What is told of a
 * node and what stands around it come with one request, and are kept for a while.
 */
class LiveData {
  constructor(failed) {
    this.failed = failed;
    this.known = new Map();
    this.found = { text: "", list: [] };
    this.searches = 0;
    this.broken = false;
  }

  async start() {
    return asJson(await ask("/api/start"));
  }

  async node(id) {
    return (await this.around(id))?.facts || null;
  }

  async neighbours(id) {
    const { nodes, edges } = (await this.around(id)) || { nodes: [], edges: [] };
    return { nodes, edges };
  }

  around(id) {
    if (!this.known.has(id)) {
      if (this.known.size > 300) this.known.delete(this.known.keys().next().value);
      this.known.set(id, this.askAround(id));
    }
    return this.known.get(id);
  }

  async askAround(id) {
    try {
      const response = await fetched(`/api/around/${addressOf(id)}`);
      this.broken = false;
      if (response.status === 404) return null;
      return await asJson(await checked(response));
    } catch (error) {
      this.known.delete(id);
      this.broken = true;
      this.failed(error);
      return null;
    }
  }

  /** One request for what is typed in one go, not one for each letter. */
  async search(text) {
    const wanted = folded(text);
    if (!wanted) return [];
    if (this.found.text === wanted) return this.found.list;
    const mine = ++this.searches;
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (mine !== this.searches) return [];
    try {
      const found = await asJson(await ask(`/api/search?${new URLSearchParams({ q: text })}`));
      this.found = { text: wanted, list: ranked(found, wanted) };
      return this.found.list;
    } catch (error) {
      this.failed(error);
      return [];
    }
  }
}

/** The best matches first, by the rules of the static page. */
function ranked(found, wanted) {
  const scored = found.map(({ id, kind, label, match }) => {
    const alias = match === label ? "" : match;
    const spellings = [{ text: folded(match), alias }];
    return { id, kind, name: label, alias, score: bestSpelling(spellings, wanted)?.score || 0 };
  });
  scored.sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  return scored.slice(0, 12).map(({ id, kind, name, alias }) => ({ id, kind, name, alias }));
}

/** A response that is none of a fault; raises Fault. */
async function ask(address, options) {
  return checked(await fetched(address, options));
}

async function fetched(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Fault("The server does not answer. Is kg serve still running?");
  }
}

/** Faults come as a line of text or as JSON with a line of text. */
async function checked(response) {
  if (response.ok) return response;
  const text = await response.text();
  throw new Fault(wordsOf(text) || `The server answered with status ${response.status}.`);
}

function wordsOf(text) {
  try {
    return JSON.parse(text).error || text;
  } catch {
    return text;
  }
}

async function asJson(response) {
  try {
    return await response.json();
  } catch {
    throw new Fault("The answer of the server broke off. Ask again.");
  }
}
