// The matrix: themes and questions down, implementations across, databases within a cell.

/** @param {Report} report @param {Address} address @returns {HTMLElement} */
function matrixView(report, address) {
  const table = el("div", { id: "table" });
  table.append(tableOf(report, address));
  return el("div", { class: "matrix" }, filters(report, address, (changes) => {
    replaceAddress(changes);
    const now = parseAddress(location.hash);
    table.replaceChildren(tableOf(report, now));
    pressed(now);
  }), table, legendOf());
}

/** @param {Report} report @param {Address} address @param {(changes: Partial<Address>) => void} change */
function filters(report, address, change) {
  const themes = [...new Set(report.rows.map((row) => row.question.theme))];
  return el("form", { class: "filters", role: "search", "aria-label": "Filter the matrix", submit: (/** @type {Event} */ event) => event.preventDefault() },
    el("label", {}, el("span", {}, "Search"), el("input", { type: "search", id: "search", value: address.text, placeholder: "a word, an SQL verb, an error", input: (/** @type {any} */ event) => change({ text: event.target.value }) })),
    el("label", {}, el("span", {}, "Theme"), el("select", { id: "theme", change: (/** @type {any} */ event) => change({ theme: event.target.value }) },
      el("option", { value: "" }, "all"), themes.map((theme) => el("option", { value: theme, selected: theme === address.theme }, themeTitle(theme))))),
    el("label", {}, el("span", {}, "Show"), el("select", { id: "only", change: (/** @type {any} */ event) => change({ only: event.target.value }) },
      [["", "every row"], ["differs", "only what differs"], ["faults", "only broken promises and failures"], ...(report.configurations.length ? [["configured", "only what a configuration changes"]] : [])].map(([value, text]) => el("option", { value, selected: value === address.only }, text)))),
    report.databases.length > 1 ? databaseSwitch(report, address, change) : null,
    columnSwitch(report, change));
}

/** @param {Report} report @param {Address} address @param {(changes: Partial<Address>) => void} change */
function databaseSwitch(report, address, change) {
  return el("fieldset", { class: "switch" }, el("legend", {}, "Database"), ["", ...report.databases].map((name) =>
    el("label", {}, el("input", { type: "radio", name: "database", value: name, checked: name === address.database, change: () => change({ database: name }) }), el("span", {}, name || "all"))));
}

/** @param {Report} report @param {(changes: Partial<Address>) => void} change */
function columnSwitch(report, change) {
  const address = parseAddress(location.hash);
  const one = (/** @type {string} */ label, /** @type {string[]} */ names) =>
    el("label", {}, el("input", { type: "checkbox", value: label, checked: !names.some((name) => address.hidden.includes(name)), change: (/** @type {any} */ event) => {
      const hidden = parseAddress(location.hash).hidden.filter((other) => !names.includes(other));
      change({ hidden: event.target.checked ? hidden : [...hidden, ...names] });
    } }), el("span", {}, label));
  return el("fieldset", { class: "switch columnswitch" }, el("legend", {}, "Implementations"), report.implementations.map((name) => one(name, [name])),
    report.configurations.length ? one("↳ configurations", report.configurations) : null);
}

/** Nothing but what the address says is hidden. @param {Address} address */
function pressed(address) {
  document.title = address.text ? `${address.text} – ormatrix` : "ormatrix";
}

/** @param {Report} report @param {Address} address */
function tableOf(report, address) {
  const names = visibleImplementations(report, address);
  const rows = report.rows.filter((row) => wanted(report, row, address));
  const said = `${count(rows.length, "row")} of ${report.rows.length}`;
  announce(said);
  if (!rows.length) return el("p", { class: "nothing" }, "No row fits these filters. ", el("a", { href: "#/" }, "Show everything"));
  const table = el("table", {}, el("caption", { class: "hidden" }, `What each implementation does, ${said}`),
    el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "question" }, said), names.map((name) => el("th", { scope: "col" }, columnTitle(report, name))))));
  for (const [theme, own] of grouped(rows)) table.append(themePart(report, theme, own, address, names));
  return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "The matrix" }, table);
}

/** @param {Report} report @param {string} name */
function columnTitle(report, name) {
  const player = report.header.implementations.find((one) => one.name === name);
  const [orm, configuration] = cut(name, ":");
  const versions = Object.entries(player?.versions ?? {});
  // The others are drivers and what the ORM is built on.
  const [, version] = versions.find(([one]) => orm.startsWith(one.toLowerCase())) ?? versions[0] ?? ["", ""];
  return [el("b", {}, orm), configuration ? el("span", { class: "configuration" }, configuration) : null, el("small", {}, version)];
}

/** @param {Row[]} rows @returns {Map<string, Row[]>} */
function grouped(rows) {
  const themes = new Map();
  for (const row of rows) themes.set(row.question.theme, [...(themes.get(row.question.theme) ?? []), row]);
  return themes;
}

/** @param {Report} report @param {Row} row @param {Address} address */
function wanted(report, row, address) {
  if (address.theme && row.question.theme !== address.theme) return false;
  const cells = visibleCells(report, row, address), configured = visibleConfigured(report, row, address);
  if (address.only === "differs" && !differ(cells)) return false;
  if (address.only === "faults" && ![...cells, ...configured].some(isFault)) return false;
  if (address.only === "configured" && !configured.some((cell) => isChanged(row, cell))) return false;
  return !address.text || searchable(row, [...cells, ...configured], configured).includes(address.text.toLowerCase());
}

