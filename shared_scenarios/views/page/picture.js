// The picture of one moment: what the program holds, what the transaction sees, what is committed.

/** @param {Frame} frame @param {Frame | null} before what stood there before, to mark what is new @returns {HTMLElement} */
function pictureOf(frame, before) {
  return el("div", { class: "picture" },
    place("memory", "In your program", memoryCaption(frame), objectCards(frame.objects, before?.objects ?? {}, frame.stale)),
    arrow(frame.flow, ["write", "read", "direct", "refused"]),
    place("transaction", "In the transaction", transactionCaption(frame), transactionCards(frame, before), frame.state),
    arrow(frame.flow, ["commit", "discard", "direct"]),
    place("committed", "Committed", committedCaption(frame), committedCards(frame, before)));
}

/** @param {string} kind @param {string} title @param {string} caption @param {Node[]} cards @param {string} [state] */
function place(kind, title, caption, cards, state) {
  return el("section", { class: `place ${kind}`, "data-state": state },
    el("h3", {}, title), el("p", { class: "caption" }, caption), cards);
}

/** @param {Flow} happened @param {Flow["kind"][]} kinds */
function arrow(happened, kinds) {
  const lit = kinds.includes(happened.kind);
  const signs = { write: "→", read: "←", direct: "→", commit: "→", discard: "✕", refused: "✕", none: "→" };
  return el("div", { class: "arrow", "data-flow": lit ? happened.kind : "none", "aria-hidden": "true" },
    el("b", {}, lit ? happened.verb : ""), el("span", {}, lit ? signs[happened.kind] : "→"));
}

/** @param {Frame} frame */
function memoryCaption(frame) {
  if (!frame.looked) return "nobody has looked yet";
  return frame.fresh ? `objects, looked at now (◆ ${frame.looked})` : `objects, as they were at ◆ ${frame.looked}`;
}

/** @param {Frame} frame */
function transactionCaption(frame) {
  if (!frame.transactions.length) return "none is open";
  if (frame.transactions.some((one) => one.waiting)) return "waits for another connection";
  if (frame.state === "failed" || frame.transactions.every((one) => one.state === "failed")) return "failed: refuses all work";
  return "open: only this connection sees it";
}

/** @param {Frame} frame */
function committedCaption(frame) {
  if (frame.locked && frame.fresh) return "locked: others cannot look";
  return frame.observed ? `what everyone sees, seen at ◆ ${frame.observed}` : "what everyone sees, by the SQL so far";
}

/** @param {Record<string, Shown>} objects @param {Record<string, Shown>} before @param {boolean} stale @returns {Node[]} */
function objectCards(objects, before, stale) {
  if (!Object.keys(objects).length) return [el("p", { class: "empty" }, "no object is shown here")];
  return Object.entries(objects).flatMap(([name, seen]) => {
    const old = before[name];
    if (Array.isArray(seen)) return seen.length ? seen.map((one, number) => objectCard(`${name}[${number}]`, one, null, stale)) : [valueCard(name, "(empty)", false)];
    return [isLook(seen) ? objectCard(name, seen, isLook(old) ? old : null, stale) : valueCard(name, valueText(seen), old !== undefined && old !== seen)];
  });
}

/** @param {string} name @param {Look} look @param {Look | null} old @param {boolean} stale whether SQL was sent since it was looked at */
function objectCard(name, look, old, stale) {
  const names = ordered([...Object.keys(look.fields), ...(look.expired ?? [])], `${look.type.toLowerCase()}s`);
  const fields = names.map((field) => {
    const expired = look.expired?.includes(field), unsent = !stale && look.changed?.includes(field);
    const value = expired ? "expired" : valueText(look.fields[field]);
    const fresh = old !== null && !expired && !equal(old.fields[field], look.fields[field]);
    return fieldRow(field, value, [expired && "expired", unsent && "unsent", fresh && "fresh"], unsent ? "not sent" : "");
  });
  return el("article", { class: `card object${stale ? " stale" : ""}`, "data-state": look.state },
    el("header", {}, el("b", {}, name), el("span", { class: "label" }, look.label ?? look.type), el("em", {}, look.state)), el("dl", {}, fields));
}

/** @param {string} name @param {string} value @param {boolean} fresh */
function valueCard(name, value, fresh) {
  return el("article", { class: "card value" }, el("dl", {}, fieldRow(name, value, [fresh && "fresh"], "")));
}

/** @param {string} name @param {string} value @param {(string | false | undefined)[]} classes @param {string} note */
function fieldRow(name, value, classes, note) {
  return el("div", { class: ["field", ...classes].filter(Boolean).join(" ") },
    el("dt", {}, name), el("dd", {}, value, note && el("small", {}, note)));
}

/** Columns in the order of the table. @param {string[]} names @param {string} table */
function ordered(names, table) {
  const known = COLUMNS[table] ?? [];
  const rank = (/** @type {string} */ name) => (known.includes(name) ? known.indexOf(name) : known.length);
  return [...new Set(names)].sort((one, other) => rank(one) - rank(other));
}

/** @param {Frame} frame @param {Frame | null} before @returns {Node[]} */
function transactionCards(frame, before) {
  if (!frame.transactions.length) return [el("p", { class: "empty" }, "A statement sent now is committed at once, or begins a transaction.")];
  return frame.transactions.flatMap((one) => {
    if (one.state === "failed") return [el("p", { class: "empty" }, "What it wrote will be lost. Every statement is refused until it is rolled back.")];
    const old = before?.transactions.find((other) => other.connection === one.connection);
    const many = frame.transactions.length > 1 ? [el("p", { class: "who" }, one.connection)] : [];
    const marks = one.savepoints ? [el("p", { class: "who" }, count(one.savepoints, "savepoint"))] : [];
    return [...many, ...marks, ...rowCards(one.rows, old?.rows ?? frame.committed ?? [], "no rows")];
  });
}

/** @param {Frame} frame @param {Frame | null} before @returns {Node[]} */
function committedCards(frame, before) {
  if (!frame.committed) return [el("p", { class: "empty" }, "nobody has looked yet")];
  return rowCards(frame.committed, before?.committed ?? frame.committed, "no rows");
}

/** @param {Stored[]} rows @param {Stored[]} before @param {string} none @returns {Node[]} */
function rowCards(rows, before, none) {
  if (!rows.length) return [el("p", { class: "empty" }, none)];
  const known = new Map(before.map((row) => [`${row.table} ${normal(row.fields["id"])}`, row]));
  return rows.map((row) => rowCard(row, known.get(`${row.table} ${normal(row.fields["id"])}`)));
}

/** @param {Stored} row @param {Stored | undefined} old */
function rowCard(row, old) {
  const words = { new: "new, not committed", changed: "changed, not committed", deleted: "deleted, not committed" };
  const fields = Object.entries(row.fields).map(([column, value]) => {
    const changed = row.before !== undefined && !equal(row.before[column], value);
    const fresh = old !== undefined && !equal(old.fields[column], value);
    return fieldRow(column, storedText(column, value), [changed && "own", fresh && "fresh"], "");
  });
  return el("article", { class: `card row ${row.own ?? "everyone"}${old ? "" : " arrives"}` },
    el("header", {}, el("b", {}, row.table), row.own && el("em", {}, words[row.own])), el("dl", {}, fields));
}

/** Databases store true as 1; the reader compares it with the object's. @param {string} column @param {Scalar | undefined} value */
function storedText(column, value) {
  if (value === undefined) return "given by the database";
  return column.startsWith("is_") && (value === 0 || value === 1) ? String(value === 1) : valueText(value);
}
