/** @file What a run tells, on disk, for whoever wants to watch it from another process. */
import type { Plan, PlannedStage } from "../experiment/plan.ts";
import { kindOf } from "./estimate.ts";
import type { RunEvent } from "./events.ts";
import { lockStage, type StageLock } from "./lock.ts";
import { Pace } from "./pace.ts";

/** State of a stage. `elsewhere`: another process is making it. */
export type BoardState =
  | "waiting"
  | "running"
  | "elsewhere"
  | "done"
  | "cached"
  | "failed"
  | "skipped"
  | "stopped";

/** One stage on the board. */
export interface BoardStage {
  /** Its id. */
  readonly id: string;
  /** What it is, for people. */
  readonly label: string;
  /** `sft`, `srl`, `rlvr` or `evaluate`. */
  readonly kind: string;
  /** State. */
  readonly state: BoardState;
  /** Units of work done, units in all (0 where it does not say), and what a unit is. */
  readonly done: number;
  /** Units in all. */
  readonly total: number;
  /** What a unit is. */
  readonly unit: string;
  /** A few words of its own, or why it failed. */
  readonly note: string;
  /** When it began and ended, milliseconds since 1970; null where it did not. */
  readonly start: number | null;
  /** When it ended. */
  readonly end: number | null;
  /** Seconds that it still takes; null where nothing is to be waited for. */
  readonly left: number | null;
}

/** What a run tells. */
export interface Board {
  /** The experiment. */
  readonly name: string;
  /** What it asks. */
  readonly question: string;
  /** Arms, in the order of the experiment. */
  readonly arms: readonly string[];
  /** When the run began, milliseconds since 1970. */
  readonly start: number;
  /** When this was written. */
  readonly written: number;
  /** Whether the run is over; one that was killed never says so, see {@link boardIsLive}. */
  readonly over: boolean;
  /** Seconds until all is done. */
  readonly left: number;
  /** Cells, each with its stages' ids in order. */
  readonly cells: readonly {
    /** Arm. */
    readonly arm: string;
    /** Policy size. */
    readonly size: string;
    /** Seed. */
    readonly seed: number;
    /** Ids. */
    readonly stages: readonly string[];
  }[];
  /** Stages, each once, each after its parent. */
  readonly stages: readonly BoardStage[];
}

/** Least time between two writings of what has only advanced, in milliseconds. */
const EVERY_MS = 500;

/** Boards of more stages are written so seldom that it takes at most a hundredth of the time. */
const SMALL = 200;
const SHARE = 100;

/**
 * File of an experiment's board, in the folder of all that runs leave behind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(boardPath(".stepwise", "quickstart"), ".stepwise/boards/quickstart.json");
 * ```
 */
export function boardPath(root: string, name: string): string {
  return `${root}/boards/${name}.json`;
}

/** The lock whose holder writes an experiment's board. */
function boardLock(root: string, name: string): Promise<StageLock | null> {
  return lockStage(`${root}/locks`, `board-${name}`);
}

/**
 * Whether a process is writing an experiment's board now.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * assertEquals(await boardIsLive(root, "quickstart"), false);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function boardIsLive(root: string, name: string): Promise<boolean> {
  using free = await boardLock(root, name);
  return free === null;
}

/** What a board is kept from. */
export interface BoardOptions {
  /** Folder of all that runs leave behind. */
  readonly root: string;
  /** What is run. */
  readonly plan: Plan;
  /** The stages that are wanted. */
  readonly stages: readonly PlannedStage[];
  /** Expected seconds by stage; none of those that are finished. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Most stages at once. */
  readonly jobs: number;
}

/**
 * Keeps a board while a run goes on: give it every event, and close it at the end. Of two runs of one experiment the first
 * has the board. A board that cannot be written stops nothing: {@link BoardWriter.close} says so.
 */
export class BoardWriter {
  readonly #options: BoardOptions;
  readonly #lock: StageLock;
  readonly #stages: Map<string, BoardStage>;
  readonly #pace: Pace;
  readonly #start = Date.now();
  #last = -Infinity;
  #cost = 0;
  #behind = false;
  #fault: string | null = null;
  #closed = false;

