// The story of one answer: what happened in steps, and what the picture shows after each of them.

/** @param {Cell} cell @returns {Story} */
function storyOf(cell) {
  const teller = new Teller(cell);
  for (const moment of momentsOf(cell.timeline)) teller.hear(moment);
  return teller.finish();
}

/** @typedef {{event: Happening, phase: Step["phase"], time: number}} Moment */

/**
 * The events in the order of time. A statement that had to wait is two moments: it was sent and waited, and it returned.
 * @param {Happening[]} events @returns {Moment[]}
 */
function momentsOf(events) {
  return events.flatMap((event) => momentsIn(event, events)).sort((one, other) => one.time - other.time);
}

/** @param {Happening} event @param {Happening[]} events @returns {Moment[]} */
function momentsIn(event, events) {
  const end = event.event === "statement" ? event.end : null;
  if (event.event !== "statement" || end === null || !events.some((other) => waitsAt(event, end, other))) return [{ event, phase: "whole", time: event.sequence }];
  return [{ event, phase: "sent", time: event.sequence }, { event, phase: "returned", time: end }];
}

/** Whether it is this statement that waits there. @param {Statement} event @param {number} end @param {Happening} other */
function waitsAt(event, end, other) {
  return other.event === "waiting" && other.connection === event.connection && other.sequence > event.sequence && other.sequence < end;
}

/** Whether the scrubber stops at it; what does not stop it is shown with what comes next. @param {Happening} event */
function isStop(event) {
  if (event.event === "waiting") return false;
  if (event.event === "connection") return !["opened", "left open", "closed"].includes(event.action) || event.action === "closed" && event.before === "open";
  if (event.event !== "statement" || event.role !== "housekeeping") return true;
  return event.after !== null && event.after !== event.before;
}

class Teller {
  /** @param {Cell} cell */
  constructor(cell) {
    this.cell = cell;
    this.walk = new Walk(cell.source);
    this.world = new World(rowsAtFirst(cell.timeline));
    /** @type {Story} */
    this.story = { segments: [{ checkpoint: "", items: [] }], steps: [], frames: [] };
    /** @type {Set<string>} */
    this.waiting = new Set();
    /** @type {Checkpoint | null} */
    this.last = null;
    this.observed = "";
    /** @type {number[]} */
    this.ran = [];
    this.sent = 0;
    /** @type {string[]} */
    this.verbs = [];
    this.story.frames.push(this.frame({ kind: "none", verb: "" }, ["Nothing has run yet."], "none"));
  }

  /** @param {{event: Happening, phase: Step["phase"]}} moment */
  hear({ event, phase }) {
    const items = this.story.segments[this.story.segments.length - 1].items;
    if (phase !== "returned") this.code(event, items);
    items.push(...this.items(event, phase));
    if (isStop(event)) this.step(event, phase);
    else if (event.event === "connection") this.world.connection(event);
    else if (event.event === "statement") this.world.statement(event);
    if (event.event === "checkpoint") {
      this.story.segments[this.story.segments.length - 1].checkpoint = event.name;
      this.story.segments.push({ checkpoint: "", items: [] });
    }
  }

  /** @param {Happening} event @param {Item[]} items */
  code(event, items) {
    for (const line of this.walk.upTo(event.lines, event.event === "checkpoint")) {
      if (!line.helper) this.ran.push(line.number);
      items.push({ kind: line.helper ? "helper" : "code", step: this.story.steps.length, number: line.number, text: line.text, aside: line.aside });
    }
  }

  /** @param {Happening} event @param {Step["phase"]} phase @returns {Item[]} */
  items(event, phase) {
    const step = this.story.steps.length;
    if (event.event === "statement") return [{ kind: "sql", step, text: event.text, event, aside: phase, state: bandOf(event, phase) }];
    if (event.event === "intervention") return [{ kind: "note", step, text: `From outside: ${event.what}`, event }];
    if (event.event === "connection") return [{ kind: "note", step, text: connectionText(event), event }];
    if (event.event === "waiting") return [{ kind: "note", step, text: waitingText(event), event }];
    return event.error ? [{ kind: "error", step, text: `raised ${failureText(event.error)}`, event }] : [];
  }

