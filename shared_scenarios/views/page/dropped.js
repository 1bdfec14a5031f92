// A report.jsonl that is dropped on the page is compared with the one that the page holds.

/** @param {string} text @param {string} name @returns {Report} the report; an Error that says why it is none */
function parseReport(text, name) {
  const lines = text.split("\n").filter(Boolean).map((line, place) => record(line, name, place + 1));
  const header = lines[0], footer = lines[lines.length - 1], cells = lines.slice(1, -1);
  if (header?.record !== "header" || !Array.isArray(header.questions)) throw new Error(`${name} is not a report of ormatrix. Drop a report.jsonl that a run wrote.`);
  if (header.format !== reports[0].header.format) throw new Error(`${name} has format ${header.format}; this page reads format ${reports[0].header.format}.`);
  if (footer?.record !== "footer") throw new Error(`${name} is incomplete: it ends without a footer, after line ${lines.length}.`);
  if (footer.cells !== cells.length) throw new Error(`${name} holds ${count(cells.length, "cell")} and announces ${footer.cells}.`);
  const known = new Map(cells.map((cell) => [[cell.scenario, cell.variant, cellKey(cell)].join("\n"), cell]));
  return reportOf(header, (question, database, implementation) => {
    const cell = known.get([question.scenario, question.variant, `${implementation}@${database}`].join("\n"));
    if (!cell) throw new Error(`${name} does not hold the cells that its header announces.`);
    return wholeCell(cell);
  });
}

/** @param {string} line @param {string} name @param {number} number @returns {any} */
function record(line, name, number) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${name}, line ${number} cannot be understood.`);
  }
}

/** What a report leaves out where it is usual. @param {any} cell @returns {Cell} */
function wholeCell(cell) {
  const usual = { outcome: "", facts: {}, broken: [], reason: "", failure: null, explanation: "", docs: "", source: null, timeline: [] };
  const events = (cell.timeline ?? []).map((/** @type {any} */ event) => (event.event === "statement"
    ? { end: null, after: null, values: [], returned: null, affected: null, error: null, lines: [], role: "work", actor: "answer", tag: null, exact: true, group: 0, fault: "", ...event }
    : { lines: [], ...event }));
  return { ...usual, ...cell, timeline: events };
}

function listenForFiles() {
  addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dropping"); });
  addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) compareWith(file);
  });
  byId("file").addEventListener("change", (event) => {
    const file = /** @type {HTMLInputElement} */ (event.target).files?.[0];
    if (file) compareWith(file);
  });
}

/** The older of the two stands first. @param {File} file */
async function compareWith(file) {
  const problem = byId("problem");
  problem.textContent = "";
  try {
    const other = parseReport(await file.text(), file.name), own = reports[reports.length - 1];
    reports = other.header.created < own.header.created ? [other, own] : [own, other];
    showVersions(reports[1]);
    location.hash = addressWith({ view: "changes", row: "", shown: [], at: -1 });
    route();
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
  }
}
