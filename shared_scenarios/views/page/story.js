// One or two plain sentences on each step, from the evidence alone.

const PRIVATE = "Only this connection sees it.";

/**
 * @param {Happening} event @param {Step["phase"]} phase @param {Teller} teller @param {Flow} happened
 * @returns {string[]}
 */
function tell(event, phase, teller, happened) {
  if (event.event === "statement") return tellStatement(event, phase, happened);
  if (event.event === "intervention") return [`From outside: ${event.what}.`];
  if (event.event === "waiting") return [`${waitingText(event)}.`];
  if (event.event === "connection") return [`${connectionText(event).replace(/^c/, "C")}.`];
  return tellCheckpoint(event, teller);
}

/** @param {Waiting} event */
function waitingText(event) {
  const released = event.released_by ? `, until its ${event.released_by}` : "";
  return `${event.connection} waits for the ${event.holder}${released}`;
}

/** @param {Connection} event */
function connectionText(event) {
  const lost = event.before === "open" ? ", its open transaction is rolled back" : "";
  return `connection ${event.connection} ${event.action}${lost}${event.error ? `: ${failureText(event.error)}` : ""}`;
}

/** @param {Statement} event @param {Step["phase"]} phase @param {Flow} happened */
function tellStatement(event, phase, happened) {
  const who = event.actor === "answer" ? "" : `Another writer (${event.actor}): `;
  if (phase === "sent") return [`${who}${event.verb} is sent, and waits for another connection.`];
  if (event.error) return [`${who}The database refuses ${event.verb}: ${shortened(failureText(event.error))}`, afterError(event)];
  const aside = event.role === "housekeeping" ? "Housekeeping of the driver or the pool. " : "";
  return [`${aside}${who}${whatHappened(event, happened)}`];
}

/** @param {Statement} event */
function afterError(event) {
  if (event.after === "failed") return "The transaction has failed: the database refuses everything else until it is rolled back.";
  return event.after === "open" ? "The transaction is still open." : "No transaction is open.";
}

/** @param {Statement} event @param {Flow} happened */
function whatHappened(event, happened) {
  const { verb, before, after } = event;
  switch (happened.kind) {
    case "write":
      return `${verb} reaches the database${before === "none" ? " and begins a transaction" : ", inside the open transaction"}. ${event.affected === 0 ? "It hits no row." : PRIVATE}`;
    case "direct":
      return `${verb} reaches the database with no transaction open: it is committed at once, and everyone sees it.`;
    case "commit":
    case "discard":
      return endText(event, happened);
    case "read":
      return `The database is asked for rows and answers with ${event.returned}${after === "open" ? ", inside the transaction" : ""}.`;
    default:
      return otherVerb(event);
  }
}

/** @param {Statement} event @param {Flow} happened */
function endText({ verb, tag }, { kind, empty }) {
  if (kind === "commit") return empty ? "The transaction ends. It had written nothing." : "The transaction is committed: what it wrote is now everyone’s.";
  if (tag === "ROLLBACK" && verb === "COMMIT") return "COMMIT is sent, but the database answers ROLLBACK: the transaction had failed, and what it wrote is discarded.";
  return empty ? "The transaction is rolled back. There was nothing to discard." : "The transaction is rolled back: what it wrote is discarded.";
}

/** @param {Statement} event */
function otherVerb({ verb, before, after, affected }) {
  if (before === "none" && after === "open") return "A transaction begins. What it writes, only this connection will see until it is committed.";
  if (verb === "SAVEPOINT") return "A savepoint: from here the transaction can be rolled back in part.";
  if (verb === "RELEASE") return "The savepoint is released: what was written after it stays part of the transaction.";
  if (verb === "ROLLBACK TO") return "Back to the savepoint: what was written after it is discarded, and the transaction goes on.";
  if (affected === 0 && ["UPDATE", "DELETE"].includes(verb)) return `${verb} reaches the database and hits no row.`;
  if (verb === "ROLLBACK") return "ROLLBACK reaches the database; there was nothing to roll back.";
  return `${verb} reaches the database.`;
}

/** @param {Checkpoint} event @param {Teller} teller */
function tellCheckpoint(event, teller) {
  const sentences = [];
  if (teller.verbs.length) sentences.push(`Sent since ${teller.last ? `◆ ${teller.last.name}` : "the beginning"}: ${teller.verbs.join(", ")}.`);
  else sentences.push(`${ranText(teller.ran)}Nothing was sent to the database.`);
  if (event.error) sentences.push(`Raised ${shortened(failureText(event.error))}`);
  sentences.push(...objectTexts(event.objects ?? {}), ...rowTexts(teller.world));
  if (event.locked) sentences.push("Others cannot even look: the database is locked.");
  return sentences;
}

/** What a transaction wrote and others do not see. @param {World} world */
function rowTexts(world) {
  const own = world.transactions(new Set()).flatMap((one) => one.rows.filter((row) => row.own));
  if (!own.length) return [];
  const words = { new: "row", changed: "change", deleted: "deletion" };
  const kinds = own.map((row) => words[row.own ?? "new"]);
  return [`${kinds.length === 1 ? `The ${kinds[0]} is` : `${kinds.length} rows are`} written but not committed: others do not see ${kinds.length === 1 ? "it" : "them"}.`];
}

/** The whole text stands below, where it was raised. @param {string} text */
function shortened(text) {
  return text.length > 110 ? `${text.slice(0, 109).trim()}…` : `${text}.`;
}

/** @param {number[]} lines */
function ranText(lines) {
  if (!lines.length) return "";
  return lines.length === 1 ? `Line ${lines[0]} ran. ` : `Lines ${lines[0]} to ${lines[lines.length - 1]} ran. `;
}

/** @param {Record<string, Shown>} objects */
function objectTexts(objects) {
  return Object.entries(objects).flatMap(([name, seen]) => {
    if (!isLook(seen)) return [];
    if (seen.changed?.length) return [`${listed(seen.changed.map((field) => `${name}.${field}`))} ${seen.changed.length === 1 ? "is" : "are"} changed in memory only.`];
    if (seen.expired?.length) return [`What ${name} held is expired: to read it again takes a SELECT.`];
    return [];
  });
}
