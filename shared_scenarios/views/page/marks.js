// What a reader cares about: rows marked as must or nice, and the outcomes that are acceptable there.

/** The outcomes of a row on one database, with those that have them. @param {Cell[]} cells @returns {Map<string, Cell[]>} */
function choices(cells) {
  const found = new Map();
  for (const cell of cells.filter((one) => one.outcome)) {
    found.set(cell.outcome, [...(found.get(cell.outcome) ?? []), cell]);
  }
  return found;
}

/**
 * Whether a cell does what the mark asks: one of the accepted outcomes, or, where none is named, any that breaks no promise.
 * @param {Cell} cell @param {Mark} mark
 */
function meets(cell, mark) {
  if (!mark.accepted.length) return cell.state === "observed";
  return cell.outcome !== "" && mark.accepted.includes(fingerprint(cell.outcome));
}

/** @typedef {{row: Row, mark: Mark, cells: Cell[], configured: Cell[]}} Marked */

/** The marked rows, each with its cells on the database. @param {Report} report @param {Address} address @param {string} database @returns {Marked[]} */
function markedRows(report, address, database) {
  return report.rows.flatMap((row) => {
    const found = address.marks.get(row.name);
    const there = { ...address, database };
    return found ? [{ row, mark: found, cells: visibleCells(report, row, there), configured: visibleConfigured(report, row, there) }] : [];
  });
}

/** How many of the marked rows of a weight an implementation meets. @param {Marked[]} marked @param {string} implementation @param {Mark["weight"]} weight */
function met(marked, implementation, weight) {
  const own = marked.filter(({ mark: { weight: one } }) => one === weight);
  return { met: own.filter((one) => one.cells.some((cell) => cell.implementation === implementation && meets(cell, one.mark))).length, of: own.length };
}

/** What an implementation does on a marked row, and then what its configurations make of it. @param {Marked} marked @param {string} name */
function answersOf({ cells, configured }, name) {
  return [...cells.filter((cell) => cell.implementation === name), ...configured.filter((cell) => baseOf(cell.implementation) === name)];
}

/** The rows that decide: some implementations or configurations meet the mark, and others do not. @param {Marked[]} marked */
function deciding(marked) {
  return marked.filter(({ cells, configured, mark: one }) => new Set([...cells, ...configured].map((cell) => meets(cell, one))).size > 1);
}
