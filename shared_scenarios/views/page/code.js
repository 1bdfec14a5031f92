// The answer's code along its timeline: every line once, where it ran.

const MARK = /^(with )?stage\.checkpoint\(/;

/** How many lines the head of the function has: its signature and its docstring. @param {string[]} lines */
function headLength(lines) {
  let place = lines.findIndex((line) => /:\s*(#.*)?$/.test(line)) + 1;
  const doc = /^\s*[rR]?("""|''')/.exec(lines[place] ?? "");
  if (!doc) return place;
  const first = lines[place].trim();
  if (first.length > 5 && first.endsWith(doc[1])) return place + 1;
  for (place++; place < lines.length; place++) if (lines[place].includes(doc[1])) return place + 1;
  return place;
}

/** Walks through the source as events name its lines; going back means that a block is left. */
class Walk {
  /** @param {Source | null} source */
  constructor(source) {
    this.file = source?.file ?? "";
    this.first = source?.line ?? 0;
    this.lines = source ? source.text.split("\n") : [];
    this.at = this.first + headLength(this.lines) - 1;
    this.shown = "";
  }

  /**
   * The lines that have run when an event comes from `stack`.
   * @param {Line[]} stack @param {boolean} checkpoint @returns {{number: number, text: string, aside?: string, helper?: boolean}[]}
   */
  upTo(stack, checkpoint) {
    const key = stack.map((line) => `${line.file}:${line.number}`).join();
    if (!stack.length || (key === this.shown && !checkpoint)) return [];
    const own = stack[0].file === this.file ? this.walk(stack[0].number, checkpoint) : [];
    if (checkpoint) return own;
    this.shown = key;
    return [...own, ...stack.slice(1).map((line) => ({
      number: line.number, text: line.code, aside: line.file.split("/").pop(), helper: true,
    }))];
  }

  /** @param {number} number @param {boolean} checkpoint */
  walk(number, checkpoint) {
    if (number > this.at) {
      const found = this.between(this.at + 1, number, checkpoint);
      this.at = number;
      return found;
    }
    if (checkpoint || MARK.test(this.text(number).trim())) return [];
    if (number === this.at) return [{ number, text: this.text(number) }];
    return [...this.raised(), { number, text: this.text(number), aside: this.again(number) }];
  }

  /** An exception raised by hand sends nothing of its own: it is the next line, and what leaves the block. */
  raised() {
    if (!this.text(this.at + 1).trim().startsWith("raise ")) return [];
    this.at++;
    return [{ number: this.at, text: this.text(this.at) }];
  }

  /** @param {number} number */
  again(number) {
    return /^\s*(async )?with /.test(this.text(number)) ? "leaving the block" : "again";
  }

  /** @param {number} first @param {number} last @param {boolean} checkpoint */
  between(first, last, checkpoint) {
    const found = [];
    for (let number = first; number <= last; number++) {
      const text = this.text(number), mark = MARK.test(text.trim());
      if (text.trim() && !(mark && (checkpoint || number < last))) found.push({ number, text });
    }
    return found;
  }

  /** @param {number} number */
  text(number) {
    return (this.lines[number - this.first] ?? "").slice(4);
  }
}
