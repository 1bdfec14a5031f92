// The state of the page is its address: any view and any cell can be sent to somebody.

/** @returns {Address} */
function emptyAddress() {
  return { view: "matrix", row: "", text: "", theme: "", database: "", hidden: [], only: "", shown: [], at: -1, marks: new Map() };
}

/** @param {string} hash @returns {Address} */
function parseAddress(hash) {
  const [path, query] = cut(hash.replace(/^#/, ""), "?");
  const [view, row] = cut(path.replace(/^\//, ""), "/");
  const given = new URLSearchParams(query);
  const at = given.get("at");
  return {
    view: view || "matrix",
    row: decoded(row),
    text: given.get("q") ?? "",
    theme: given.get("theme") ?? "",
    database: given.get("db") ?? "",
    hidden: split(given.get("hide")),
    only: given.get("only") ?? "",
    shown: split(given.get("show")),
    at: at !== null && /^\d+$/.test(at) ? Number(at) : -1,
    marks: parseMarks(given.get("marks") ?? ""),
  };
}

/** @param {Address} address */
function formatAddress(address) {
  const query = new URLSearchParams();
  const parts = {
    q: address.text, theme: address.theme, db: address.database, hide: joined(address.hidden), only: address.only,
    show: joined(address.shown), at: address.at >= 0 ? String(address.at) : "", marks: formatMarks(address.marks),
  };
  for (const [name, value] of Object.entries(parts)) if (value) query.set(name, value);
  const row = address.row ? `/${address.row.split("/").map(encodeURIComponent).join("/")}` : "";
  const path = address.view === "matrix" ? "/" : `/${address.view}${row}`;
  return `#${path}${query.size ? `?${query}` : ""}`;
}

/** @param {Map<string, Mark>} marks */
function formatMarks(marks) {
  return [...marks].map(([row, mark]) =>
    [mark.weight === "must" ? "m" : "n", encodeURIComponent(row), ...mark.accepted].join("~")).join(",");
}

/** @param {string} text @returns {Map<string, Mark>} */
function parseMarks(text) {
  const marks = new Map();
  for (const part of text.split(",")) {
    const [weight, row, ...accepted] = part.split("~");
    if (row && (weight === "m" || weight === "n")) {
      marks.set(decoded(row), { weight: weight === "m" ? "must" : "nice", accepted });
    }
  }
  return marks;
}

/** Where to go from here, with some of it changed. @param {Partial<Address>} changes */
function addressWith(changes) {
  return formatAddress({ ...parseAddress(location.hash), ...changes });
}

/** Change the address without leaving a trace in the history. @param {Partial<Address>} changes */
function replaceAddress(changes) {
  history.replaceState(null, "", addressWith(changes));
}

/** The whole address, to be sent to somebody. @param {string} hash */
function wholeAddress(hash) {
  return location.href.replace(/#.*$/, "") + hash;
}

/** A short name of a text that is the same in every report. @param {string} text */
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (const letter of new TextEncoder().encode(text)) hash = Math.imul(hash ^ letter, 0x01000193) >>> 0;
  return hash.toString(36);
}

/** @param {string} text @param {string} at @returns {[string, string]} */
function cut(text, at) {
  const place = text.indexOf(at);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 1)];
}

/** @param {string | null} text */
function split(text) {
  return text ? text.split(",").filter(Boolean).map(decoded) : [];
}

/** @param {string[]} words */
function joined(words) {
  return words.map((word) => word.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
