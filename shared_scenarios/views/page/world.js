// What each transaction sees and what is committed, worked out from the SQL as it was sent and from what the observer
// saw. At every checkpoint the observer's rows take the place of what was worked out.

/** @type {Record<string, string[]>} */
const COLUMNS = {
  kols: ["id", "twitter_handle", "is_vip", "last_checked_at"], tweets: ["id", "text", "kol_id"],
  counters: ["id", "tweets"], profiles: ["id", "bio", "version"],
};

/** The observer's rows with the names of their columns. @param {Record<string, Scalar[][]>} committed @returns {Stored[]} */
function storedRows(committed) {
  return Object.entries(committed).flatMap(([table, rows]) => rows.map((row) => ({
    table,
    fields: Object.fromEntries(row.map((value, place) => [COLUMNS[table]?.[place] ?? `column ${place + 1}`, value])),
  })));
}

/** Databases write the same value in several ways. @param {Scalar | undefined} value */
function normal(value) {
  if (typeof value === "boolean") return value ? "1" : "0";
  return valueText(value).replace(/\+00(:00)?$/, "");
}

/** @param {Scalar | undefined} one @param {Scalar | undefined} other */
function equal(one, other) {
  return one === other || (one !== undefined && other !== undefined && normal(one) === normal(other));
}

class World {
  /** @param {Stored[] | null} committed the rows at the beginning; null if nobody knows them */
  constructor(committed) {
    this.committed = committed;
    /** `blind`: it holds a write that is not understood. @type {Map<string, {state: TransactionState, log: {change: Change, key?: Scalar}[], marks: {name: string, at: number}[], blind: boolean}>} */
    this.open = new Map();
  }

  /** The observer looked. @param {Stored[]} rows */
  observe(rows) {
    this.committed = rows;
  }

  /** @param {Connection} event */
  connection(event) {
    if (event.action !== "left open" && event.action !== "opened") this.open.delete(event.connection);
  }

  /**
   * A statement has returned.
   * @param {Statement} statement @param {Scalar} [key] the key that an INSERT was given, where it is known
   * @returns {Flow}
   */
  statement(statement, key) {
    const { connection, verb, before, error } = statement;
    const after = statement.after ?? before;
    const open = this.transaction(connection, after === "none" ? before : after);
    const wrote = !error && statement.affected !== 0 ? this.write(statement, open, key) : false;
    this.savepoint(statement);
    return after === "none" ? this.end(statement, wrote) : flow(movement(statement, wrote ? "write" : "none"), verb);
  }

  /** The transaction has ended, or there was none. @param {Statement} statement @param {boolean} wrote @returns {Flow} */
  end(statement, wrote) {
    const { connection, verb, before, tag } = statement;
    const { log, blind } = this.open.get(connection) ?? { log: [], blind: false };
    const discarded = discards(statement);
    if (!discarded && this.committed) this.committed = blind ? null : settled(applied(this.committed, log));
    this.open.delete(connection);
    if (before === "none" && verb !== "ROLLBACK") return flow(movement(statement, wrote ? "direct" : "none"), verb);
    return { ...flow(discarded ? "discard" : "commit", tag ?? verb), empty: !log.length && !blind };
  }

  /** @param {Statement} statement @param {{log: {change: Change, key?: Scalar}[], blind: boolean}} open @param {Scalar} [key] */
  write(statement, open, key) {
    const changes = changesOf(statement);
    if (!changes) {
      const writes = ["INSERT", "UPDATE", "DELETE"].includes(statement.verb);
      open.blind ||= writes;
      return writes;
    }
    for (const change of changes) open.log.push({ change, key: changes.length === 1 ? key : undefined });
    return true;
  }

