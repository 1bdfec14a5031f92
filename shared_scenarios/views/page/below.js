// What stands under the timelines: why, where it is written, with which versions, and the evidence itself.

/** @param {Report} report @param {Cell} cell @returns {HTMLElement} */
function belowOf(report, cell) {
  return el("div", { class: "below" },
    faultText(cell),
    avoidedText(report, cell),
    cell.explanation && el("p", { class: "why" }, withCode(cell.explanation)),
    cell.docs && el("p", {}, "Documentation: ", outward(cell.docs)),
    configurationOf(report.header, cell.implementation),
    el("p", { class: "versions" }, `Seen with ${versionsOf(report.header, cell.implementation, cell.database)}.`),
    el("p", {}, "Play it yourself: ", el("code", {}, reproduce(cell)), " ", copier("Copy", () => reproduce(cell))),
    sourceOf(cell), factsOf(cell), rawOf(cell));
}

/** The settings that are not the ORM's default, as they are written in code. @param {Header} header @param {string} implementation */
function configurationOf(header, implementation) {
  const settings = Object.entries(header.implementations.find((one) => one.name === implementation)?.configuration ?? {});
  return settings.length ? el("p", {}, "Configured with ", el("code", {}, settings.map(([name, value]) => `${name}=${settingText(value)}`).join(", ")), ".") : null;
}

/** @param {Setting} value @returns {string} */
function settingText(value) {
  if (typeof value === "object" && value !== null) return `{${Object.entries(value).map(([name, one]) => `"${name}": ${settingText(one)}`).join(", ")}}`;
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : JSON.stringify(value);
}

/** Words between backticks as code. @param {string} text @returns {Node[]} */
function withCode(text) {
  return text.split("`").map((part, place) => el(place % 2 ? "code" : "span", {}, part));
}

/** @param {Cell} cell */
function faultText(cell) {
  const lines = cell.broken.map((promise) => `Broken promise: ${promise}`);
  if (cell.failure) lines.push(failureText(cell.failure));
  if (cell.reason) lines.push(cell.reason);
  return lines.length ? el("div", { class: cell.state === "not applicable" ? "reason" : "reason fault" }, lines.map((line) => el("p", {}, line))) : null;
}

/** Where a promise was broken: what avoids it, as links. @param {Report} report @param {Cell} cell */
function avoidedText(report, cell) {
  const ways = avoidedBy(report, cell);
  return ways.length ? el("p", { class: "avoided" }, "Avoided by ", ways.flatMap(({ name, row, shown }, place) => [
    place ? ", " : "", row ? el("a", { href: openAddress(parseAddress(location.hash), row, shown) }, name) : el("code", {}, name)]), ".") : null;
}

/** What plays these cells of one row and one database. @param {Cell[]} cells */
function reproduce(...cells) {
  const { scenario, variant, database } = cells[0], name = variant ? `${scenario}/${variant}` : scenario;
  return `ormatrix show ${quoted(name)} ${cells.map((cell) => `--orm ${quoted(cell.implementation)}`).join(" ")} --database ${quoted(database)}`;
}

/** For a shell: texts of a report may hold anything. @param {string} word */
function quoted(word) {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** @param {Cell} cell */
function sourceOf(cell) {
  if (!cell.source) return null;
  const { file, line, text } = cell.source;
  const lines = text.replace(/\n$/, "").split("\n"), head = headLength(lines);
  return el("details", { class: "source", open: true }, el("summary", {}, "The whole answer ", el("span", { class: "where" }, `${file}, lines ${line} to ${line + lines.length - 1}`)),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Source of ${cell.implementation}` },
      el("ol", { class: "listing" }, lines.map((code, place) =>
        el("li", { "data-line": line + place }, el("span", { class: "number" }, line + place), el("code", {}, place > 0 && place < head ? el("span", { class: "string" }, code) : highlighted(code)))))));
}

/** @param {Cell} cell */
function factsOf(cell) {
  const facts = Object.entries(cell.facts);
  if (!facts.length) return null;
  return el("details", {}, el("summary", {}, "Facts that the outcome stands on"),
    el("dl", { class: "facts" }, facts.map(([name, value]) => el("div", {}, el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, factText(value))))));
}

/** @param {unknown} value @returns {string} */
function factText(value) {
  if (value === true || value === false) return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(factText).join(", ") || "none";
  if (typeof value === "object" && value !== null) return Object.entries(value).map(([name, one]) => `${name} ${factText(one)}`).join(", ") || "none";
  return valueText(value);
}

/** @param {Cell} cell */
function rawOf(cell) {
  const body = el("div", {});
  const fill = () => {
    if (body.firstChild) return;
    const text = rawText(cell);
    body.append(copier("Copy the evidence", () => text), el("pre", { tabindex: 0, role: "region", "aria-label": `Evidence of ${cell.implementation}` }, text));
  };
  return el("details", { toggle: fill }, el("summary", {}, `Raw evidence, ${count(cell.timeline.length, "event")}`), body);
}

/** @param {Cell} cell */
function rawText(cell) {
  const names = /** @type {const} */ (["scenario", "variant", "implementation", "database", "state", "outcome", "facts", "broken", "reason", "failure", "explanation", "docs", "source", "timeline"]);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, cell[name]])), null, 1);
}
