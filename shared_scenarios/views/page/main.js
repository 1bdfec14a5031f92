// Puts the view that the address names on the page.

/** @type {PageData | null} */
let theData = null;
/** @type {Report[]} */
let reports = [];
/** The row that is open, so that keys and a new address find it. @type {Opened | null} */
let opened = null;
let shownView = "";
let scrolled = 0;

function pageData() {
  if (!theData) throw new Error("the data of the page has not been read yet");
  return theData;
}

/** The data stands compressed in the page, in comments. @returns {Promise<PageData>} */
async function readData() {
  if (!("DecompressionStream" in globalThis)) throw new Error("This browser cannot unpack the data of the page. Open it in Chrome or Edge 111, Firefox 113, Safari 16.4 or newer.");
  try {
    const text = Array.from(byId("data").childNodes, (piece) => piece.nodeValue ?? "").join("");
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  } catch (error) {
    throw new Error(`The data of this page is damaged (${error}). Write the page again with ormatrix html.`);
  }
}

function route() {
  const address = parseAddress(location.hash), report = reports[reports.length - 1];
  if (shownView === "matrix") scrolled = scrollY;
  opened?.scrubber.stop();
  opened = null;
  byId("main").replaceChildren(viewOf(report, address));
  document.title = titleOf(report, address);
  for (const link of document.querySelectorAll("#views a")) markLink(/** @type {HTMLAnchorElement} */ (link), address);
  if (shownView) settle(address);
  shownView = address.view;
}

/** @param {Report} report @param {Address} address @returns {HTMLElement} */
function viewOf(report, address) {
  if (address.view === "choose") return chooseView(report, address);
  if (address.view === "changes" && reports.length > 1) return changesView(reports[0], report, address);
  if (address.view !== "cell") return matrixView(report, address);
  const row = report.rows.find((one) => one.name === address.row);
  if (!row) return el("p", { class: "nothing" }, `This report has no row called ${address.row}. `, el("a", { href: "#/" }, "Show the matrix"));
  opened = new Opened(report, row, address);
  return opened.element;
}

/** Where the reader is after a change of view. @param {Address} address */
function settle(address) {
  scrollTo(0, address.view === "matrix" ? scrolled : 0);
  if (address.view !== shownView) document.getElementById("title")?.focus({ preventScroll: true });
}

/** @param {Report} report @param {Address} address */
function titleOf(report, address) {
  const row = address.view === "cell" ? report.rows.find((one) => one.name === address.row) : null;
  return row ? `${rowTitle(row.question)} – ormatrix` : "ormatrix: what your ORM does";
}

/** The views by name, each with the filters that are set. @param {HTMLAnchorElement} link @param {Address} address */
function markLink(link, address) {
  const view = link.dataset.view ?? "matrix";
  link.href = formatAddress({ ...address, view, row: "", shown: [], at: -1 });
  link.hidden = view === "changes" && reports.length < 2;
  if (address.view === view) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

/** @param {Report} report */
function showVersions(report) {
  const { header } = report;
  byId("made").replaceChildren(`${count(report.rows.length, "question")}, ${count(report.implementations.length, "implementation")}, ${report.configurations.length ? `${count(report.configurations.length, "configuration")}, ` : ""}${count(report.databases.length, "database")}. ${versionLine(header)}. Recorded ${header.created.slice(0, 10)} by ormatrix ${header.ormatrix}.`);
}

/** @param {Header} header */
function versionLine(header) {
  const { recorded: _, ormatrix: __, ...versions } = allVersions(header);
  return Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
}

async function begin() {
  theData = await readData();
  reports = unpack(theData);
  showVersions(reports[reports.length - 1]);
  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    opened?.scrubber.key(event);
    if (event.key === "Escape" && opened) location.hash = addressWith({ view: "matrix", row: "", shown: [], at: -1 });
    if (event.key === "/" && !(event.target instanceof Element && event.target.closest("input, select, textarea"))) {
      const search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });
  byId("skip").addEventListener("click", (event) => { event.preventDefault(); byId("main").focus(); });
  listenForFiles();
  route();
  document.querySelector("footer")?.removeAttribute("hidden");
  byId("waiting").remove();
}

begin().catch((error) => {
  byId("waiting").remove();
  byId("problem").textContent = error instanceof Error ? error.message : String(error);
});
