// A report.jsonl that is dropped on the page is compared with the one that the page holds. It is refused for what the command refuses.

const NEWLINE = 10;
const NO_DIGEST = "Its digest was not checked: browsers can do that on a page from disk or over https only.";

/** @typedef {{report: Report, warning: string}} Dropped */

/** @param {ArrayBuffer} content @param {string} name @returns {Promise<Dropped>} an Error says why it is no report */
async function parseReport(content, name) {
  const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content).replace(/\n$/, "").split("\n");
  const whole = new Uint8Array(content).at(-1) === NEWLINE;
  mustBeKnown(lines[0], name);
  const records = lines.map((line, place) => record(line, name, place + 1, whole || place < lines.length - 1));
  const header = records[0], footer = records[records.length - 1], cells = records.slice(1, -1);
  if (footer.record !== "footer") throw new Error(`${name} is incomplete: it ends without a footer, after line ${lines.length}`);
  if (cells.some((cell) => cell.record !== "cell")) throw new Error(`${name} has a header or footer in its middle: two files put together?`);
  const digest = await digestOf(content);
  if (digest !== null && digest !== footer.digest) throw new Error(`${name} was changed after it was written: its digest does not fit. Write it again with ormatrix run.`);
  return { report: completeReport(header, cells, footer, name), warning: digest === null ? `${name}: ${NO_DIGEST}` : "" };
}

/** The first line alone tells whether this is a report, and of which format. @param {string} line @param {string} name */
function mustBeKnown(line, name) {
  const { format } = reports[0].header, first = attempted(line);
  if (first?.record !== "header" || !Number.isInteger(first.format)) throw new Error(`${name} is not a report of ormatrix. Drop a report.jsonl that a run wrote.`);
  if (first.format !== format) throw new Error(`${name} has format ${first.format}; this page reads format ${format}`);
}

/** @param {string} line @param {string} name @param {number} number @param {boolean} whole @returns {any} */
function record(line, name, number, whole) {
  const found = attempted(line);
  if (typeof found?.record !== "string") throw new Error(`${name}, line ${number} cannot be understood${whole ? "" : " (the file ends in the middle of it)"}`);
  return found;
}

/** @param {string} line @returns {any} nothing where it is no JSON */
function attempted(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The SHA-256 of every line before the last; nothing where the browser cannot tell. @param {ArrayBuffer} content */
async function digestOf(content) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = new Uint8Array(content);
  const sum = await crypto.subtle.digest("SHA-256", bytes.subarray(0, bytes.lastIndexOf(NEWLINE, -2) + 1));
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The report, if it holds the cells that it announces. @param {Header} header @param {any[]} cells @param {any} footer @param {string} name */
function completeReport(header, cells, footer, name) {
  const known = new Map(cells.map((cell) => [[cell.scenario, cell.variant, cellKey(cell)].join("\n"), cell]));
  const missing = () => new Error(`${name} does not hold the cells that its header announces`);
  const found = reportOf(header, (question, database, implementation) => {
    const cell = known.get([question.scenario, question.variant, `${implementation}@${database}`].join("\n"));
    if (!cell) throw missing();
    return wholeCell(cell);
  });
  const places = found.rows.reduce((sum, row) => sum + row.cells.length, 0);
  if (footer.cells !== places || !sameStates(cells, footer.states)) throw missing();
  return found;
}

/** @param {Cell[]} cells @param {Record<string, number>} states */
function sameStates(cells, states) {
  /** @type {Record<string, number>} */
  const counted = {};
  for (const { state } of cells) counted[state] = (counted[state] ?? 0) + 1;
  return JSON.stringify(sorted(counted)) === JSON.stringify(sorted(states));
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
    const { report: other, warning } = await parseReport(await file.arrayBuffer(), file.name), own = reports[reports.length - 1];
    reports = other.header.created < own.header.created ? [other, own] : [own, other];
    showVersions(reports[1]);
    location.hash = addressWith({ view: "changes", row: "", shown: [], at: -1 });
    route();
    problem.textContent = warning;
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
  }
}