/** @param {Row} row @param {Cell[]} cells @param {Cell[]} configured */
function searchable(row, cells, configured) {
  const { title, what, question, why } = row.question;
  return [row.name, title, what, question, why, ...configured.map((cell) => cell.implementation), ...cells.flatMap((cell) => [cell.outcome, cell.explanation, cell.reason, cell.state])].join("\n").toLowerCase();
}

/** @param {Report} report @param {string} theme @param {Row[]} rows @param {Address} address @param {string[]} names */
function themePart(report, theme, rows, address, names) {
  const body = el("tbody", {}, el("tr", { class: "theme" }, el("th", { scope: "colgroup", colspan: names.length + 1 }, themeTitle(theme))));
  let last = "";
  for (const row of rows) {
    body.append(rowOf(report, row, address, names, row.question.scenario !== last));
    last = row.question.scenario;
  }
  return body;
}

/** @param {Report} report @param {Row} row @param {Address} address @param {string[]} names @param {boolean} first */
function rowOf(report, row, address, names, first) {
  const cells = visibleCells(report, row, address), configured = visibleConfigured(report, row, address);
  const groups = groupsOf([...cells, ...configured]);
  const { title, what } = row.question;
  return el("tr", { "data-row": row.name },
    el("th", { scope: "row", class: `question${first ? "" : " again"}` }, el("a", { href: openAddress(address, row, []) },
      el("b", {}, title), what && el("span", {}, what)), el("code", {}, row.name)),
    names.map((name) => el("td", {}, alike(cells.filter((cell) => cell.implementation === name)).map((group, _, all) =>
      entryOf(report, row, group, all.length, groups, cells, address)),
    configuredOf(report, row, configured.filter((cell) => baseOf(cell.implementation) === name), groups, address))));
}

/** Under the outcome of an implementation, what its configurations make of it. @param {Report} report @param {Row} row @param {Cell[]} cells @param {Map<string, number>} groups @param {Address} address */
function configuredOf(report, row, cells, groups, address) {
  return [...new Set(cells.map((cell) => cell.implementation))].flatMap((name) => {
    const own = cells.filter((cell) => cell.implementation === name), changed = own.filter((cell) => isChanged(row, cell));
    const same = own.filter((cell) => !changed.includes(cell) && cell.state !== "not applicable");
    return [...alike(changed), ...(same.length ? [same] : [])].map((group) => configuredEntry(report, row, group, group === same, groups, address));
  });
}

/** @param {Report} report @param {Row} row @param {Cell[]} group @param {boolean} same @param {Map<string, number>} groups @param {Address} address */
function configuredEntry(report, row, group, same, groups, address) {
  const cell = group[0], base = cellOf(row, baseOf(cell.implementation), cell.database);
  const { kind, sign, says } = same ? { kind: "quiet", sign: "", says: "changes nothing" } : paint(cell, groups);
  const where = group.length < visibleDatabases(report, address).length ? group.map((one) => one.database).join(", ") : "";
  const [head, ...rest] = (same ? "the same" : outcomeText(cell)).split("; ");
  return el("a", { class: `entry beside ${kind}`, href: openAddress(address, row, [base, cell].filter(isGiven)), title: outcomeText(cell) },
    el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("span", { class: "what" }, el("i", {}, `${same ? "" : "↳ "}${cut(cell.implementation, ":")[1]}`), el("span", { class: "hidden" }, `, ${says}: `),
      el("b", {}, breakable(head)), rest.length ? el("span", {}, rest.join("; ")) : null, where && el("small", {}, where)));
}

/** @param {Report} report @param {Row} row @param {Cell[]} group @param {number} parts @param {Map<string, number>} groups @param {Cell[]} cells @param {Address} address */
function entryOf(report, row, group, parts, groups, cells, address) {
  const cell = group[0], { kind, sign, says } = paint(cell, groups);
  const where = parts > 1 ? group.map((one) => one.database).join(", ") : "";
  const [head, ...rest] = outcomeText(cell).split("; ");
  return el("a", { class: `entry ${kind}`, href: openAddress(address, row, withAnother(cell, cells)), title: outcomeText(cell) },
    el("span", { class: "sign", "aria-hidden": "true" }, sign), el("span", { class: "hidden" }, `${says}: `),
    el("span", { class: "what" }, el("b", {}, breakable(head)), rest.length ? el("span", {}, rest.join("; ")) : null, where && el("small", {}, where)));
}

/** @param {Address} address @param {Row} row @param {Cell[]} cells */
function openAddress(address, row, cells) {
  return formatAddress({ ...address, view: "cell", row: row.name, shown: cells.map(shownKey), at: -1 });
}

function legendOf() {
  const { legend, caveats } = pageData();
  const shapes = el("li", {}, el("b", {}, SHAPES.slice(0, 3).join(" ")), " cells of one sign and colour in a row agree; colours say nothing about which is better");
  return el("aside", { class: "legend" }, el("h2", {}, "Signs"),
    el("ul", {}, shapes, el("li", {}, el("b", {}, "="), " all implementations agree"), legend.filter(([sign]) => ["↳", "✗", "–", "!"].includes(sign)).map(([sign, text]) => el("li", {}, el("b", {}, sign), ` ${text.replace("; the note says which", "").replace("; the note says why", "").replace("; the note says how", "")}`))),
    el("h2", {}, "What this can and cannot prove"), el("ul", {}, caveats.map((text) => el("li", {}, text))));
}
