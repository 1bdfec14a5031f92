// Which cells stand side by side, and how the address calls them.

const MOST = 3;

/** @param {Cell} cell */
function cellKey(cell) {
  return `${cell.implementation}@${cell.database}`;
}

/** @param {Cell} cell */
function isOlder(cell) {
  return reports.length > 1 && olderCells(cell).includes(cell);
}

/** What the older of two reports has in the same row. @param {{scenario: string, variant: string}} asked */
function olderCells({ scenario, variant }) {
  const row = reports.length > 1 ? reports[0].rows.find(({ question }) => question.scenario === scenario && question.variant === variant) : null;
  return row?.cells ?? [];
}

/** How the address calls a cell: of two reports, the older one's are told apart. @param {Cell} cell */
function shownKey(cell) {
  return `${cellKey(cell)}${isOlder(cell) ? "@before" : ""}`;
}

/**
 * The cells that the address names, or else the first of each outcome.
 * @param {Report} report @param {Row} row @param {Address} address
 */
function shownCells(report, row, address) {
  const known = [...row.cells, ...olderCells(row.question)];
  const named = address.shown.map((key) => known.find((cell) => shownKey(cell) === key)).filter((cell) => cell !== undefined);
  if (named.length) return named.slice(0, MOST);
  const database = visibleDatabases(report, address)[0];
  return firstOfEach(visibleCells(report, row, address).filter((cell) => cell.database === database)).slice(0, 2);
}

/** @param {Cell[]} cells */
function firstOfEach(cells) {
  const found = alike(cells).map((group) => group[0]);
  return found.length > 1 ? found : cells;
}

/** With a cell, another that did otherwise, to compare it with. @param {Cell} cell @param {Cell[]} others */
function withAnother(cell, others) {
  const same = others.filter((one) => one.database === cell.database && one !== cell);
  const other = same.find((one) => one.outcome && behaviour(one) !== behaviour(cell));
  const order = same.concat(cell);
  return other ? [cell, other].sort((one, two) => others.indexOf(one) - others.indexOf(two)) : order.length ? [cell] : [];
}
