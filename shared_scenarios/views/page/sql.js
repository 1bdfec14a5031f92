// Reads what a write does to rows, where its text says so plainly. What it does not understand, it does not guess.

/** @param {Statement} statement @returns {Change[] | null} the changes; null if the text is not understood */
function changesOf(statement) {
  try {
    const reader = new SqlReader(statement);
    if (statement.verb === "INSERT") return reader.insert();
    if (statement.verb === "UPDATE") return [reader.update()];
    if (statement.verb === "DELETE") return [reader.remove()];
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
  }
  return null;
}

class NotUnderstood extends Error {}

const TOKEN = /\s+|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|\$\d+|%s|::\s*\w+(?:\s+(?:with|without)\s+time\s+zone)?|\d+(?:\.\d+)?|\w+|./gsiu;

class SqlReader {
  /** @param {Statement} statement */
  constructor(statement) {
    this.tokens = (statement.text.match(TOKEN) ?? []).filter((token) => token.trim() && !token.startsWith("::"));
    this.values = statement.values;
    this.place = 0;
    this.bound = 0;
  }

  insert() {
    this.expect("insert");
    this.expect("into");
    const table = this.name();
    const columns = this.list(() => this.name());
    this.expect("values");
    const changes = [];
    do {
      const values = this.list(() => this.value());
      const computed = columns.filter((_, place) => values[place] === undefined);
      const fields = Object.fromEntries(columns.map((column, place) => [column, values[place]]));
      changes.push(/** @type {Change} */ ({ kind: "insert", table, fields, where: {}, computed }));
    } while (this.accept(","));
    this.plainEnd();
    return changes;
  }

  /** @returns {Change} */
  update() {
    this.expect("update");
    const table = this.name();
    this.expect("set");
    /** @type {Fields} */
    const fields = {};
    const computed = [];
    do {
      const column = this.name();
      this.expect("=");
      fields[column] = this.value();
      if (fields[column] === undefined) computed.push(column);
    } while (this.accept(","));
    return { kind: "update", table, fields, where: this.where(), computed };
  }

  /** @returns {Change} */
  remove() {
    this.expect("delete");
    this.expect("from");
    return { kind: "delete", table: this.name(), fields: {}, where: this.where(), computed: [] };
  }

  /** Equalities joined by AND; anything else is not understood. */
  where() {
    /** @type {Fields} */
    const where = {};
    if (!this.accept("where")) return where;
    do {
      const brackets = this.accept("(");
      const column = this.name();
      if (this.accept("in")) {
        const values = this.list(() => this.value());
        if (values.length !== 1) throw new NotUnderstood();
        where[column] = values[0];
      } else {
        this.expect("=");
        where[column] = this.value();
      }
      if (where[column] === undefined) throw new NotUnderstood();
      if (brackets) this.expect(")");
    } while (this.accept("and"));
    this.plainEnd();
    return where;
  }

  /** What follows may give rows back; it may not change what was done, as ON CONFLICT does. */
  plainEnd() {
    if (this.place < this.tokens.length && !/^(returning|;)$/i.test(this.tokens[this.place])) throw new NotUnderstood();
  }

  /** @template T @param {() => T} one @returns {T[]} */
  list(one) {
    this.expect("(");
    const found = [];
    do found.push(one()); while (this.accept(","));
    this.expect(")");
    return found;
  }

  /** A name, without its schema or table. */
  name() {
    let name = this.next().replace(/^["`]|["`]$/g, "");
    while (this.accept(".")) name = this.next().replace(/^["`]|["`]$/g, "");
    return name;
  }

  /** A value; undefined for what the database computes. @returns {Scalar | undefined} */
  value() {
    const plain = this.plainValue(this.next());
    if (plain !== undefined && this.atEnd()) return plain;
    this.skip();
    return undefined;
  }

  /** @param {string} token @returns {Scalar | undefined} */
  plainValue(token) {
    if (token === "?" || token === "%s") return this.values[this.bound++];
    if (/^\$\d+$/.test(token)) return this.values[Number(token.slice(1)) - 1];
    if (/^'/.test(token)) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d/.test(token)) return Number(token);
    /** @type {Record<string, Scalar>} */
    const words = { null: null, true: true, false: false };
    return words[token.toLowerCase()];
  }

  atEnd() {
    return this.place >= this.tokens.length || /^(,|\)|where|and|returning|;|on)$/i.test(this.tokens[this.place]);
  }

  /** Past an expression, up to what ends it. */
  skip() {
    for (let depth = 0; this.place < this.tokens.length; this.place++) {
      const token = this.tokens[this.place];
      if (depth === 0 && this.atEnd()) return;
      if (token === "?" || token === "%s") this.bound++;
      if (token === "(") depth++;
      if (token === ")") depth--;
    }
  }

  next() {
    const token = this.tokens[this.place++];
    if (token === undefined) throw new NotUnderstood();
    return token;
  }

  /** @param {string} word */
  accept(word) {
    if (this.tokens[this.place]?.toLowerCase() !== word) return false;
    this.place++;
    return true;
  }

  /** @param {string} word */
  expect(word) {
    if (!this.accept(word)) throw new NotUnderstood();
  }
}
