// A row opened: two or three answers side by side on one axis of checkpoints.

class Opened {
  /** @param {Report} report @param {Row} row @param {Address} address */
  constructor(report, row, address) {
    this.report = report;
    this.row = row;
    this.cells = shownCells(report, row, address);
    this.stories = this.cells.map((cell) => (cell.timeline.length ? storyOf(cell) : null));
    const told = this.stories.filter((story) => story !== null);
    this.axis = axisOf(told);
    this.progress = this.stories.map((story) => (story ? progress(story, this.axis) : []));
    this.names = segmentNames(told);
    this.pictures = this.cells.map(() => el("div", { class: "stage" }));
    const start = address.at >= 0 ? address.at : this.telling();
    this.scrubber = new Scrubber(this.axis, start, (at) => { this.draw(); replaceAddress({ at }); });
    this.element = this.build();
    this.draw(true);
  }

  build() {
    const { question } = this.row;
    const columns = el("div", { class: "columns" });
    columns.style.setProperty("--columns", String(this.cells.length));
    this.cells.forEach((_, place) => columns.append(this.head(place)));
    this.pictures.forEach((picture, place) => columns.append(mark(el("div", { class: "sticky" }, picture), place)));
    for (const name of this.names) {
      this.stories.forEach((story, place) => columns.append(mark(streamPart(story, name, connections(this.cells[place]) > 1), place)));
      if (name) columns.append(el("h3", { class: "checkpoint" }, el("button", { type: "button", click: () => this.to(name) }, `◆ ${name}`)));
    }
    this.cells.forEach((cell, place) => columns.append(mark(belowOf(isOlder(cell) ? reports[0] : this.report, cell), place)));
    return el("div", { class: "opened" },
      el("nav", { class: "crumbs", "aria-label": "Rows" }, el("span", {}, el("a", { href: addressWith({ view: "matrix", row: "", at: -1, shown: [] }), class: "back" }, "← Matrix"), el("span", { class: "theme" }, ` / ${themeTitle(question.theme)}`)), this.neighbours()),
      el("header", { class: "asked" }, el("h2", { tabindex: -1, id: "title" }, rowTitle(question)),
        el("blockquote", {}, question.question), el("p", { class: "whyask" }, question.why)),
      this.chooser(), this.axis.length ? this.scrubber.element : null, this.tabs(), columns);
  }

  /** Where to begin: at the first write, because there the three places of the picture differ; of several, at the last before the next checkpoint. */
  telling() {
    const writes = this.stories.map((story, place) => {
      const step = story ? story.frames.findIndex(({ flow: { kind } }) => ["write", "direct"].includes(kind)) : -1;
      return step < 0 ? -1 : this.progress[place].indexOf(step);
    }).filter((at) => at >= 0);
    if (!writes.length) return this.axis.length;
    const first = Math.min(...writes), { segment } = this.axis[Math.max(first - 1, 0)];
    return Math.max(...writes.filter((at) => at === first || this.axis[at - 1].segment === segment));
  }

  /** The rows before and after this one. */
  neighbours() {
    const place = this.report.rows.indexOf(this.row);
    const link = (/** @type {number} */ at, /** @type {string} */ text) => {
      const row = this.report.rows[at];
      return row ? el("a", { href: addressWith({ row: row.name, at: -1 }), title: rowTitle(row.question) }, text) : null;
    };
    return el("span", {}, link(place - 1, "‹ previous"), " ", link(place + 1, "next ›"));
  }

  /** Which answers stand side by side. */
  chooser() {
    const more = this.cells.length < MOST ? el("button", { type: "button", class: "quiet", click: () => this.show([...this.keys(), this.another()]) }, "+ compare another") : null;
    return el("div", { class: "chooser" }, this.outcomes(), more, copier("Copy link", () => wholeAddress(location.hash)),
      el("span", { class: "keys" }, "Keys: ", el("kbd", {}, "←"), " ", el("kbd", {}, "→"), " steps, ", el("kbd", {}, "["), " ", el("kbd", {}, "]"), " checkpoints, ", el("kbd", {}, "p"), " play, ", el("kbd", {}, "Esc"), " matrix"));
  }

