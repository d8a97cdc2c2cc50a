import { assertEquals } from "@std/assert";

/** Runs a script of fault points; returns what it printed and how it ended. */
async function points(fault: string) {
  const script = `
    import { faultPoint } from "${import.meta.resolve("../src/fault_point.ts")}";
    for (const label of ["a", "b", "c"]) {
      try { faultPoint(label); } catch (error) { console.log(error.code); }
      console.log(label);
    }`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, script);
  const { signal, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", file],
    env: { STEPWISE_FAULT: fault },
  }).output();
  await Deno.remove(file);
  return [new TextDecoder().decode(stdout).replaceAll("\n", ""), signal];
}

Deno.test("faultPoint() ends the process once at each label", async () => {
  const seen = await Deno.makeTempFile();
  const runs = [];
  for (let i = 0; i < 4; i++) runs.push(await points(`kill:${seen}`));
  assertEquals(runs, [["", "SIGKILL"], ["a", "SIGKILL"], ["ab", "SIGKILL"], ["abc", null]]);
  await Deno.remove(seen);
});

Deno.test("faultPoint() fills the disk at one label, and does nothing unless it is asked to", async () => {
  assertEquals(await points("full:b"), ["aENOSPCbc", null]);
  assertEquals(await points("anything"), ["abc", null]);
});