  /** @param {Happening} event @param {Step["phase"]} phase */
  step(event, phase) {
    const segment = this.story.segments.length - 1;
    const before = this.story.steps.filter((step) => step.segment === segment).length;
    const current = event.lines.length && event.lines[0].file === this.walk.file ? event.lines[0].number : 0;
    this.story.steps.push({ segment, place: before, event, phase, lines: this.ran, current, stack: event.lines });
    const happened = this.happen(event, phase);
    this.story.frames.push(this.frame(happened, tell(event, phase, this, happened), this.band()));
    if (event.event === "checkpoint") { this.sent = 0; this.verbs = []; this.last = event; }
    this.ran = [];
  }

  /** @param {Happening} event @param {Step["phase"]} phase @returns {Flow} */
  happen(event, phase) {
    if (event.event === "statement") return this.statement(event, phase);
    if (event.event === "connection") this.world.connection(event);
    if (event.event === "checkpoint") {
      if (!event.locked) { this.world.observe(storedRows(event.committed)); this.observed = event.name; }
      return flow("none", "");
    }
    return flow(event.event === "connection" && event.before === "open" ? "discard" : "none", event.event === "connection" ? event.action : "");
  }

  /** @param {Statement} event @param {Step["phase"]} phase */
  statement(event, phase) {
    if (phase === "sent") {
      this.waiting.add(event.connection);
      return flow("none", event.verb);
    }
    this.waiting.delete(event.connection);
    if (event.role === "work" && event.actor === "answer") { this.sent++; this.verbs.push(event.verb); }
    const before = JSON.stringify(this.world.committed);
    const happened = this.world.statement(event, keyOf(this.cell.timeline, event));
    if (JSON.stringify(this.world.committed) !== before) this.observed = "";
    return happened;
  }

  /** The state of the transaction that is worst off. */
  band() {
    if (this.waiting.size) return "waiting";
    const states = this.world.transactions(this.waiting).map((one) => one.state);
    return states.includes("failed") ? "failed" : states.includes("open") ? "open" : "none";
  }

  /** @param {Flow} happened @param {string[]} story @param {Frame["state"]} state @returns {Frame} */
  frame(happened, story, state) {
    const current = this.story.steps[this.story.steps.length - 1]?.event;
    const seen = current?.event === "checkpoint" ? current : this.last;
    return {
      objects: seen?.objects ?? {}, looked: seen?.name ?? "", fresh: seen !== null && seen === current, stale: seen !== current && this.sent > 0,
      transactions: this.world.transactions(this.waiting), committed: this.world.committed, observed: this.observed,
      locked: Boolean(seen?.locked), flow: happened, story, state, code: current ? this.running(current) : [],
    };
  }

  /** The line that is running, with those that it called; at a checkpoint, the lines that ran since the last step. @param {Happening} event */
  running(event) {
    if (event.event === "checkpoint") return this.ran.slice(-2).map((number) => `${number}  ${this.walk.text(number).trim()}`);
    return event.lines.map((line, depth) => `${depth ? `↳ ${line.file.split("/").pop()}:` : ""}${line.number}  ${line.code}`);
  }

  finish() {
    const { segments, steps } = this.story;
    if (!segments[segments.length - 1].items.length) segments.pop();
    for (const item of segments.flatMap((segment) => segment.items)) item.step = Math.min(item.step, Math.max(steps.length - 1, 0));
    return this.story;
  }
}

/** @param {Statement} event @param {Step["phase"]} phase @returns {Frame["state"]} */
function bandOf(event, phase) {
  if (phase === "sent") return "waiting";
  return event.after === null || event.after === "none" ? event.before : event.after;
}