  /** Every implementation's outcome in one line, to choose from. */
  outcomes() {
    const database = this.cells[0]?.database ?? "";
    const cells = this.row.cells.filter((cell) => cell.database === database);
    const groups = groupsOf(this.row.cells);
    return el("div", { class: "also", role: "group", "aria-label": `All answers on ${database}` }, cells.map((cell) => {
      const { kind, sign, says } = paint(cell, groups);
      const shown = this.cells.includes(cell);
      return el("button", { type: "button", class: `chip ${kind}`, "aria-pressed": String(shown), title: outcomeText(cell), click: () => this.flip(cell) },
        el("span", { class: "sign", "aria-hidden": "true" }, sign), cell.implementation, el("span", { class: "hidden" }, `, ${says}: ${outcomeText(cell)}`));
    }));
  }

  /** Show an answer, or no longer. @param {Cell} cell */
  flip(cell) {
    const keys = this.keys(), key = shownKey(cell);
    const left = keys.filter((one) => one !== key);
    if (left.length < keys.length) { if (left.length) this.show(left); }
    else this.show([...keys.slice(0, MOST - 1), key]);
  }

  keys() {
    return this.cells.map(shownKey);
  }

  /** Something that is not shown yet. */
  another() {
    const keys = this.keys();
    const rest = this.row.cells.filter((cell) => !keys.includes(shownKey(cell)));
    return shownKey(rest.find((cell) => !this.cells.some((one) => behaviour(one) === behaviour(cell))) ?? rest[0] ?? this.cells[0]);
  }

  /** @param {string[]} shown */
  show(shown) {
    location.hash = addressWith({ shown: [...new Set(shown)], at: -1 });
  }

  /** @param {number} place */
  head(place) {
    const cell = this.cells[place], { kind, sign, says } = paint(cell, groupsOf([...this.row.cells, ...this.cells]));
    return mark(el("header", { class: `head ${kind}` },
      el("div", { class: "who" }, isOlder(cell) ? `${cell.implementation} on ${cell.database}, before` : this.selects(place),
        this.cells.length > 1 ? el("button", { type: "button", class: "quiet remove", "aria-label": `Remove ${cell.implementation}`, click: () => this.show(this.keys().filter((_, at) => at !== place)) }, "×") : null),
      el("p", { class: "outcome" }, el("span", { class: "sign", "aria-hidden": "true" }, sign), el("span", { class: "hidden" }, `${says}: `), outcomeText(cell))), place);
  }

  /** Which implementation a column shows, and on which database. @param {number} place @returns {Node[]} */
  selects(place) {
    const cell = this.cells[place], { cells } = this.row;
    const select = (/** @type {string} */ label, /** @type {string[]} */ names, /** @type {string} */ chosen, /** @type {(name: string) => string} */ key) =>
      el("select", { "aria-label": `${label} of column ${place + 1}`, change: (/** @type {any} */ event) =>
        this.show(this.keys().map((one, at) => (at === place ? key(event.target.value) : one))) },
      names.map((name) => el("option", { value: name, selected: name === chosen }, name)));
    return [
      select("Implementation", cells.filter((one) => one.database === cell.database).map((one) => one.implementation), cell.implementation, (name) => `${name}@${cell.database}`), el("span", {}, "on"),
      select("Database", cells.filter((one) => one.implementation === cell.implementation).map((one) => one.database), cell.database, (name) => `${cell.implementation}@${name}`),
      el("span", {}, reports.length > 1 ? "after" : ""),
    ];
  }

  /** On a narrow screen one answer is seen at a time. */
  tabs() {
    if (this.cells.length < 2) return null;
    return el("div", { class: "tabs", role: "group", "aria-label": "Answer" }, this.cells.map((cell, place) =>
      el("button", { type: "button", "aria-pressed": String(place === 0), click: () => this.tab(place) }, cell.implementation)));
  }

  /** @param {number} chosen */
  tab(chosen) {
    this.element.querySelectorAll(".tabs button").forEach((/** @type {HTMLElement} */ tab, /** @type {number} */ place) => tab.setAttribute("aria-pressed", String(place === chosen)));
    this.element.querySelectorAll("[data-column]").forEach((/** @type {HTMLElement} */ part) => part.classList.toggle("chosen", part.dataset.column === String(chosen)));
  }

