/** @file Running a reference implementation in Python, where there is one. */
import { PYTHON } from "../python/environment.ts";

/** Runs a Python program on a JSON value; its last line of output is the JSON result. */
export async function python(program: string, input: unknown): Promise<unknown> {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(input));
    const { code, stdout, stderr } = await new Deno.Command(PYTHON, {
      args: ["-c", program, file],
      env: { HF_HUB_OFFLINE: "1", TRANSFORMERS_VERBOSITY: "error", PYTHONIOENCODING: "utf-8" },
    }).output();
    const decoder = new TextDecoder();
    if (code !== 0) throw new Error(`python exited with ${code}:\n${decoder.decode(stderr)}`);
    return JSON.parse(decoder.decode(stdout).trimEnd().split("\n").at(-1)!);
  } finally {
    await Deno.remove(file);
  }
}

async function has(modules: readonly string[]): Promise<boolean> {
  try {
    const program = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(m) for m in ${
      JSON.stringify(modules)
    }))`;
    return (await new Deno.Command(PYTHON, { args: ["-c", program] }).output()).success;
  } catch {
    return false;
  }
}

/** A test that is ignored, saying why in its name, where Python or one of the modules is missing. */
export async function pythonTest(
  name: string,
  modules: readonly string[],
  body: () => Promise<void>,
): Promise<void> {
  const present = await has(modules);
  const reason = present ? "" : ` (skipped: ${PYTHON} has no ${modules.join(", ")})`;
  Deno.test({ name: name + reason, ignore: !present, fn: body });
}

/** Random whole numbers below `bound`, the same on every run (mulberry32). */
export function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * bound);
  };
}
