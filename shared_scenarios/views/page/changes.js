// Two reports: what changed from the first to the second, cell by cell.

/** @typedef {{row: Row, before: Cell | null, after: Cell | null, facts: [string, unknown, unknown][]}} CellChange */

/** What counts as behaviour: state, outcome, facts and broken promises; not the lines of code that led there. @param {Cell} cell */
function behaviourText(cell) {
  return JSON.stringify([cell.state, cell.outcome, sorted(cell.facts), cell.broken]);
}

/** @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).map(([name, one]) => [name, sorted(one)]).sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

/** @param {Report} before @param {Report} after @returns {CellChange[]} */
function changesBetween(before, after) {
  const old = cellsByKey(before), now = cellsByKey(after);
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((key) => changeOf(old.get(key), now.get(key)));
}

/** @typedef {{row: Row, cell: Cell}} Place */

/** @param {Place | undefined} one @param {Place | undefined} other @returns {CellChange[]} */
function changeOf(one, other) {
  if (!one) return other ? [{ row: other.row, before: null, after: other.cell, facts: [] }] : [];
  if (!other) return [{ row: one.row, before: one.cell, after: null, facts: [] }];
  if (behaviourText(one.cell) === behaviourText(other.cell)) return [];
  return [{ row: other.row, before: one.cell, after: other.cell, facts: factChanges(one.cell, other.cell) }];
}

/** @param {Report} report @returns {Map<string, Place>} */
function cellsByKey(report) {
  return new Map(report.rows.flatMap((row) => row.cells.map((cell) => [`${row.name}\n${cellKey(cell)}`, { row, cell }])));
}

/** @param {Cell} before @param {Cell} after @returns {[string, unknown, unknown][]} */
function factChanges(before, after) {
  return [...new Set([...Object.keys(before.facts), ...Object.keys(after.facts)])]
    .map((name) => /** @type {[string, unknown, unknown]} */ ([name, before.facts[name], after.facts[name]]))
    .filter(([, one, other]) => JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)));
}

/** @param {Report} before @param {Report} after @param {Address} address @returns {HTMLElement} */
function changesView(before, after, address) {
  const found = changesBetween(before, after), cells = new Set([...cellsByKey(before).keys(), ...cellsByKey(after).keys()]).size;
  return el("div", { class: "changes" }, el("h2", { id: "title", tabindex: -1 }, found.length ? `${count(found.length, "cell")} of ${cells} behave otherwise` : `None of ${count(cells, "cell")} behaves otherwise`),
    sidesOf(before, after),
    found.length ? el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "What changed" }, el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, ["cell", "before", "after", "facts that changed"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, found.map((change) => changeRow(change, address))))) : null);
}

/** @param {Report} before @param {Report} after */
function sidesOf(before, after) {
  const rows = versionRows(before.header, after.header);
  return el("table", { class: "plain sides" }, el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, "before"), el("th", { scope: "col" }, "after"))),
    el("tbody", {}, rows.map(([name, one, other]) => el("tr", { class: one === other ? "" : "moved" }, el("th", { scope: "row" }, name), el("td", {}, one), el("td", {}, other)))));
}

/** @param {Header} before @param {Header} after @returns {[string, string, string][]} */
function versionRows(before, after) {
  const one = allVersions(before), other = allVersions(after);
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.map((name) => /** @type {[string, string, string]} */ ([name, one[name] ?? "–", other[name] ?? "–"])).filter(([name, old, now]) => old !== now || name === "recorded");
}

/** @param {Header} header @returns {Record<string, string>} */
function allVersions(header) {
  return Object.assign({ recorded: header.created.slice(0, 16).replace("T", " "), ormatrix: header.ormatrix, Python: header.python }, ...header.implementations.map((one) => one.versions), ...Object.values(header.databases));
}

/** @param {CellChange} change @param {Address} address */
function changeRow({ row, before, after, facts }, address) {
  const cell = after ?? before;
  if (!cell) return null;
  const side = (/** @type {Cell | null} */ one) => el("td", { class: one && isFault(one) ? "fault" : "" }, one ? `${SIGNS[one.state]} ${outcomeText(one)}`.trim() : "no such cell");
  const title = [rowTitle(row.question), el("code", {}, `${row.name}`), el("small", {}, `${cell.implementation} on ${cell.database}`)];
  return el("tr", {}, el("th", { scope: "row" }, after ? el("a", { href: openAddress(address, row, [before, after].filter(isGiven)) }, title) : title), side(before), side(after),
    el("td", {}, facts.map(([name, one, other]) => el("div", {}, `${name.replaceAll("_", " ")}: ${one === undefined ? "–" : factText(one)} → ${other === undefined ? "–" : factText(other)}`))));
}
