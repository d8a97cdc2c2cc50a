/** @file Shows a run as it goes: a few live lines on a terminal, plain lines elsewhere. */
import type { PlannedStage } from "../experiment/plan.ts";
import { safeLine } from "../results/glyphs.ts";
import { cut } from "./align_columns.ts";
import { duration, roughly } from "./clock.ts";
import type { RunEvent } from "./events.ts";
import { Pace, type PaceOptions } from "./pace.ts";

/** What the display knows of the run before it starts. */
export interface ProgressOptions extends PaceOptions {
  /** Columns of the terminal; null for plain lines. */
  readonly columns: number | null;
  /** Writes text as it is. */
  write(text: string): void;
}

/** A running stage. */
interface Running {
  readonly stage: PlannedStage;
  readonly since: number;
  done: number;
  total: number;
  unit: string;
  note: string;
}

/** Least time between two plain progress lines, and between two redraws, in milliseconds. */
const EVERY = { plain: 10_000, live: 200 };

/**
 * Follows a run's events. Starts and ends of stages are lines that stay; between them a terminal shows what runs and how
 * long it will take, and a plain output gets a line for each running stage at
 * most every ten seconds.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #running = new Map<string, Running>();
  /** Ids of those that another process makes. */
  readonly #awaited = new Set<string>();
  readonly #pace: Pace;
  readonly #total: number;
  #over = 0;
  #drawn = 0;
  #last = -Infinity;

  /** Starts with every stage of the run still to do. */
  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#pace = new Pace(options);
    this.#total = options.stages.length;
  }

  /** Takes an event in, and shows it. */
  event(event: RunEvent): void {
    const { stage } = event;
    const { id, label } = stage;
    this.#pace.event(event);
    switch (event.type) {
      case "started": {
        const since = this.#options.now();
        this.#running.set(id, { stage, since, done: 0, total: 0, unit: "", note: "" });
        return this.#line(
          event.step > 0 ? `resume  ${label} after update ${event.step}` : `start   ${label}`,
        );
      }
      case "waiting":
        this.#awaited.add(id);
        return this.#line(`wait    ${label}: another process is making it`);
      case "said":
        if (event.event.type === "progress") this.#said(id, event.event);
        return this.beat();
      case "finished":
        this.#end(id);
        return this.#line(`done    ${label} in ${duration(event.seconds)} ${this.#state()}`);
      case "stopped":
        // It is not over: a later run goes on with it.
        this.#running.delete(id);
        return this.#line(
          event.step > 0
            ? `saved   ${label} after update ${event.step}`
            : `stop    ${label}: it begins anew`,
        );
      case "failed":
        this.#end(id);
        return this.#line(`FAILED  ${label}: ${event.failure.reason}`);
      case "skipped":
        this.#end(id);
        return this.#line(`skip    ${label}: it needs ${event.because.label}, which failed`);
      case "reused":
        this.#end(id);
        // Of the others the number was said before the run, and a hundred lines say no more.
        if (this.#awaited.has(id)) this.#line(`taken   ${label} ${this.#state()}`);
    }
  }

  /** Shows a line that no stage says, e.g. a warning. */
  note(text: string): void {
    this.#line(text);
  }

  /** Shows what runs if it is time to: called also by a timer, because a long silence looks like a hang. */
  beat(): void {
    const now = this.#options.now();
    const live = this.#options.columns !== null;
    if (this.#running.size === 0 || now - this.#last < (live ? EVERY.live : EVERY.plain)) return;
    if (live) return this.#draw(now);
    this.#last = now;
    const running = this.#lines(now);
    this.#options.write(
      running.map((line) => `        ${line}`).join("\n") + ` ${this.#state()}\n`,
    );
  }

  /** Removes the live lines, so that what follows stands alone. */
  close(): void {
    this.#erase();
  }

  #said(id: string, { done, total, unit, note }: Omit<Running, "stage" | "since">): void {
    const running = this.#running.get(id);
    if (running) Object.assign(running, { done, total, unit, note });
  }

  #end(id: string): void {
    this.#running.delete(id);
    this.#over++;
  }

  /** `[7 of 25, about 3 min left]` */
  #state(): string {
    const left = this.#over < this.#total ? `, ${roughly(this.#pace.total())} left` : "";
    return `[${this.#over} of ${this.#total}${left}]`;
  }

  /** Each running stage: how much of it is done, since when, how long it still takes, what it says. */
  #lines(now: number): string[] {
    const left = this.#pace.seconds();
    return [...this.#running.values()].map(({ stage, since, done, total, unit, note }) => {
      const part = total > 0
        ? `${Math.floor(100 * done / total)} % (${done}/${total} ${unit})`
        : "";
      const time = `${duration(Math.round((now - since) / 1000))}, ${
        roughly(left.get(stage.id) ?? 0)
      } left`;
      const said = [stage.label, part, time, note].filter((text) => text !== "").join("  ");
      return safeLine(said);
    });
  }

  /** A line that stays, above the live ones. It may quote what a policy or a file says. */
  #line(text: string): void {
    this.#erase();
    this.#options.write(`${safeLine(text)}\n`);
    const now = this.#options.now();
    if (this.#options.columns === null) this.#last = now;
    else this.#draw(now);
  }

  #draw(now: number): void {
    const { columns } = this.#options;
    if (columns === null) return;
    this.#erase();
    this.#last = now;
    const lines = [...this.#lines(now), this.#state()].map((line) => `  ${line}`);
    // A line that wraps would make the erasing miscount.
    for (const line of lines) this.#options.write(`${cut(line, columns - 1)}\n`);
    this.#drawn = lines.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#options.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }
}