  private constructor(options: BoardOptions, lock: StageLock) {
    this.#options = options;
    this.#lock = lock;
    this.#pace = new Pace({ ...options, now: () => performance.now() });
    this.#stages = new Map(options.stages.map(({ id, label, spec }) => [id, {
      ...{ id, label, kind: kindOf(spec), state: options.seconds.has(id) ? "waiting" : "cached" },
      ...{ done: 0, total: 0, unit: "", note: "", start: null, end: null, left: null },
    }]));
    this.#write(false);
  }

  /** Begins a board; null where another run of the experiment has it. */
  static async open(options: BoardOptions): Promise<BoardWriter | null> {
    const lock = await boardLock(options.root, options.plan.experiment.name);
    return lock && new BoardWriter(options, lock);
  }

  /** Takes an event in, and writes it: at once where it changes a state, unless the board is large. */
  event(event: RunEvent): void {
    const { id } = event.stage;
    const now = Date.now();
    this.#pace.event(event);
    switch (event.type) {
      case "started":
        return this.#change(id, { state: "running", start: now });
      case "waiting":
        return this.#change(id, { state: "elsewhere" });
      case "said":
        if (event.event.type === "log") return;
        return this.#advance(id, event.event);
      case "finished":
        return this.#change(id, { state: "done", end: now, note: "" });
      case "reused":
        return this.#change(id, { state: "cached" });
      case "failed":
        return this.#change(id, { state: "failed", end: now, note: event.failure.reason });
      case "skipped":
        return this.#change(id, { state: "skipped", note: `it needs ${event.because.label}` });
    }
  }

  /** Writes what an event left unwritten, if it is time to: called by a timer. */
  beat(): void {
    if (this.#behind) this.#writeAfter(EVERY_MS);
  }

  /** Ends the board: what still runs was stopped. Returns why it could not be written; null where it could. A second call does nothing more. */
  close(): string | null {
    if (this.#closed) return this.#fault;
    this.#closed = true;
    for (const stage of this.#stages.values()) {
      if (stage.state === "running" || stage.state === "elsewhere") {
        this.#stages.set(stage.id, { ...stage, state: "stopped", end: Date.now() });
      }
    }
    this.#write(true);
    this.#lock[Symbol.dispose]();
    return this.#fault;
  }

  #change(id: string, changes: Partial<BoardStage>): void {
    this.#stages.set(id, { ...this.#stages.get(id)!, ...changes });
    this.#writeAfter(0);
  }

  #advance(
    id: string,
    { done, total, unit, note }: Pick<BoardStage, "done" | "total" | "unit" | "note">,
  ): void {
    this.#stages.set(id, { ...this.#stages.get(id)!, done, total, unit, note });
    this.#writeAfter(EVERY_MS);
  }

  /** Writes, if this much time has passed since the last writing, and that did not take too long. */
  #writeAfter(ms: number): void {
    const pause = this.#stages.size > SMALL ? Math.max(ms, SHARE * this.#cost) : ms;
    this.#behind = performance.now() - this.#last < pause;
    if (!this.#behind) this.#write(false);
  }

  #board(over: boolean): Board {
    const { plan } = this.#options;
    const left = over ? new Map<string, number>() : this.#pace.seconds();
    const { name, question, arms } = plan.experiment;
    const cells = plan.cells.filter(({ evaluation }) => this.#stages.has(evaluation));
    return {
      ...{ name, question, arms: Object.keys(arms), start: this.#start, written: Date.now(), over },
      left: this.#pace.total(left),
      cells: cells.map(({ arm, size, seed, training, evaluation }) => {
        return { arm, size, seed, stages: [...training, evaluation] };
      }),
      stages: [...this.#stages.values()].map((stage) => {
        return { ...stage, left: left.get(stage.id) ?? null };
      }),
    };
  }

  #write(over: boolean): void {
    const { root, plan } = this.#options;
    const path = boardPath(root, plan.experiment.name);
    const begun = performance.now();
    try {
      Deno.mkdirSync(`${root}/boards`, { recursive: true });
      Deno.writeTextFileSync(`${path}.tmp`, JSON.stringify(this.#board(over)));
      // A reader sees the old board or the new one. It is no result, so it need not survive the machine.
      Deno.renameSync(`${path}.tmp`, path);
    } catch (error) {
      this.#fault ??= `warning: the live view could not be told: ${(error as Error).message}`;
    }
    this.#last = performance.now();
    this.#cost = this.#last - begun;
  }
}
