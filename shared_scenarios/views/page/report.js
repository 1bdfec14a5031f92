// The data of the page, unpacked as far as it is looked at: timelines are read when a cell is opened.

/** @param {PageData} data @returns {Report[]} */
function unpack(data) {
  return data.reports.map(({ header, cells }) => {
    let next = 0;
    return reportOf(header, (question, database, implementation) =>
      new PackedCell(data, cells[next++], question, implementation, database));
  });
}

/**
 * Rows in the order of the questions, cells in the order of the columns.
 * @param {Header} header
 * @param {(question: Question, database: string, implementation: string) => Cell} cell
 * @returns {Report}
 */
function reportOf(header, cell) {
  const databases = Object.keys(header.databases), players = header.implementations;
  const beside = players.filter((player) => player.cases?.length && players.some((one) => one.name === baseOf(player.name)));
  const rows = header.questions.map((question) => {
    const name = question.variant ? `${question.scenario}/${question.variant}` : question.scenario;
    const asked = databases.flatMap((database) => players.filter((player) => plays(player, name, database)).map((player) => ({ database, player })));
    return { name, question, cells: asked.map(({ database, player }) => cell(question, database, player.name)) };
  });
  const names = (/** @type {Player[]} */ own) => own.map((player) => player.name);
  return { header, rows, databases, implementations: names(players.filter((player) => !beside.includes(player))), configurations: names(beside) };
}

/** Whether there is such a cell: a configuration is asked what it changes. @param {Player} player @param {string} row @param {string} database */
function plays({ cases, databases }, row, database) {
  return (!cases?.length || cases.includes(row)) && (!databases?.length || databases.includes(database));
}

/** The implementation whose configuration this is, or it itself. @param {string} implementation */
function baseOf(implementation) {
  return cut(implementation, ":")[0];
}

/** A cell that stands in the page as numbers of values. @implements {Cell} */
class PackedCell {
  /**
   * @param {PageData} data @param {Packed} numbers @param {Question} question
   * @param {string} implementation @param {string} database
   */
  constructor(data, numbers, question, implementation, database) {
    this.data = data;
    this.numbers = numbers;
    this.scenario = question.scenario;
    this.variant = question.variant;
    this.implementation = implementation;
    this.database = database;
  }
  /** @param {keyof Cell} name */
  value(name) { return this.data.pool[this.numbers[this.data.cell.indexOf(name)]]; }
  /** @returns {CellState} */
  get state() { return this.value("state"); }
  /** @returns {string} */
  get outcome() { return this.value("outcome"); }
  /** @returns {Record<string, unknown>} */
  get facts() { return this.value("facts"); }
  /** @returns {string[]} */
  get broken() { return this.value("broken"); }
  /** @returns {string} */
  get reason() { return this.value("reason"); }
  /** @returns {Failure | null} */
  get failure() { return this.value("failure"); }
  /** @returns {string} */
  get explanation() { return this.value("explanation"); }
  /** @returns {string} */
  get docs() { return this.value("docs"); }
  /** @returns {Source | null} */
  get source() { return this.value("source"); }
  /** @returns {Happening[]} */
  get timeline() { return timelineOf(this.data, this.value("timeline")); }
}

/** @param {PageData} data @param {[number[], number[]?]} packed @returns {Happening[]} */
function timelineOf(data, [flat, sequences]) {
  const events = [];
  for (let place = 0, next = 1; place < flat.length; place += 2) {
    const sequence = sequences ? sequences[place / 2] : next;
    const event = happening(data, data.pool[flat[place]], sequence);
    event.lines = data.pool[flat[place + 1]].map((/** @type {number[]} */ line) => lineOf(data, line));
    next = (event.event === "statement" && event.end ? event.end : sequence) + 1;
    events.push(event);
  }
  return events;
}

/** @param {PageData} data @param {any} packed @param {number} sequence @returns {Happening} */
function happening(data, packed, sequence) {
  if (!Array.isArray(packed)) return { lines: [], ...packed, sequence };
  const whole = packed.length < data.statement.length ? [...packed, ...data.usual] : packed;
  const made = Object.fromEntries(data.statement.map((name, place) => [name, whole[place]]));
  const end = made.end === null ? null : sequence + made.end;
  return /** @type {any} */ ({ event: "statement", ...made, sequence, end, text: data.pool[made.text], lines: [] });
}

/** @param {PageData} data @param {number[]} packed @returns {Line} */
function lineOf(data, [file, number, name, code]) {
  return { file: data.pool[file], number, function: data.pool[name], code: data.pool[code] };
}

/**
 * Rows of the same scenario and configurations of the same implementation that keep what was broken, on the same database;
 * of a row that this report does not have, the name.
 * @param {Report} report @param {Cell} cell @returns {{ name: string, row?: Row, shown: Cell[] }[]}
 */
function avoidedBy(report, cell) {
  const row = report.rows.find(({ question }) => question.scenario === cell.scenario && question.variant === cell.variant);
  if (!row || cell.state !== "promise broken") return [];
  const { implementation, database } = cell, base = baseOf(implementation);
  const rows = (row.question.avoided_by ?? []).flatMap((variant) => {
    const name = `${cell.scenario}/${variant}`, other = report.rows.find((one) => one.name === name);
    const kept = other && (cellOf(other, implementation, database) ?? cellOf(other, base, database));
    return other && kept?.state !== "observed" ? [] : [{ name, row: other, shown: kept ? [kept] : [] }];
  });
  const beside = row.cells.filter((one) => one.database === database && one.state === "observed" && one.implementation !== base && baseOf(one.implementation) === base);
  return [...rows, ...beside.map((one) => ({ name: one.implementation, row, shown: [cell, one] }))];
}

/** A cell of a report. @param {Row} row @param {string} implementation @param {string} database */
function cellOf(row, implementation, database) {
  return row.cells.find((cell) => cell.implementation === implementation && cell.database === database);
}