/**
 * The rows at the beginning: those of the first look, less what was committed before it.
 * @param {Happening[]} events @returns {Stored[] | null}
 */
function rowsAtFirst(events) {
  const place = events.findIndex((event) => event.event === "checkpoint");
  const first = events[place];
  if (first?.event !== "checkpoint" || first.locked) return null;
  const early = new World([]);
  for (const event of events.slice(0, place)) {
    if (event.event !== "statement") continue;
    const happened = early.statement(event);
    if (["UPDATE", "DELETE"].includes(event.verb) && happened.kind === "direct") return null;
  }
  const added = early.committed ?? [];
  return storedRows(first.committed).filter((row) => !added.some((one) => matches(one, row)));
}

/** Whether a row of which some fields are known may be this row. @param {Stored} known @param {Stored} row */
function matches(known, row) {
  return known.table === row.table
    && Object.entries(known.fields).every(([column, value]) => value === undefined || equal(value, row.fields[column]));
}

/**
 * The key that an INSERT was given: from the object or the committed row in which it is next seen.
 * @param {Happening[]} events @param {Statement} statement @returns {Scalar | undefined}
 */
function keyOf(events, statement) {
  const changes = statement.verb === "INSERT" ? changesOf(statement) : null;
  if (!changes || changes.length !== 1) return undefined;
  const made = inserted(changes[0]);
  for (const event of events) {
    if (event.event !== "checkpoint" || event.sequence < statement.sequence) continue;
    const seen = Object.values(event.objects ?? {}).flat().find((look) => isLook(look) && isRowOf(look, made));
    if (isLook(seen) && seen.key !== null && seen.key !== undefined) return seen.key;
    const row = storedRows(event.committed).find((one) => matches(made, one));
    if (row) return row.fields["id"];
  }
  return undefined;
}

/** @param {unknown} shown @returns {shown is Look} */
function isLook(shown) {
  return typeof shown === "object" && shown !== null && "fields" in shown;
}

/** @param {Look} look @param {Stored} row */
function isRowOf(look, row) {
  const handle = row.table === "kols" ? "twitter_handle" : "text";
  return `${look.type.toLowerCase()}s` === row.table && look.fields[handle] !== undefined && equal(look.fields[handle], row.fields[handle]);
}

/**
 * The places on the axis that several stories share: under each checkpoint as many as the longest story has there.
 * @param {Story[]} stories @returns {{segment: string, place: number, last: boolean}[]}
 */
function axisOf(stories) {
  const names = segmentNames(stories);
  return names.flatMap((segment) => {
    const longest = Math.max(...stories.map((story) => stepsIn(story, segment).length), 0);
    return Array.from({ length: longest }, (_, place) => ({ segment, place, last: place === longest - 1 }));
  });
}

/** The checkpoints in order, those that only some stories reached included; what comes after them has no name. @param {Story[]} stories */
function segmentNames(stories) {
  const longest = [...stories].sort((one, other) => other.segments.length - one.segments.length);
  const names = new Set(longest.flatMap((story) => story.segments.map((segment) => segment.checkpoint)));
  const after = names.delete("");
  return after ? [...names, ""] : [...names];
}

/** @param {Story} story @param {string} segment */
function stepsIn(story, segment) {
  return story.steps.filter((step) => (story.segments[step.segment]?.checkpoint ?? "") === segment);
}

/**
 * For every place on the axis, how many steps of the story are done. A checkpoint is the last place of its segment.
 * @param {Story} story @param {ReturnType<typeof axisOf>} axis
 */
function progress(story, axis) {
  let done = 0;
  return [0, ...axis.map(({ segment, place, last }) => {
    const own = stepsIn(story, segment);
    const checkpoint = own[own.length - 1]?.event.event === "checkpoint";
    const plain = checkpoint ? own.length - 1 : own.length;
    if (last ? own.length > 0 : place < plain) done = story.steps.indexOf(last ? own[own.length - 1] : own[place]) + 1;
    return done;
  })];
}
