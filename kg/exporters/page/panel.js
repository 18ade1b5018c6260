"use strict";

/** Roles in the order in which the panel tells of them: as a paper has them, and as a concept's papers do. */
const ROLES = [
  ["introduces", "Introduces", "Introduced by"],
  ["has_code", "Code", "Code of"],
  ["evaluates_on", "Evaluates on", "Evaluated on by"],
  ["uses", "Uses", "Used by"],
  ["compares_to", "Compares to", "Compared to by"],
  ["mentions", "Mentions", "Mentioned by"],
];
const ROLE_NAME = {
  introduces: "introduced here",
  has_code: "code",
  evaluates_on: "evaluated on",
  uses: "used",
  compares_to: "compared to",
  mentions: "mentioned",
};
const FIRST = 8;

/**
 * The details panel. Text enters the page as text nodes alone, so that nothing in a title can become markup. `open(id)`
 * is called when a reference is clicked.
 */
class Panel {
  constructor(element, open) {
    this.element = element;
    this.open = open;
  }

  showNode(facts) {
    const parts =
      facts.kind === "Paper" ? this.paper(facts) : facts.kind === "Code" ? this.code(facts) : this.concept(facts);
    this.fill(parts);
  }

  fill(parts) {
    this.element.replaceChildren(...parts.flat(3).filter(Boolean));
    this.element.scrollTop = 0;
  }

  paper(facts) {
    return [
      eyebrow(facts.kind, "Paper", facts.date && longDate(facts.date)),
      element("h2", {}, this.marked(facts.name, facts.marks, "title")),
      facts.authors && element("p", { class: "facts" }, authorList(facts.authors)),
      facts.venue && element("p", { class: "facts" }, facts.venue),
      facts.links &&
        element(
          "div",
          { class: "outside" },
          facts.links.map(([name, url]) => outsideLink(url, name)),
        ),
      ROLES.slice(0, 4).map(([role, title]) => this.references(title, facts.roles[role])),
      this.nearest(facts.near),
      facts.abstract && [
        heading("Abstract"),
        element("p", { class: "abstract" }, this.marked(facts.abstract, facts.marks, "abstract")),
      ],
      ROLES.slice(4).map(([role, title]) => this.references(title, facts.roles[role])),
    ];
  }

  concept(facts) {
    const number =
      facts.count === 1
        ? "named by 1 paper"
        : facts.count
          ? `named by ${facts.count.toLocaleString("en")} papers`
          : "above other concepts";
    return [
      eyebrow(facts.kind, facts.kind, number),
      element("h2", {}, facts.name),
      facts.aliases && element("p", { class: "facts" }, `Also written ${facts.aliases.join(", ")}`),
      facts.generic && element("p", { class: "facts" }, "Too general to link two papers"),
      facts.same &&
        element(
          "div",
          { class: "outside" },
          facts.same.map((url) => outsideLink(url, siteName(url))),
        ),
      this.references("Broader", facts.broader),
      this.references("Narrower", facts.narrower),
      ROLES.map(([role, , title]) => this.titles(title, facts.roles[role])),
      this.references("Code", facts.code),
      this.missing(facts),
    ];
  }

  /** On the page of a backbone a concept has more papers than the page shows. */
  missing(facts) {
    const shown = new Set(
      Object.values(facts.roles)
        .flat()
        .map(({ id }) => id),
    ).size;
    if (facts.count <= shown) return null;
    return element(
      "p",
      { class: "note" },
      `${(facts.count - shown).toLocaleString("en")} more papers are not on this page.`,
    );
  }

  code(facts) {
    return [
      eyebrow(facts.kind, "Code", ""),
      element("h2", {}, withoutScheme(facts.name)),
      element("div", { class: "outside" }, outsideLink(facts.name, "Open")),
      this.titles("Papers", Object.values(facts.roles).flat()),
    ];
  }

  showLink(edge, from, to, shared) {
    this.fill([
      eyebrow("Paper", "Two papers that share concepts", `weight ${edge.weight.toFixed(2)}`),
      this.titles("Papers", [from, to]),
      this.references("They share", shared),
    ]);
  }

  references(title, list) {
    if (!list || !list.length) return null;
    return [
      heading(title, list.length),
      element(
        "div",
        { class: "chips" },
        this.folded(
          list.map((reference) => this.chip(reference)),
          24,
        ),
      ),
    ];
  }

