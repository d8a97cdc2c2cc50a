/** @file How much memory a program takes at most, measured on a process of its own. */

/** Whether the system tells a process's peak. */
export const CAN_MEASURE = Deno.build.os === "linux";

/** A peak of resident memory, in bytes. */
export interface Peak {
  /** All of the process. */
  readonly whole: number;
  /** Above what it had before the statements that were measured. */
  readonly above: number;
}

/**
 * Runs a program of statements in a fresh process; returns where its resident memory peaked in `statements`, which follow those of
 * `before`. Both may import from the repository by `src/…`.
 */
export async function peakOf(before: string, statements: string): Promise<Peak> {
  const root = new URL("../", import.meta.url).href;
  const program = `
    const peak = () => {
      const text = Deno.readTextFileSync("/proc/self/status");
      return 1024 * Number(/VmHWM:\\s*(\\d+)/.exec(text)[1]);
    };
    const resident = () => 1024 * Number(/VmRSS:\\s*(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]);
    ${before.replaceAll('"src/', `"${root}src/`)}
    // What was needed in passing before this point is no part of the measurement.
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
    const start = resident();
    ${statements.replaceAll('"src/', `"${root}src/`)}
    console.log(JSON.stringify({ whole: peak(), above: peak() - start }));
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const config = new URL("../deno.json", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, file],
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(decoder.decode(stderr));
    return JSON.parse(decoder.decode(stdout).trim().split("\n").at(-1)!);
  } finally {
    await Deno.remove(file);
  }
}
