import { stageRuntime } from "../../src/runs/provenance.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ORT_VERSION } from "../../src/engine/ort/library.ts";

/** Names the packages, which a process elsewhere would not find. */
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The provenance that a process in this folder finds, with this PATH. */
async function provenanceIn(
  cwd: string,
  path: string,
  modules: string[] = [],
): Promise<Record<string, unknown>> {
  const script = `const { runProvenance } = await import(${
    JSON.stringify(import.meta.resolve("../../src/runs/provenance.ts"))
  }); console.log(JSON.stringify(await runProvenance(["x"], ${JSON.stringify(modules)})));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", "--config", CONFIG, script],
    cwd,
    env: { PATH: path },
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("runProvenance() knows commit, dirt and lock, and lives without git or repository", async () => {
  const dir = await Deno.makeTempDir();
  const path = Deno.env.get("PATH") ?? "";
  const outside = await provenanceIn(dir, path);
  assertEquals([outside.commit, outside.dirty, outside.lock], [null, null, null]);
  assertEquals((outside.versions as Record<string, string>).deno, Deno.version.deno);
  const runtime = outside.runtime as Record<string, string>;
  assertEquals([runtime.name, runtime.provider], ["ONNX Runtime", "CPUExecutionProvider"]);
  assertEquals(runtime.version, ORT_VERSION);

  const git = async (...args: string[]) => {
    const named = ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args];
    await new Deno.Command("git", { args: named, cwd: dir, stdout: "null" }).output();
  };
  await git("init", "-q");
  await Deno.writeTextFile(`${dir}/deno.lock`, '{"specifiers":{"npm:zod@^4":"4.1.0"}}');
  await git("add", "deno.lock");
  await git("commit", "-q", "-m", "first");
  const clean = await provenanceIn(dir, path);
  assertMatch(String(clean.commit), /^[0-9a-f]{40}$/);
  assertEquals(clean.dirty, false);
  // sha256sum of these bytes.
  assertMatch(String(clean.lock), /^a8fb3a8d7d560d4c/);
  assertEquals(clean.packages, { "npm:zod": "4.1.0" });
  assertEquals((await provenanceIn(dir, "")).commit, null);
  const dirty = async (...modules: string[]) => (await provenanceIn(dir, path, modules)).dirty;
  const write = (name: string) => Deno.writeTextFile(`${dir}/${name}`, "{}");
  // What is declared and what is read is kept, or told by its hash.
  await write("experiment.ts");
  await write("data.jsonl");
  assertEquals(await dirty(), false);
  await write("reward.ts");
  assertEquals([await dirty("reward.ts"), await dirty("/dev/null")], [true, true]);
  await git("add", "reward.ts");
  await git("commit", "-q", "-m", "second");
  assertEquals(await dirty("reward.ts"), false);
  await Deno.mkdir(`${dir}/src`);
  await write("src/new.ts");
  assertEquals(await dirty(), true);
  await Deno.remove(`${dir}/src/new.ts`);
  assertEquals(await dirty(), false);
  // Results are no dirt, be they committed and written anew.
  await Deno.mkdir(`${dir}/results/a`, { recursive: true });
  await write("results/a/table.md");
  await git("add", "results");
  await git("commit", "-q", "-m", "third");
  await Deno.writeTextFile(`${dir}/results/a/table.md`, "new");
  assertEquals(await dirty(), false);
  await write("deno.lock");
  assertEquals(await dirty(), true);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("stageRuntime() names the GPU's provider beside the processor's, where there is a runtime", () => {
  const cpu = { name: "ONNX Runtime", version: "1.30.0", provider: "CPUExecutionProvider" };
  assertEquals(stageRuntime(cpu, undefined), cpu);
  assertEquals(stageRuntime(cpu, "gpu"), {
    ...cpu,
    provider: "CPUExecutionProvider, WebGpuExecutionProvider",
  });
  assertEquals(stageRuntime(null, "gpu"), null);
});
