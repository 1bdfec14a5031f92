// Choosing: the reader says what matters, the page shows who meets it. It ranks nothing.

/** @param {Report} report @param {Address} address @returns {HTMLElement} */
function chooseView(report, address) {
  const result = el("div", { class: "result-pane" });
  const draw = () => { const now = parseAddress(location.hash); result.replaceChildren(...resultOf(report, now, chosenDatabase(report, now))); };
  const database = chosenDatabase(report, address);
  const view = el("div", { class: "choose" },
    el("div", { class: "marks" },
      el("h2", { id: "title", tabindex: -1 }, "What matters to you?"),
      el("p", {}, "Mark the rows you care about, and the outcomes you accept there. The marks are in the address: send it, and others see the same. Nothing is ranked; columns stand in the order of the report."),
      report.databases.length > 1 ? databasePicker(report, database) : null,
      [...grouped(report.rows)].map(([theme, rows]) => el("section", {}, el("h3", {}, themeTitle(theme)), rows.map((row) => markForm(row, database, address, draw))))),
    result, knownTable(report));
  draw();
  return view;
}

/** Marks are about one database: on another the same code may do otherwise. @param {Report} report @param {Address} address */
function chosenDatabase(report, address) {
  return visibleDatabases(report, address)[0];
}

/** @param {Report} report @param {string} database */
function databasePicker(report, database) {
  return el("fieldset", { class: "switch" }, el("legend", {}, "On"), report.databases.map((name) => el("label", {},
    el("input", { type: "radio", name: "on", value: name, checked: name === database, change: () => { location.hash = addressWith({ database: name }); } }), el("span", {}, name))));
}

/** @param {Row} row @param {string} database @param {Address} address @param {() => void} draw */
function markForm(row, database, address, draw) {
  const cells = row.cells.filter((cell) => cell.database === database), found = address.marks.get(row.name);
  const form = el("fieldset", { class: "markform" }, el("legend", {}, rowTitle(row.question)));
  const outcomes = el("div", { class: "outcomes", role: "group", "aria-label": "Accepted outcomes" }, [...choices(cells)].map(([text, own]) =>
    el("label", {}, el("input", { type: "checkbox", value: fingerprint(text), checked: found?.accepted.includes(fingerprint(text)), change: () => changed() }),
      el("span", {}, text, el("small", {}, own.map((cell) => cell.implementation).join(", "), own[0].state === "promise broken" ? " · ✗ breaks a promise" : "")))));
  const changed = () => {
    const weight = form.querySelector("input[type=radio]:checked")?.value ?? "";
    const accepted = [...outcomes.querySelectorAll("input:checked")].map((box) => box.value);
    outcomes.hidden = !weight;
    remember(row.name, weight, accepted);
    draw();
  };
  outcomes.hidden = !found;
  form.append(el("div", { class: "switch weights" }, [["", "don’t care"], ["nice", "nice"], ["must", "must"]].map(([value, text]) =>
    el("label", {}, el("input", { type: "radio", name: `mark ${row.name}`, value, checked: (found?.weight ?? "") === value, change: changed }), el("span", {}, text)))),
  outcomes);
  return form;
}

/** @param {string} name @param {string} weight @param {string[]} accepted */
function remember(name, weight, accepted) {
  const { marks } = parseAddress(location.hash);
  if (weight === "must" || weight === "nice") marks.set(name, { weight, accepted });
  else marks.delete(name);
  replaceAddress({ marks });
}

/** @param {Report} report @param {Address} address @param {string} database @returns {Node[]} */
function resultOf(report, address, database) {
  const marked = markedRows(report, address, database), names = visibleImplementations(report, address);
  return [
    el("h2", {}, `Who meets the marks on ${database}`),
    marked.length ? summaryTable(marked, names) : el("p", { class: "empty" }, "No row is marked yet."),
    ...(marked.length ? [el("h3", {}, "Rows that decide"), decidingTable(marked, names, address)] : []),
    el("h3", {}, "Decision record"), el("p", {}, "Markdown, with links to the evidence of each row:"),
    el("div", { class: "buttons" }, copier("Copy", () => decisionRecord(report, address, database)),
      el("button", { type: "button", class: "quiet", click: () => save("decision.md", decisionRecord(report, address, database)) }, "Save decision.md"),
      copier("Copy link to these marks", () => wholeAddress(location.hash))),
    el("details", {}, el("summary", {}, "Read it here"), el("pre", { tabindex: 0, role: "region", "aria-label": "Decision record" }, decisionRecord(report, address, database))),
  ];
}

/** @param {Marked[]} marked @param {string[]} names */
function summaryTable(marked, names) {
  const cell = (/** @type {{met: number, of: number}} */ one) => el("td", { class: one.of && one.met === one.of ? "meets" : "" }, one.of ? `${one.met === one.of ? "✓ " : ""}${one.met} of ${one.of}` : "–");
  return el("table", { class: "plain" }, el("thead", {}, el("tr", {}, ["implementation", "must", "nice"].map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, names.map((name) => el("tr", {}, el("th", { scope: "row" }, name), cell(met(marked, name, "must")), cell(met(marked, name, "nice"))))));
}

/** @param {Marked[]} marked @param {string[]} names @param {Address} address */
function decidingTable(marked, names, address) {
  const rows = deciding(marked);
  if (!rows.length) return el("p", { class: "empty" }, "None: all meet the same marks.");
  return el("ul", { class: "deciding" }, rows.map((decides) => el("li", {},
    el("a", { href: openAddress(address, decides.row, firstOfEach(decides.cells).slice(0, MOST)) }, rowTitle(decides.row.question)), ` (${decides.mark.weight})`,
    el("ul", {}, names.flatMap((name) => answersOf(decides, name)).map((cell) =>
      el("li", {}, el("b", {}, meets(cell, decides.mark) ? "✓ " : "✗ "), `${cell.implementation}: ${outcomeText(cell)}`))))));
}

/** What teams ask for besides behaviour. It is not measured: each line has a source and the date when it was read. @param {Report} report */
function knownTable(report) {
  const all = /** @type {Record<string, string>[]} */ (JSON.parse(byId("known").textContent ?? "[]"));
  const orms = [...new Set(all.map((one) => one.orm))].filter((orm) => report.header.implementations.some((player) => orm in player.versions));
  if (!orms.length) return null;
  const said = (/** @type {string} */ about, /** @type {string} */ orm) => all.filter((one) => one.about === about && one.orm === orm).map((one) =>
    el("td", {}, el("p", {}, one.says), el("small", {}, outward(one.source), ", read ", el("time", {}, one.read))));
  return el("section", { class: "known" }, el("h2", {}, "Besides behaviour"),
    el("p", { class: "versions" }, "Not measured. Read in each project’s own words, on the date that stands there."),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Facts besides behaviour" }, el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, el("td", {}), orms.map((orm) => el("th", { scope: "col" }, orm)))),
      el("tbody", {}, [...new Set(all.map((one) => one.about))].map((about) => el("tr", {}, el("th", { scope: "row" }, about), orms.flatMap((orm) => said(about, orm))))))));
}
