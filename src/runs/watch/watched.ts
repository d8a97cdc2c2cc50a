/** @file What can be seen of runs on disk: boards, curves, groups of rollouts. */
import { METRICS } from "../../results/jsonl_rows.ts";
import type { RolloutRow } from "../../results/outcome.ts";
import { type Board, boardIsLive, boardPath, type BoardStage } from "../board.ts";
import { filterGroups, type GroupFilter } from "../pick_group.ts";
import { RowFollower } from "../row_follower.ts";
import { StageStore } from "../store.ts";
import { type GroupView, groupView } from "./group_view.ts";
import { RolloutIndex } from "./rollout_index.ts";

/** A board as it is shown. */
export interface ShownBoard extends Board {
  /** Whether a process is running it now; where not and it is not over, it was killed. */
  readonly live: boolean;
}

/** Some groups of one step. */
export interface GroupsPage {
  /** Steps that there are rollouts of, ascending. */
  readonly steps: readonly number[];
  /** The step that is shown; null where there is none. */
  readonly step: number | null;
  /** Groups of the step that the filter leaves. */
  readonly total: number;
  /** Those from the place asked for, a page of them. */
  readonly groups: readonly GroupView[];
}

/** Groups on a page. */
export const PAGE = 8;

/** Which groups. */
export interface GroupsQuery {
  /** Updates made before the batch; null for the last batch. */
  readonly step: number | null;
  /** Orders or limits the groups. */
  readonly filter: GroupFilter | null;
  /** Place of the first, from 0. */
  readonly from: number;
}

/** New points of some stages' curves, by stage; each point is step and value. */
export type Points = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;

/**
 * Reads what runs left and leave behind, below one folder. Writes nothing but locks, which it gives back at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await new Watched("no/such/folder").experiments(), []);
 * ```
 */
export class Watched {
  readonly #root: string;
  readonly #store: StageStore;
  readonly #indices = new Map<string, RolloutIndex>();

  /** Takes the folder of all that runs leave behind. */
  constructor(root: string) {
    this.#root = root;
    this.#store = new StageStore(root);
  }

  /** Names of the experiments that have a board, that which was written last first. */
  async experiments(): Promise<string[]> {
    const found: [string, number][] = [];
    try {
      for await (const { name } of Deno.readDir(`${this.#root}/boards`)) {
        if (!name.endsWith(".json")) continue;
        const { mtime } = await Deno.stat(`${this.#root}/boards/${name}`);
        found.push([name.slice(0, -".json".length), mtime?.getTime() ?? 0]);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return found.sort((a, b) => b[1] - a[1]).map(([name]) => name);
  }

  /** The board of an experiment, one of {@link Watched.experiments}. */
  async board(name: string): Promise<ShownBoard> {
    const board: Board = JSON.parse(await Deno.readTextFile(boardPath(this.#root, name)));
    return { ...board, live: !board.over && await boardIsLive(this.#root, name) };
  }

  /** Follows the metrics of stages. */
  curves(): Curves {
    return new Curves(this.#store);
  }

  /** A page of a stage's groups; empty where it has no rollouts. */
  async groups(id: string, { step, filter, from }: GroupsQuery): Promise<GroupsPage> {
    const dir = await this.#store.found(id);
    if (dir === null) return { steps: [], step: null, total: 0, groups: [] };
    const path = `${dir}/rollouts.jsonl`;
    const index = this.#indices.get(id) ?? new RolloutIndex();
    this.#indices.set(id, index);
    await index.update(path);
    const { steps } = index;
    const shown = step ?? steps.at(-1) ?? null;
    if (shown === null) return { steps, step: null, total: 0, groups: [] };
    const groups = new Map<number, RolloutRow[]>();
    for (const row of await index.read(path, shown)) {
      groups.set(row.group, [...groups.get(row.group) ?? [], row]);
    }
    const all = [...groups.values()];
    const left = filter === null ? all : filterGroups(all, filter);
    const page = left.slice(from, from + PAGE).map(groupView);
    return { steps, step: shown, total: left.length, groups: page };
  }
}

/** Follows one metric of many stages, for one reader. */
export class Curves {
  readonly #store: StageStore;
  readonly #followers = new Map<string, RowFollower<Record<string, number | null>>>();
  readonly #metrics = new Set<string>();
  readonly #whole = new Set<string>();

  /** Starts before the first point. */
  constructor(store: StageStore) {
    this.#store = store;
  }

  /** Names of the metrics that were seen. */
  get metrics(): string[] {
    return [...this.#metrics].sort();
  }

  /** The points that are new since the last call, of stages that have some. */
  async added(stages: readonly BoardStage[], metric: string): Promise<Points> {
    const points: Record<string, [number, number][]> = {};
    for (const { id, state } of stages) {
      if (state === "waiting" || state === "skipped" || this.#whole.has(id)) continue;
      // Read once more after its end, and never again.
      if (state === "done" || state === "cached" || state === "failed") this.#whole.add(id);
      const dir = await this.#store.found(id);
      if (dir === null) continue;
      const follower = this.#followers.get(id) ?? new RowFollower(METRICS);
      this.#followers.set(id, follower);
      for (const { step, ...metrics } of await follower.read(`${dir}/metrics.jsonl`)) {
        for (const name of Object.keys(metrics)) this.#metrics.add(name);
        const value = metrics[metric];
        if (typeof value === "number") (points[id] ??= []).push([step!, value]);
      }
    }
    return points;
  }
}