  /** @param {Statement} statement */
  savepoint({ connection, verb, text, error }) {
    const transaction = this.open.get(connection);
    if (!transaction || error) return;
    const name = text.trim().split(/\s+/).pop() ?? "", { marks, log } = transaction;
    if (verb === "SAVEPOINT") marks.push({ name, at: log.length });
    if (verb !== "RELEASE" && verb !== "ROLLBACK TO") return;
    const place = Math.max(marks.findLastIndex((mark) => mark.name === name), 0);
    if (verb === "ROLLBACK TO") log.length = Math.min(log.length, marks[place]?.at ?? 0);
    marks.length = Math.min(marks.length, verb === "RELEASE" ? place : place + 1);
  }

  /** @param {string} connection @param {TransactionState} state */
  transaction(connection, state) {
    const found = this.open.get(connection) ?? { state, log: [], marks: [], blind: false };
    found.state = state;
    this.open.set(connection, found);
    return found;
  }

  /** What stands now. @param {Set<string>} waiting @returns {Transaction[]} */
  transactions(waiting) {
    return [...this.open].filter(([, { state }]) => state !== "none").map(([connection, { state, log, marks }]) => ({
      connection, state, savepoints: marks.length, waiting: waiting.has(connection),
      rows: state === "failed" ? [] : applied(this.committed ?? [], log),
    }));
  }
}

/** Whether the end that it puts to a transaction undoes it. @param {Statement} statement */
function discards({ verb, tag, before, error }) {
  return [verb, tag].includes("ROLLBACK") || before === "failed" || Boolean(error);
}

/** What moves between the program and the database. @param {Statement} statement @param {Flow["kind"]} writing @returns {Flow["kind"]} */
function movement({ verb, error }, writing) {
  if (error) return "refused";
  return writing === "none" && verb === "SELECT" ? "read" : writing;
}

/** @param {Flow["kind"]} kind @param {string} verb @returns {Flow} */
function flow(kind, verb) {
  return { kind, verb };
}

/** The rows after the changes, those that were changed marked as the transaction's own. @param {Stored[]} rows @param {{change: Change, key?: Scalar}[]} log */
function applied(rows, log) {
  return log.reduce((now, { change, key }) => (change.kind === "insert" ? [...now, inserted(change, key)] : alteredIn(now, change)), rows);
}

/** Where no row has the key that is asked for, it is the one whose key nobody has seen. @param {Stored[]} rows @param {Change} change */
function alteredIn(rows, change) {
  const meant = rows.some((row) => isMeant(row, change.where, change.table)) ? [] : rows.filter((row) => row.table === change.table && "id" in row.fields && row.fields["id"] === undefined);
  const id = change.where["id"];
  return rows.map((row) => altered(meant.length === 1 && row === meant[0] ? { ...row, fields: { ...row.fields, id } } : row, change));
}

/** @param {Stored} row @param {Fields} where @param {string} table */
function isMeant(row, where, table) {
  return row.table === table && row.own !== "deleted" && Object.entries(where).every(([column, value]) => equal(row.fields[column], value));
}

/** @param {Change} change @param {Scalar} [key] @returns {Stored} */
function inserted(change, key) {
  const columns = COLUMNS[change.table] ?? Object.keys(change.fields);
  const missing = columns.includes("id") ? { id: key } : {};
  const fields = Object.fromEntries(columns.map((column) => [column, column === "id" ? undefined : null]));
  return { table: change.table, own: "new", fields: { ...fields, ...missing, ...change.fields } };
}

/** @param {Stored} row @param {Change} change @returns {Stored} */
function altered(row, change) {
  if (!isMeant(row, change.where, change.table)) return row;
  if (change.kind === "delete") return { ...row, own: "deleted", before: row.before ?? row.fields };
  return { ...row, own: row.own ?? "changed", before: row.before ?? row.fields, fields: { ...row.fields, ...change.fields } };
}

/** What is left of own rows when they are everybody's. @param {Stored[]} rows */
function settled(rows) {
  return rows.filter((row) => row.own !== "deleted").map(({ table, fields }) => ({ table, fields }));
}
