import { assert, assertEquals } from "@std/assert";
import { TRL_PACKAGES } from "../../src/experiment/trl_packages.ts";

const command = new URL("../../src/cli/doctor.ts", import.meta.url).pathname;

/** What the command says with a Python that answers as it is told; null for one that is not there. */
async function doctor(args: string[], versions: Record<string, string> | null) {
  const dir = await Deno.makeTempDir();
  const python = `${dir}/python`;
  if (versions !== null) {
    const answer = JSON.stringify({ version: "3.12.1", packages: versions });
    await Deno.writeTextFile(python, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  }
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", command, ...args],
    env: { STEPWISE_PYTHON: python, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("deno task doctor finds every engine ready, or says what is missing and what installs it", async () => {
  const ready = await doctor([], TRL_PACKAGES);
  assertEquals(ready.code, 0, ready.err);
  assert(ready.out.startsWith("embedded: ready\n"), ready.out);
  assert(ready.out.includes("\ntrl: ready\n"), ready.out);
  assertEquals(ready.out.includes("to install"), false);

  const old = await doctor(["trl"], { ...TRL_PACKAGES, trl: "0.9.0" });
  assertEquals(old.code, 1);
  assert(old.out.includes(`✗ trl           0.9.0; expected ${TRL_PACKAGES["trl"]}\n`), old.out);
  assert(
    old.out.includes(`.stepwise/python/bin/pip install trl==${TRL_PACKAGES["trl"]} `),
    old.out,
  );

  // The embedded engine needs no Python: what an engine lacks that nobody asked for is no failure.
  const without = await doctor([], null);
  assertEquals(without.code, 0);
  assert(without.out.includes("✗ python        none; "), without.out);
});

Deno.test("deno task doctor refuses an engine that it does not know", async () => {
  const { code, err } = await doctor(["tlr"], null);
  assertEquals(code, 2);
  assertEquals(err, 'error: engine: found "tlr"; expected embedded or trl; did you mean trl?\n');
});
