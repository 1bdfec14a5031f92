// The types that the scripts of the page share. Read by the type checker alone; nothing of it reaches the page.

type Scalar = string | number | boolean | null;
type TransactionState = "none" | "open" | "failed";
type CellState = "observed" | "promise broken" | "not applicable" | "error" | "timed out" | "crashed";

interface Line { file: string; number: number; function: string; code: string }
interface Failure { type: string; text: string; code?: string }
interface Look {
  type: string; state: string; fields: Record<string, Scalar>; key?: Scalar; label?: string;
  expired?: string[]; changed?: string[];
}
interface Statement {
  event: "statement"; sequence: number; connection: string; verb: string; text: string; before: TransactionState;
  end: number | null; after: TransactionState | null; values: Scalar[]; returned: number | null;
  affected: number | null; error: Failure | null; lines: Line[]; role: string; actor: string; tag: string | null;
  exact: boolean; group: number; fault: string;
}
interface Connection {
  event: "connection"; sequence: number; connection: string; action: string; before?: TransactionState;
  lines: Line[]; error?: Failure | null;
}
type Shown = Look | Scalar | Look[];
interface Checkpoint {
  event: "checkpoint"; sequence: number; name: string; committed: Record<string, Scalar[][]>;
  objects?: Record<string, Shown>; error?: Failure | null; locked?: boolean; lines: Line[];
}
interface Intervention { event: "intervention"; sequence: number; what: string; lines: Line[] }
interface Waiting { event: "waiting"; sequence: number; connection: string; holder: string; released_by?: string; lines: Line[] }
type Happening = Statement | Connection | Checkpoint | Intervention | Waiting;

interface Question {
  scenario: string; variant: string; theme: string; title: string; what: string; question: string; why: string;
  avoided_by?: string[];
}
type Setting = Scalar | Record<string, Scalar>;
interface Player {
  name: string; configuration: Record<string, Setting>; versions: Record<string, string>; cases?: string[]; databases?: string[];
}
interface Header {
  format: number; created: string; ormatrix: string; python: string;
  databases: Record<string, Record<string, string>>; implementations: Player[]; questions: Question[];
}
interface Source { file: string; line: number; text: string }
interface Cell {
  scenario: string; variant: string; implementation: string; database: string; state: CellState; outcome: string;
  facts: Record<string, unknown>; broken: string[]; reason: string; failure: Failure | null; explanation: string;
  docs: string; source: Source | null; timeline: Happening[];
}
interface Row { name: string; question: Question; cells: Cell[] }
// `implementations` have columns; `configurations` stand in the cells of their bases.
interface Report { header: Header; rows: Row[]; databases: string[]; implementations: string[]; configurations: string[] }

type Packed = number[];
interface PageData {
  legend: [string, string][]; caveats: string[]; cell: (keyof Cell)[]; statement: (keyof Statement)[]; usual: unknown[];
  reports: { header: Header; cells: Packed[] }[]; pool: any[];
}

interface Address {
  view: string; row: string; text: string; theme: string; database: string; hidden: string[]; only: string;
  shown: string[]; at: number; marks: Map<string, Mark>;
}
interface Mark { weight: "must" | "nice"; accepted: string[] }

// One line of the stream that an answer leaves: code that ran, or something that happened.
interface Item {
  kind: "code" | "helper" | "sql" | "note" | "error"; step: number; number?: number; text: string; aside?: string;
  event?: Happening; state?: TransactionState | "waiting";
}
// A place in the story of one answer at which the scrubber stops.
interface Step {
  segment: number; place: number; event: Happening; phase: "whole" | "sent" | "returned"; lines: number[];
  current: number; stack: Line[];
}
interface Story { segments: { checkpoint: string; items: Item[] }[]; steps: Step[]; frames: Frame[] }

interface Fields { [column: string]: Scalar | undefined }
interface Stored { table: string; fields: Fields; own?: "new" | "changed" | "deleted"; before?: Fields }
interface Change {
  kind: "insert" | "update" | "delete"; table: string; fields: Fields; where: Fields; computed: string[];
}
interface Transaction { connection: string; state: TransactionState; rows: Stored[]; savepoints: number; waiting: boolean }
interface Flow { kind: "write" | "read" | "commit" | "discard" | "direct" | "none" | "refused"; verb: string; empty?: boolean }
// What the picture shows after a step.
interface Frame {
  objects: Record<string, Shown>; looked: string; fresh: boolean; stale: boolean; transactions: Transaction[];
  committed: Stored[] | null; observed: string; locked: boolean; flow: Flow; story: string[]; code: string[]; state: TransactionState | "waiting";
}
