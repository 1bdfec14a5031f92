// Moves along the axis: buttons, arrow keys, dragging, playing.

const PACE = 1400;

class Scrubber {
  /**
   * @param {ReturnType<typeof axisOf>} axis @param {number} at @param {(at: number) => void} moved
   */
  constructor(axis, at, moved) {
    this.axis = axis;
    this.moved = moved;
    this.at = Math.min(Math.max(at, 0), axis.length);
    this.timer = 0;
    this.range = el("input", {
      type: "range", min: 0, max: axis.length, step: 1, value: this.at, id: "scrubber", "aria-label": "Step",
      input: () => { this.stop(); this.go(Number(this.range.value)); },
    });
    this.button = el("button", { type: "button", class: "play", "aria-label": "Play", "aria-pressed": "false", click: () => this.toggle() }, "▶");
    this.counter = el("output", { for: "scrubber" });
    this.element = this.build();
    this.show();
  }

  build() {
    const step = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => number} */ to) =>
      el("button", { type: "button", "aria-label": label, title: label, click: () => { this.stop(); this.go(to()); } }, sign);
    return el("div", { class: "player", role: "group", "aria-label": "Move through the steps" },
      el("div", { class: "buttons" },
        step("To the beginning", "|←", () => 0), step("Step back", "←", () => this.at - 1), this.button,
        step("Step forward", "→", () => this.at + 1), step("To the next checkpoint", "→◆", () => this.next(1)), this.counter),
      el("div", { class: "axis" }, this.range, el("div", { class: "stops" }, this.stops())));
  }

  /** Checkpoints by name, under the range. */
  stops() {
    return this.axis.flatMap(({ segment, last }, place) => {
      if (!last || !segment) return [];
      const stop = el("button", { type: "button", class: "stop", "data-at": place + 1, click: () => { this.stop(); this.go(place + 1); } },
        el("span", { "aria-hidden": "true" }, "◆"), el("b", {}, segment));
      stop.style.setProperty("--at", String((place + 1) / this.axis.length));
      return [stop];
    });
  }

  /** The next checkpoint in a direction. @param {1 | -1} direction */
  next(direction) {
    for (let at = this.at + direction; at > 0 && at < this.axis.length; at += direction) {
      if (this.axis[at - 1].last && this.axis[at - 1].segment) return at;
    }
    return direction > 0 ? this.axis.length : 0;
  }

  /** @param {number} at */
  go(at) {
    const to = Math.min(Math.max(at, 0), this.axis.length);
    if (to === this.at) return;
    this.at = to;
    this.show();
    this.moved(to);
  }

  show() {
    const { segment, last } = this.axis[this.at - 1] ?? { segment: "the beginning", last: false };
    const where = this.at === 0 ? "the beginning" : last && segment ? `checkpoint ${segment}` : segment ? `before ${segment}` : "after the last checkpoint";
    this.range.value = String(this.at);
    this.range.style.setProperty("--done", String(this.at / Math.max(this.axis.length, 1)));
    this.range.setAttribute("aria-valuetext", `step ${this.at} of ${this.axis.length}, ${where}`);
    this.counter.textContent = `${this.at} / ${this.axis.length}`;
    for (const stop of this.element.querySelectorAll(".stop")) {
      const at = Number(stop.dataset.at);
      stop.classList.toggle("done", at <= this.at);
      if (at === this.at) stop.setAttribute("aria-current", "step");
      else stop.removeAttribute("aria-current");
    }
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.at >= this.axis.length) this.go(0);
    this.button.textContent = "II";
    this.button.setAttribute("aria-label", "Pause");
    this.button.setAttribute("aria-pressed", "true");
    this.timer = setInterval(() => {
      this.go(this.at + 1);
      if (this.at >= this.axis.length) this.stop();
    }, PACE);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "▶";
    this.button.setAttribute("aria-label", "Play");
    this.button.setAttribute("aria-pressed", "false");
  }

  /** Keys that work wherever the focus is, unless it is where keys write or choose. @param {KeyboardEvent} event */
  key(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (event.altKey || event.ctrlKey || event.metaKey || target?.closest("input, select, textarea, pre, .scroll")) return;
    const to = { ArrowLeft: () => this.at - 1, ArrowRight: () => this.at + 1, "[": () => this.next(-1), "]": () => this.next(1) }[event.key];
    if (to) { event.preventDefault(); this.stop(); this.go(to()); }
    else if (event.key === "p") this.toggle();
  }
}
