/** @file Reads a reward process's stdin for it, and kills the process at its end: the parent is gone, and a reward may be stuck. */
/// <reference lib="deno.worker" />

/** What a pipe holds on Linux. */
const PIECE = 65_536;

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

for (;;) {
  const bytes = new Uint8Array(PIECE);
  const length = await Deno.stdin.read(bytes);
  if (length === null) break;
  scope.postMessage(bytes.subarray(0, length), [bytes.buffer]);
}
Deno.kill(Deno.pid, "SIGKILL");
