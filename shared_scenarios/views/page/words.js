// Words that several parts use.

const SIGNS = { "observed": "", "promise broken": "✗", "not applicable": "–", "error": "!", "timed out": "!", "crashed": "!" };
const FAULTS = ["promise broken", "error", "timed out", "crashed"];

/** `when-sql-is-sent` becomes `When SQL is sent`. @param {string} theme */
function themeTitle(theme) {
  const words = theme.replaceAll("-", " ");
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace("sql", "SQL").replace("Sqlite", "SQLite");
}

/** @param {Question} question */
function rowTitle(question) {
  return question.what ? `${question.title}: ${question.what}` : question.title;
}

/** @param {Cell} cell */
function outcomeText(cell) {
  return cell.outcome || cell.state;
}

/** @param {number} number @param {string} what */
function count(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** @param {string[]} words */
function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** @param {unknown} value */
function valueText(value) {
  if (value === null || value === undefined) return "NULL";
  return String(value).replace(/(\d\d:\d\d:\d\d)\.0+$/, "$1");
}

/** @param {Failure} error */
function failureText(error) {
  return `${error.type}${error.code ? ` [${error.code}]` : ""}: ${error.text}`.replace(/^: /, "");
}

/** @param {Header} header @param {string} implementation @param {string} database */
function versionsOf(header, implementation, database) {
  const player = header.implementations.find((one) => one.name === implementation);
  const all = { Python: header.python, ...player?.versions, ...header.databases[database] };
  return Object.entries(all).map(([name, version]) => `${name} ${version}`).join(", ");
}
