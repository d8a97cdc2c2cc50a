/** @file A run in the midst, on disk: stages in every state, curves, and rollouts with hostile text. */
import type { RolloutRow } from "../../../src/results/outcome.ts";
import { BoardWriter } from "../../../src/runs/board.ts";
import { kindOf } from "../../../src/runs/estimate.ts";
import { StageStore } from "../../../src/runs/store.ts";
import { random } from "../../experiment/declarations.ts";
import { planOf } from "../fixtures.ts";

/** What a page must show as text and nothing else. */
export const HOSTILE =
  `<img src=x onerror="document.title='owned'"></pre><script>document.title='owned'</script>`;

/** A rollout; changes as they are told. */
export function rolloutRow(changes: Partial<RolloutRow> = {}): RolloutRow {
  return {
    step: 0,
    group: 0,
    rollout: 0,
    instance: "hard-12#2",
    prompt: "w=p+1;f=5;l=f+0;b=j+1;j=6?b\nj=6",
    target: "b=7",
    completion: "<think>j=6, so b is 6+1</think>b=7",
    think: "j=6, so b is 6+1",
    action: "b=7",
    formatError: null,
    reward: 1,
    rewardError: null,
    parts: { similarity: 1, format: 0 },
    advantage: 0.5,
    tokens: 23,
    ...changes,
  };
}

/** Groups of a batch: good, bad, all alike, one with a broken format, one hostile. */
export function batch(step: number): RolloutRow[] {
  const group = (number: number, rows: Partial<RolloutRow>[]) =>
    rows.map((row, rollout) => rolloutRow({ step, group: number, rollout, ...row }));
  const half = { action: "b=j+1=8", reward: 0.6, parts: { similarity: 0.6, format: 0 } };
  return [
    ...group(0, [{ advantage: 0.91 }, { ...half, advantage: -0.91 }]),
    ...group(
      1,
      [1, 2].map(() => ({ ...half, reward: 0.5, advantage: null, instance: "hard-3#1" })),
    ),
    ...group(2, [
      { advantage: 1, reward: 0.2 },
      {
        ...{ think: null, action: null, completion: "<think>j=6 so b=", advantage: -1, reward: -1 },
        ...{ formatError: "no </think>", parts: { similarity: 0, format: -1 } },
      },
    ]),
    ...group(3, [
      { think: HOSTILE, action: `b=7 ${HOSTILE}`, target: `b=7 ${HOSTILE}`, reward: 0.8 },
      { prompt: HOSTILE, action: "\u202eb=7\x1b[2J", reward: 0.1, advantage: -0.4 },
    ]),
    ...Array.from({ length: 9 }, (_, i) => group(4 + i, [half, {}])).flat(),
  ];
}

/** A scene, which ends when it is disposed of. */
export interface Scene extends AsyncDisposable {
  /** Folder of all that runs leave behind. */
  readonly root: string;
  /** Id of the SRL stage that runs. */
  readonly running: string;
  /** Its folder. */
  readonly dir: string;
  /** The board of the run. */
  readonly board: BoardWriter;
}

/** Sets the scene. */
export async function scene(): Promise<Scene> {
  const root = await Deno.makeTempDir();
  const plan = await planOf({ seeds: [1, 2] });
  const store = new StageStore(root);
  const seconds = new Map(plan.stages.slice(1).map(({ id }) => [id, 120]));
  const board = (await BoardWriter.open({ root, plan, stages: plan.stages, seconds, jobs: 2 }))!;
  const next = random(7);
  const metrics = (updates: number, top: number) =>
    Array.from({ length: updates }, (_, i) => {
      const reward = -0.4 + top * (1 - Math.exp(-i / 12)) + 0.08 * next();
      const row = { step: i + 1, reward, loss: 1e-5 * next(), validation: i % 5 ? null : reward };
      return `${JSON.stringify(row)}\n`;
    }).join("");
  const train = (kind: string, seed: number) =>
    plan.stages.find(({ spec }) => kindOf(spec) === kind && spec.seed === seed)!;
  const begin = async (kind: string, seed: number, updates: number, top: number) => {
    const stage = train(kind, seed);
    board.event({ type: "started", stage, step: 0 });
    const draft = await store.begin(stage.id);
    await Deno.writeTextFile(`${draft.dir}/metrics.jsonl`, metrics(updates, top));
    const rows = [0, 20].flatMap(batch).map((row) => `${JSON.stringify(row)}\n`);
    if (kind !== "sft") await Deno.writeTextFile(`${draft.dir}/rollouts.jsonl`, rows.join(""));
    const event = {
      type: "progress",
      done: updates,
      total: 60,
      unit: "updates",
      note: "",
    } as const;
    board.event({ type: "said", stage, event });
    return { stage, draft };
  };
  for (const [kind, seed, top] of [["sft", 1, 0.3], ["rlvr", 1, 0.5]] as const) {
    const { stage, draft } = await begin(kind, seed, 60, top);
    await Deno.writeTextFile(`${draft.dir}/stage.json`, "{}");
    await draft.commit();
    board.event({ type: "finished", stage, seconds: 95 });
  }
  const failing = train("sft", 2);
  board.event({ type: "started", stage: failing, step: 0 });
  const failure = { stage: failing, reason: `the loss is NaN ${HOSTILE}`, tail: [], dir: "" };
  board.event({ type: "failed", stage: failing, failure });
  await begin("rlvr", 2, 22, 0.45);
  const { stage, draft } = await begin("srl", 1, 35, 1.2);
  // Written at the latest advance, whenever the last writing was.
  board.event({ type: "waiting", stage: train("srl", 2) });
  return {
    ...{ root, board, running: stage.id, dir: draft.dir },
    [Symbol.asyncDispose]: async () => {
      board.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}
