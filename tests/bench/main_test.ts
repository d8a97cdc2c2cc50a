import { assertEquals } from "@std/assert";

const SCRIPT = new URL("../../bench/main.ts", import.meta.url).pathname;

/** How the benchmark ends, and what it says, with some arguments. */
async function bench(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", SCRIPT, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("deno task bench prints its help, and refuses what it does not know, without measuring", async () => {
  const { code, out } = await bench("--help");
  assertEquals([code, out.split("\n")[0]], [0, "Usage: deno task bench [options]"]);
  assertEquals(out.includes("tokens/s"), false);
  const wrong = await bench("--rounds", "3");
  assertEquals([wrong.code, wrong.out], [1, ""]);
  assertEquals(wrong.err.trim(), "error: unknown option '--rounds'");
});