  titles(title, list) {
    if (!list || !list.length) return null;
    const items = list.map((reference) =>
      element("li", {}, this.button(reference, {}, [kindIcon(reference.kind), element("span", {}, reference.name)])),
    );
    return [heading(title, list.length), element("ul", { class: "titles" }, this.folded(items))];
  }

  nearest(near) {
    if (!near.length)
      return [
        heading("Nearest papers"),
        element("p", { class: "note" }, "Shares nothing specific with the other papers."),
      ];
    const items = near.map((paper) =>
      element("div", { class: "near" }, [
        this.button(paper, {}, [
          element("span", {}, paper.name),
          element("span", { title: "Weight of the link" }, paper.weight.toFixed(2)),
        ]),
        element(
          "div",
          { class: "chips" },
          paper.shared.map((reference) => this.chip(reference)),
        ),
      ]),
    );
    return [heading("Nearest papers, with what they share", near.length), element("div", {}, this.folded(items, 5))];
  }

  /** The first few of a list and a button that brings the others. */
  folded(items, first = FIRST) {
    if (items.length <= first + 1) return items;
    const rest = items.slice(first);
    const more = element("button", { type: "button", class: "text-button" }, `Show ${rest.length} more`);
    more.addEventListener("click", () => more.replaceWith(...rest));
    return [...items.slice(0, first), more];
  }

  chip(reference) {
    const name = reference.kind === "Code" ? withoutScheme(reference.name) : reference.name;
    return this.button(reference, { class: "chip" }, [kindIcon(reference.kind), element("span", {}, name)]);
  }

  /** A button for what the page can open; code that is not on the page leads to its address; the rest is plain text. */
  button(reference, attributes, content) {
    if (!reference.here && reference.kind === "Code" && isWebAddress(reference.id)) {
      const link = outsideLink(reference.id, "");
      link.append(element("span", attributes, content));
      return link;
    }
    if (!reference.here) return element("span", { ...attributes, title: "Not on this page" }, content);
    const button = element("button", { type: "button", ...attributes }, content);
    button.addEventListener("click", () => this.open(reference.id));
    return button;
  }

  /** Mentions are links within the page and no buttons: a long one must break across lines like the words around it. */
  mention(target, attributes, text) {
    if (!target.here) return this.button(target, attributes, text);
    const link = element("a", { ...attributes, href: `#${addressOf(target.id)}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.open(target.id);
    });
    return link;
  }

  /** A text with its mentions as links in the colour of their kind. Offsets count code points, not UTF-16 units. */
  marked(text, marks, field) {
    const characters = Array.from(text);
    const parts = [];
    let at = 0;
    for (const { start, end, target, role } of marks.filter((mark) => mark.field === field)) {
      parts.push(characters.slice(at, start).join(""));
      const title = `${target.name} (${target.kind}, ${ROLE_NAME[role] || role})`;
      parts.push(
        this.mention(
          target,
          { class: `mention ${target.kind.toLowerCase()}`, title },
          characters.slice(start, end).join(""),
        ),
      );
      at = end;
    }
    return [...parts, characters.slice(at).join("")];
  }
}

/** An element with attributes and children; strings become text nodes. */
function element(tag, attributes, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...[children].flat(2).filter((child) => child || child === ""));
  return made;
}

function heading(text, count) {
  return element("h3", {}, [text, count > 1 ? element("b", {}, ` ${count}`) : ""]);
}

function eyebrow(kind, name, more) {
  return element("p", { class: "eyebrow" }, [kindIcon(kind), element("span", {}, more ? `${name} · ${more}` : name)]);
}

/** A link that opens elsewhere; an address that is no web address stays text. */
function outsideLink(url, name) {
  if (!isWebAddress(url)) return element("span", {}, name || url);
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, name ? `${name} ↗` : []);
}

/** Node ids are readable in the address; only what would break it is escaped. */
function addressOf(id) {
  return encodeURIComponent(id).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

function withoutScheme(url) {
  return url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
}

function siteName(url) {
  return isWebAddress(url) ? new URL(url).hostname.replace(/^www\./, "") : url;
}

function authorList(authors) {
  return authors.length > 6 ? `${authors.slice(0, 5).join(", ")} and ${authors.length - 5} more` : authors.join(", ");
}

function longDate(iso) {
  return new Date(`${iso}T12:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}
