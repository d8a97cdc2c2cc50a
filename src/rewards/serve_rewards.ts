/** @file The process that scores rollouts for a `RewardPool`; started by a `RewardProcess`, which it hears on stdin and answers on stdout. */
import { Console } from "node:console";
import process from "node:process";
import { Tokenizer } from "../policy/tokenizer/tokenizer.ts";
import { compileReward } from "./compile.ts";
import { frame, FrameReader } from "./frames.ts";
import { judge } from "./judge.ts";
import type { FromProcess, ToProcess } from "./protocol.ts";
import type { ResourceSpec, RewardResources, Verify } from "./resources.ts";
import type { RewardFunction } from "./reward.ts";

const channel = Deno.stdout;

/** Writes at once: an item that was judged stays judged, whatever the next one does. */
function say(message: FromProcess): void {
  const bytes = frame(message);
  for (let at = 0; at < bytes.length;) at += channel.writeSync(bytes.subarray(at));
}

/** Gives stdout to the messages alone: what a user's file prints goes to stderr. */
function reserveStdout(): void {
  Object.defineProperty(Deno, "stdout", { value: Deno.stderr });
  Object.defineProperty(process, "stdout", { value: process.stderr });
  Object.assign(console, new Console(process.stderr, process.stderr));
}

async function loadResources({ tokenizer, verifier }: ResourceSpec): Promise<RewardResources> {
  const ids = tokenizer && Tokenizer.of(tokenizer);
  return {
    ...ids ? { encode: (text: string) => ids.encode(text) } : {},
    ...verifier ? { verify: (await import(verifier)).verify as Verify } : {},
  };
}

let reward: RewardFunction | undefined;

async function serve(message: ToProcess): Promise<void> {
  if (message.type === "items") {
    for (const item of message.items) {
      say({ type: "judged", judgement: await judge(reward!, item) });
    }
    return;
  }
  try {
    reward = await compileReward(message.declared, await loadResources(message.resources));
    const { name, range, judgesFormat, needs } = reward;
    say({ type: "ready", traits: { name, range, judgesFormat, needs } });
  } catch (error) {
    const { name, message } = error as Error;
    say({ type: "unusable", input: name === "InputError", message });
  }
}

reserveStdout();
// What nobody catches still ends the process and is printed; the parent is told which of both it was.
addEventListener("error", ({ message }) => say({ type: "failed", message }));
addEventListener("unhandledrejection", ({ reason }) => {
  say({ type: "failed", message: `Uncaught (in promise) ${reason}` });
});
const frames = new FrameReader<ToProcess>();
let served = Promise.resolve();
const stdin = new Worker(import.meta.resolve("./stdin_thread.ts"), { type: "module" });
stdin.onmessage = ({ data }: MessageEvent<Uint8Array>) => {
  for (const message of frames.read(data)) served = served.then(() => serve(message));
};
