// The decision as a record in the usual form, in Markdown, with a link to the evidence of every row it rests on.

const EVIDENCE = "Links lead to the page of this report: keep it beside this record. The commands play the same again.";

/** @param {Report} report @param {Address} address @param {string} database */
function decisionRecord(report, address, database) {
  const marked = markedRows(report, address, database), names = visibleImplementations(report, address);
  return [
    "# Which ORM for <project>", "", "- Status: proposed", `- Date: ${new Date().toISOString().slice(0, 10)}`, "- Deciders: <names>", "",
    "## Context", "", "<What we build, and on what.>", "",
    `The behaviour below was recorded by ormatrix ${report.header.ormatrix} on ${database}, ${report.header.created.slice(0, 10)}, with ${versionLine(onDatabase(report.header, database))}. It holds for these versions and, where no configuration is named, their default settings.`, "",
    "## Decision drivers", "", ...driverLines(marked, database, address), "", ...(marked.length ? [EVIDENCE, ""] : []),
    "## Options", "", ...optionTable(marked, names), "",
    "### Rows that decide", "", ...decidingLines(marked, names), "",
    "## Outcome", "", "Chosen: **<option>**, because <why>.", "",
    "## Consequences", "", ...consequenceLines(marked, names), "- <what becomes easier, what becomes harder>", "",
  ].join("\n");
}

/** @param {Marked[]} marked @param {string} database @param {Address} address */
function driverLines(marked, database, address) {
  if (!marked.length) return ["<No row is marked yet.>"];
  return marked.map(({ row, mark: one, cells }) => {
    const shown = firstOfEach(cells).slice(0, MOST);
    const link = lastingAddress(formatAddress({ ...emptyAddress(), view: "cell", row: row.name, shown: shown.map(cellKey), hidden: address.hidden, database }));
    return `- **${one.weight}**: ${inMarkdown(rowTitle(row.question))} (${acceptedText(one, cells)}) [evidence](${link})${shown.length ? `, ${inCode(reproduce(...shown))}` : ""}`;
  });
}

/** What was recorded on one database, and so not the versions of the others. @param {Header} header @param {string} database @returns {Header} */
function onDatabase(header, database) {
  return { ...header, databases: { [database]: header.databases[database] } };
}

/** From a page on a disk, a link that is the same on every disk. @param {string} hash */
function lastingAddress(hash) {
  return location.protocol === "file:" ? `${location.pathname.split("/").pop()}${hash}` : wholeAddress(hash);
}

/** Text of a report as code, between more backticks than it holds in a row. @param {string} text */
function inCode(text) {
  const runs = text.match(/`+/g) ?? [], fence = "`".repeat(Math.max(...runs.map((run) => run.length), 0) + 1);
  const inside = visible(text).replace(/\s+/g, " ");
  return runs.length ? `${fence} ${inside} ${fence}` : fence + inside + fence;
}

/** @param {Mark} one @param {Cell[]} cells */
function acceptedText(one, cells) {
  const texts = [...choices(cells).keys()].filter((text) => one.accepted.includes(fingerprint(text)));
  return one.accepted.length ? `accepted: ${inMarkdown(texts.join(" / or: ") || "an outcome that this report does not have")}` : "accepted: anything that breaks no promise";
}

/** @param {Marked[]} marked @param {string[]} names */
function optionTable(marked, names) {
  const cell = (/** @type {{met: number, of: number}} */ one) => `${one.met} of ${one.of}`;
  return ["| option | must | nice |", "| --- | --- | --- |",
    ...names.map((name) => `| ${inMarkdown(name)} | ${cell(met(marked, name, "must"))} | ${cell(met(marked, name, "nice"))} |`)];
}

/** @param {Marked[]} marked @param {string[]} names */
function decidingLines(marked, names) {
  const rows = deciding(marked);
  if (!rows.length) return ["None: the options meet the same marks."];
  return rows.flatMap((decides) => [`- ${inMarkdown(rowTitle(decides.row.question))} (${decides.mark.weight})`,
    ...names.flatMap((name) => answersOf(decides, name)).map((cell) =>
      `  - ${inMarkdown(cell.implementation)}: ${inMarkdown(outcomeText(cell))}${meets(cell, decides.mark) ? "" : " (does not meet the mark)"}`)]);
}

/** What a team accepts with each option: the marked rows that it does not meet, and what it does there. @param {Marked[]} marked @param {string[]} names */
function consequenceLines(marked, names) {
  return names.flatMap((name) => {
    const unmet = marked.flatMap(({ row, mark: one, cells }) => cells.filter((cell) => cell.implementation === name && !meets(cell, one)).map((cell) => `  - ${inMarkdown(rowTitle(row.question))}: ${inMarkdown(outcomeText(cell))} (${one.weight})`));
    return [`- With ${inMarkdown(name)} ${unmet.length ? "we live with:" : "every mark is met."}`, ...unmet];
  });
}

/** Text of a report as text. @param {string} text */
function inMarkdown(text) {
  return visible(text).replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
}
