import { assertEquals } from "@std/assert";
import { interruption } from "../../src/cli/interruption.ts";

/** Signals by hand, and a clock. */
function hand() {
  const heard = new Map<string, () => void>();
  const state = { now: 5000, codes: [] as number[] };
  const signal = interruption({
    listen: (name, callback) => heard.set(name, callback),
    now: () => state.now,
    exit: (code) => state.codes.push(code),
  });
  const send = (name: string) => heard.get(name)!();
  return { state, signal, send };
}

Deno.test("interruption() takes what comes within half a second for one signal", () => {
  const { state, signal, send } = hand();
  assertEquals(signal.aborted, false);
  send("SIGINT");
  send("SIGINT");
  state.now += 500;
  send("SIGINT");
  assertEquals([signal.aborted, state.codes], [true, []]);
});

Deno.test("interruption() ends the process at a later second signal, of any kind", () => {
  const { state, send } = hand();
  const other = Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM";
  send(other);
  state.now += 501;
  send("SIGINT");
  assertEquals(state.codes, [130]);
});
