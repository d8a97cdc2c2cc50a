import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ORT_VERSION } from "../../src/engine/ort/library.ts";

/** Names the packages, which a process elsewhere would not find. */
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The provenance that a process in this folder finds, with this PATH. */
async function provenanceIn(cwd: string, path: string): Promise<Record<string, unknown>> {
  const script = `const { runProvenance } = await import(${
    JSON.stringify(import.meta.resolve("../../src/runs/provenance.ts"))
  }); console.log(JSON.stringify(await runProvenance(["x"])));`;
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
  await Deno.mkdir(`${dir}/results/a`, { recursive: true });
  await Deno.writeTextFile(`${dir}/results/a/table.md`, "");
  assertEquals((await provenanceIn(dir, path)).dirty, false);
  await Deno.writeTextFile(`${dir}/new.ts`, "");
  assertEquals((await provenanceIn(dir, path)).dirty, true);
  assertEquals((await provenanceIn(dir, "")).commit, null);
  await Deno.remove(dir, { recursive: true });
});
