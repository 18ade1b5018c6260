"use strict";

/** The legend with a switch for each kind, and the slider for the weight of links. `changed` is called after a change. */
class Controls {
  constructor(start, state, changed) {
    this.state = state;
    this.changed = changed;
    this.weights = start.edges
      .filter((edge) => edge.kind === LINK)
      .map((edge) => edge.weight)
      .sort((a, b) => a - b);
    this.buildLegend(start.nodes);
    this.slider = document.getElementById("weight");
    this.slider.addEventListener("input", () => this.slide());
    this.minor = document.getElementById("minor");
    this.minor.addEventListener("change", () => this.update({ minor: this.minor.checked }));
    const minors = start.nodes.filter((node) => node.minor).length;
    document.getElementById("minor-count").textContent = minors.toLocaleString("en");
    document.getElementById("minor-row").hidden = minors === 0;
    for (const input of document.querySelectorAll("#mode input")) {
      input.addEventListener("change", () => this.update({ mode: input.value }));
    }
    this.write();
  }

  update(change) {
    Object.assign(this.state, change);
    this.write();
    this.changed();
  }

  buildLegend(nodes) {
    const counts = new Map();
    for (const { kind } of nodes) counts.set(kind, (counts.get(kind) || 0) + 1);
    this.buttons = new Map();
    const rows = KINDS.filter((kind) => counts.has(kind)).map((kind) => this.legendRow(kind, counts.get(kind)));
    document.getElementById("legend").replaceChildren(...rows);
  }

  legendRow(kind, count) {
    const content = [kindIcon(kind), element("span", {}, PLURAL[kind]), element("b", {}, count.toLocaleString("en"))];
    const button = element(
      "button",
      { type: "button", "data-kind": kind, title: `Show or hide ${PLURAL[kind].toLowerCase()}` },
      content,
    );
    button.addEventListener("click", () => this.toggle(kind));
    this.buttons.set(kind, button);
    return element("li", {}, button);
  }

  toggle(kind) {
    const hidden = new Set(this.state.hidden);
    if (!hidden.delete(kind)) hidden.add(kind);
    this.update({ hidden });
  }

  /** The slider moves through the sorted weights, since most links are weak: half way keeps half of them. */
  slide() {
    const at = Math.min(Math.floor((this.slider.value / 100) * this.weights.length), this.weights.length - 1);
    this.update({ weight: Number(this.slider.value) === 0 ? 0 : (this.weights[at] ?? 0) });
  }

  /** Make the controls show the state. */
  write() {
    const { hidden, minor, mode, weight } = this.state;
    for (const [kind, button] of this.buttons) button.setAttribute("aria-pressed", String(!hidden.has(kind)));
    this.minor.checked = minor;
    for (const input of document.querySelectorAll("#mode input")) input.checked = input.value === mode;
    if (weight === 0) this.slider.value = 0;
    const kept = this.weights.filter((found) => found >= weight).length;
    const share =
      weight === 0
        ? kept.toLocaleString("en")
        : `${kept.toLocaleString("en")} of ${this.weights.length.toLocaleString("en")}, from ${weight.toFixed(2)}`;
    document.getElementById("weight-out").textContent = share;
    this.slider.setAttribute("aria-valuetext", `${share} links`);
  }
}

/** What the page shows, in words: counts and the rules by which the picture was made. */
function writeAbout(about) {
  const number = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
  document.getElementById("heading").textContent = `${number(about.papers, "paper", "papers")} and what they share`;
  const code = about.code ? `, ${number(about.code, "code address", "code addresses")}` : "";
  document.getElementById("counts").textContent =
    `${number(about.concepts, "concept", "concepts")}, ${number(about.links, "link", "links")}${code}`;
  const rules = [
    "Papers stand near the papers and concepts they are tied to; a bigger paper has stronger links, a bigger concept more " +
      "papers. An island is a group of papers that share more with each other than with the rest, named by what marks it off.",
    "Concepts that no two papers share, that are too general to tell papers apart, or that only stand above others are " +
      "minor: they appear around a chosen node, or with the switch “Minor concepts”.",
    "Two papers are linked by the specific concepts they share, rare ones weighing more. Click a link to see them.",
    "Keys: / search, arrows walk from node to node, + and − zoom, 0 show everything, F neighbourhood, R reset, Escape close.",
    about.cut ? `Of the links, the ${number(about.cut, "weakest is", "weakest are")} left out.` : "",
    `Made with kg ${about.version}.`,
  ];
  document.getElementById("rules").replaceChildren(...rules.filter(Boolean).map((rule) => element("p", {}, rule)));
  const note = document.getElementById("backbone");
  note.textContent = about.backbone;
  note.hidden = !about.backbone;
}