  /** @param {string} name */
  to(name) {
    const place = this.axis.findIndex(({ segment, last }) => segment === name && last);
    this.scrubber.stop();
    this.scrubber.go(place + 1);
  }

  /** @param {boolean} [first] */
  draw(first = false) {
    const at = this.scrubber.at;
    this.cells.forEach((cell, place) => this.drawColumn(place, at, first));
    const name = this.axis[at - 1]?.last ? this.axis[at - 1].segment : "";
    this.element.querySelectorAll(".checkpoint").forEach((/** @type {HTMLElement} */ rule) => rule.classList.toggle("now", rule.textContent === `◆ ${name}`));
    if (first) return;
    announce(this.stories.map((story, place) => (story ? `${this.cells[place].implementation}: ${story.frames[this.progress[place][at]].story.join(" ")}` : "")).join(" "));
    follow(this.element);
  }

  /** @param {number} place @param {number} at @param {boolean} first */
  drawColumn(place, at, first) {
    const story = this.stories[place];
    if (!story) return;
    const done = this.progress[place][at], moved = at === 0 || done !== this.progress[place][at - 1];
    const frame = story.frames[done], before = !first && done > 0 && moved ? story.frames[done - 1] : frame;
    const still = moved ? frame : { ...frame, flow: flow("none", "") };
    this.pictures[place].replaceChildren(
      el("p", { class: moved || at === 0 ? "story" : "story past" }, frame.story.join(" ")),
      el("p", { class: "running", "aria-hidden": "true" }, frame.code.map((line) => el("code", { class: moved ? "now" : "" }, highlighted(line)))), pictureOf(still, before));
    this.light(place, story, done, moved);
  }

  /** Lights the line that is running, and the lines that it called; they may have been shown before. @param {number} place @param {Step} step */
  lightLines(place, step) {
    const lines = [`:${step.current}`, ...step.stack.slice(1).map((line) => `${line.file.split("/").pop()}:${line.number}`)];
    for (const where of lines) {
      const shown = [...this.element.querySelectorAll(`[data-column="${place}"] .item.done`)].filter((item) => item.dataset.where === where);
      shown.pop()?.classList.add("now");
    }
  }

  /** Lights what is running now, and inks what has run. @param {number} place @param {Story} story @param {number} done @param {boolean} moved */
  light(place, story, done, moved) {
    const step = story.steps[done - 1], lit = new Set(moved && step ? [...step.lines, step.current] : []);
    const ran = new Set(story.steps.slice(0, done).flatMap((one) => [...one.lines, one.current]));
    for (const part of this.element.querySelectorAll(`[data-column="${place}"]`)) {
      part.querySelectorAll(".item").forEach((/** @type {HTMLElement} */ item) => {
        const own = Number(item.dataset.step);
        item.classList.toggle("done", own <= done);
        item.classList.toggle("now", own === done && moved);
      });
      part.querySelectorAll(".listing [data-line]").forEach((/** @type {HTMLElement} */ line) => {
        line.classList.toggle("now", lit.has(Number(line.dataset.line)));
        line.classList.toggle("ran", ran.has(Number(line.dataset.line)));
      });
    }
    if (moved && step) this.lightLines(place, step);
  }
}

/** @param {HTMLElement} part @param {number} place */
function mark(part, place) {
  part.dataset.column = String(place);
  if (place === 0) part.classList.add("chosen");
  return part;
}

/** Keeps what is running now in sight; on a narrow screen the picture has the place. @param {HTMLElement} element */
function follow(element) {
  if (matchMedia("(max-width: 48rem)").matches) return;
  const now = element.querySelector(".item.now") ?? element.querySelector(".checkpoint.now");
  now?.scrollIntoView({ block: "nearest", behavior: "auto" });
}

/** @param {Cell} cell */
function connections(cell) {
  return new Set(cell.timeline.map((event) => ("connection" in event ? event.connection : "")).filter(Boolean)).size;
}
