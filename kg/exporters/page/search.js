"use strict";

/** The search field with its suggestions: a combobox by the WAI-ARIA pattern. `open(id)` is called for the choice. */
class SearchBox {
  constructor(input, list, data, open) {
    Object.assign(this, { input, list, data, open, found: [], active: -1, asked: 0 });
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("focus", () => this.ask());
    input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Answers of a live source may come late: only the last question counts. */
  async ask() {
    const asked = ++this.asked;
    const text = this.input.value;
    const found = await this.data.search(text);
    if (asked !== this.asked) return;
    this.found = found;
    this.show(text);
  }

  show(text) {
    if (!text.trim()) return this.hide();
    const options = this.found.map((match, i) => this.option(match, i, text));
    this.list.replaceChildren(
      ...(options.length ? options : [element("li", { class: "none", role: "presentation" }, "Nothing found")]),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    return this.activate(options.length ? 0 : -1);
  }

  option({ id, kind, name, alias }, index, text) {
    const label = kind === "Code" ? withoutScheme(name) : name;
    const lines = [
      element("span", {}, highlighted(label, text)),
      alias ? element("small", {}, highlighted(alias, text)) : "",
    ];
    const item = element("li", { role: "option", id: `option-${index}`, "aria-selected": "false" }, [
      kindIcon(kind),
      element("div", {}, lines),
    ]);
    item.addEventListener("click", () => this.choose(id));
    item.addEventListener("mousemove", () => this.activate(index));
    return item;
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (this.found.length) this.activate((this.active + step + this.found.length) % this.found.length);
      event.preventDefault();
    } else if (event.key === "Enter") {
      this.enter();
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.input.blur();
      this.input.value = "";
      this.hide();
      event.stopPropagation();
    }
  }

  /** Enter may come before the suggestions do. */
  async enter() {
    await this.ask();
    if (this.found.length) this.choose(this.found[Math.max(this.active, 0)].id);
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((item, i) => {
      if (item.getAttribute("role") === "option") item.setAttribute("aria-selected", String(i === index));
    });
    const item = this.list.children[index];
    if (!item || index < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", item.id);
    return item.scrollIntoView({ block: "nearest" });
  }

  choose(id) {
    this.input.value = "";
    this.hide();
    this.input.blur();
    this.open(id);
  }

  hide() {
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** The text with the searched part in bold. */
function highlighted(text, wanted) {
  const at = text.toLowerCase().indexOf(wanted.trim().toLowerCase());
  if (at < 0) return [text];
  const end = at + wanted.trim().length;
  return [text.slice(0, at), element("mark", {}, text.slice(at, end)), text.slice(end)];
}
