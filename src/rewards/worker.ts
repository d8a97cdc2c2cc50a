/** @file A thread that scores rollouts for a `RewardPool`. */
/// <reference lib="deno.worker" />
import { Tokenizer } from "../policy/tokenizer/tokenizer.ts";
import { compileReward } from "./compile.ts";
import { judge } from "./judge.ts";
import type { FromWorker, Judgement, RewardItem, ToWorker } from "./protocol.ts";
import type { ResourceSpec, RewardResources, Verify } from "./resources.ts";
import type { RewardFunction } from "./reward.ts";

/** Judgements are sent on after this long, so that little is lost with a worker that must be ended. */
const FLUSH_MS = 50;

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const say = (message: FromWorker) => scope.postMessage(message);

async function loadResources({ tokenizer, verifier }: ResourceSpec): Promise<RewardResources> {
  const ids = tokenizer && Tokenizer.of(tokenizer);
  return {
    ...ids ? { encode: (text: string) => ids.encode(text) } : {},
    ...verifier ? { verify: (await import(verifier)).verify as Verify } : {},
  };
}

async function scoreBatch(
  reward: RewardFunction,
  items: readonly RewardItem[],
  ended: Int32Array,
): Promise<void> {
  let judgements: Judgement[] = [];
  let flushed = performance.now();
  for (const item of items) {
    judgements.push(await judge(reward, item));
    Atomics.add(ended, 0, 1);
    if (performance.now() - flushed < FLUSH_MS) continue;
    say({ type: "judged", judgements });
    judgements = [];
    flushed = performance.now();
  }
  if (judgements.length > 0) say({ type: "judged", judgements });
}

let ready: { readonly reward: RewardFunction; readonly ended: Int32Array } | undefined;

scope.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "batch") {
    await scoreBatch(ready!.reward, data.items, ready!.ended);
    return;
  }
  try {
    const reward = await compileReward(data.declared, await loadResources(data.resources));
    ready = { reward, ended: new Int32Array(data.ended) };
    const { name, range, judgesFormat, needs } = reward;
    say({ type: "ready", traits: { name, range, judgesFormat, needs } });
  } catch (error) {
    const { name, message } = error as Error;
    say({ type: "unusable", input: name === "InputError", message });
  }
};
