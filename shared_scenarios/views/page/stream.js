// The answer as it ran, reading downward: the lines of code and, under each, what the database received.

/**
 * What one story has up to a checkpoint.
 * @param {Story | null} story @param {string} name @param {boolean} many whether to name connections
 */
function streamPart(story, name, many) {
  const segment = story?.segments.find((one) => one.checkpoint === name);
  if (!segment) return el("div", { class: "part missing" }, el("p", { class: "empty" }, name && story ? "not reached" : ""));
  return el("div", { class: "part" }, el("ol", { class: "stream" }, segment.items.map((item) => itemRow(item, many))));
}

/** @param {Item} item @param {boolean} many */
function itemRow(item, many) {
  const row = el("li", { class: `item ${item.kind}`, "data-step": item.step + 1, "data-where": item.number ? `${item.kind === "helper" ? item.aside : ""}:${item.number}` : null });
  row.append(...itemParts(item, many));
  return row;
}

/** @param {Item} item @param {boolean} many @returns {Node[]} */
function itemParts(item, many) {
  if (item.kind === "code") return [el("span", { class: "number" }, item.number), el("code", {}, highlighted(item.text)), ...aside(item.aside)];
  if (item.kind === "helper") return [el("span", { class: "number" }, "↳"), el("code", {}, el("i", {}, `${item.aside}:${item.number} `), highlighted(item.text))];
  if (item.event?.event === "statement") return statementParts(item, item.event, many);
  return [el("span", { class: "number" }), el("span", { class: "text" }, item.text)];
}

/** @param {string | undefined} text @returns {Node[]} */
function aside(text) {
  return text ? [el("span", { class: "aside" }, text)] : [];
}

/** @param {Item} item @param {Statement} event @param {boolean} many @returns {Node[]} */
function statementParts(item, event, many) {
  const band = el("span", { class: "band", "data-state": item.state, title: bandText(item.state) }, el("span", { class: "hidden" }, bandText(item.state)));
  const who = event.actor !== "answer" ? event.actor : many ? event.connection : "";
  const values = event.values.length ? ` (${event.values.map(valueText).join(", ")})` : "";
  const housekeeping = event.role === "housekeeping" ? el("small", {}, "housekeeping ") : null;
  const fault = event.fault ? el("small", {}, ` ${event.fault} `) : null;
  return [band, el("span", { class: "sql" },
    who ? el("span", { class: "who" }, who) : null, housekeeping, el("b", { class: "verb" }, event.text.slice(0, event.verb.length).toUpperCase() === event.verb ? event.verb : ""),
    el("code", {}, sqlRest(event)), values && el("span", { class: "values" }, values), fault, result(event, item.aside ?? "whole"))];
}

/** The text after the verb, on one line. @param {Statement} event */
function sqlRest(event) {
  const text = event.text.replace(/\s+/g, " ").trim();
  return text.toUpperCase().startsWith(event.verb) ? text.slice(event.verb.length) : text;
}

/** @param {Statement} event @param {string} phase */
function result(event, phase) {
  if (phase === "sent") return el("span", { class: "result waits" }, "waits …");
  if (event.error) return el("span", { class: "result error" }, failureText(event.error));
  if (event.tag) return el("span", { class: "result error" }, `the server answers ${event.tag}`);
  if (event.returned !== null) return el("span", { class: "result" }, `→ ${count(event.returned, "row")}`);
  if (event.affected !== null) return el("span", { class: "result" }, `→ ${count(event.affected, "row")} written`);
  return null;
}

/** @param {Item["state"]} state */
function bandText(state) {
  return { none: "no transaction: ", open: "in a transaction: ", failed: "failed transaction: ", waiting: "waiting: " }[state ?? "none"];
}

const PYTHON = /("""[^]*?"""|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*$)|\b(async|await|with|for|in|if|else|elif|try|except|finally|raise|return|def|as|not|is|and|or|lambda|None|True|False|import|from|assert|pass|class|while)\b|(stage\.(?:checkpoint|attempt))/gm;

/** A line of Python with its strings and words told apart. @param {string} text @returns {Node[]} */
function highlighted(text) {
  const parts = [];
  let place = 0;
  for (const found of text.matchAll(PYTHON)) {
    parts.push(document.createTextNode(visible(text.slice(place, found.index))));
    parts.push(el("span", { class: found[1] ? "string" : found[2] ? "word" : "mark" }, found[0]));
    place = found.index + found[0].length;
  }
  return [...parts, document.createTextNode(visible(text.slice(place)))];
}
