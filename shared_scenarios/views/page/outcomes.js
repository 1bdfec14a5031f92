// Which cells agree with which. The same rule as in the matrix: what differs is the state and the outcome.

const SHAPES = ["●", "◆", "▲", "■", "★", "⬟", "✚", "◐"];

/** What is compared. @param {Cell} cell */
function behaviour(cell) {
  return `${cell.state}\n${cell.outcome}`;
}

/** @param {Cell[]} cells */
function differ(cells) {
  return new Set(cells.filter((cell) => cell.outcome).map(behaviour)).size > 1;
}

/**
 * Each behaviour among the cells with a number, in order of appearance: cells of one number agree.
 * @param {Cell[]} cells @returns {Map<string, number>}
 */
function groupsOf(cells) {
  const groups = new Map();
  for (const cell of cells) {
    if (cell.outcome && !groups.has(behaviour(cell))) groups.set(behaviour(cell), groups.size);
  }
  return groups;
}

/** @param {Cell} cell */
function isFault(cell) {
  return FAULTS.includes(cell.state);
}

/**
 * How a cell is painted, and the sign that says the same without colour.
 * @param {Cell} cell @param {Map<string, number>} groups
 * @returns {{kind: string, sign: string, says: string}}
 */
function paint(cell, groups) {
  if (isFault(cell)) return { kind: cell.state === "promise broken" ? "fault" : "failed", sign: SIGNS[cell.state], says: cell.state };
  if (cell.state === "not applicable") return { kind: "without", sign: SIGNS[cell.state], says: cell.state };
  if (groups.size < 2) return { kind: "same", sign: "=", says: "all the same" };
  const group = (groups.get(behaviour(cell)) ?? 0) % SHAPES.length;
  return { kind: `group${group}`, sign: SHAPES[group], says: `outcome ${group + 1} of ${groups.size}` };
}

/**
 * The cells of one implementation, those together that behave alike on several databases.
 * @param {Cell[]} cells @returns {Cell[][]}
 */
function alike(cells) {
  const found = new Map();
  for (const cell of cells) {
    const key = behaviour(cell);
    found.set(key, [...(found.get(key) ?? []), cell]);
  }
  return [...found.values()];
}

/** The columns that are looked at. @param {Report} report @param {Address} address */
function visibleImplementations(report, address) {
  const left = report.implementations.filter((name) => !address.hidden.includes(name));
  return left.length ? left : report.implementations;
}

/** @param {Report} report @param {Address} address */
function visibleDatabases(report, address) {
  return report.databases.includes(address.database) ? [address.database] : report.databases;
}

/** The cells of configurations that are looked at: each with its base. @param {Report} report @param {Row} row @param {Address} address */
function visibleConfigured(report, row, address) {
  const names = visibleImplementations(report, address), databases = visibleDatabases(report, address);
  return row.cells.filter(({ implementation, database }) => report.configurations.includes(implementation)
    && !address.hidden.includes(implementation) && names.includes(baseOf(implementation)) && databases.includes(database));
}

/** Whether a configuration makes another outcome of what its base does. @param {Row} row @param {Cell} cell */
function isChanged(row, cell) {
  const base = cellOf(row, baseOf(cell.implementation), cell.database);
  return base !== undefined && behaviour(base) !== behaviour(cell);
}

/** The cells of a row that are looked at, those of configurations apart. @param {Report} report @param {Row} row @param {Address} address */
function visibleCells(report, row, address) {
  const names = visibleImplementations(report, address), databases = visibleDatabases(report, address);
  return row.cells.filter((cell) => names.includes(cell.implementation) && databases.includes(cell.database));
}
