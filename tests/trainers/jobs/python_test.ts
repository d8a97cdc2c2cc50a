import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { findPython, probePython, requirePython } from "../../../src/trainers/jobs/python.ts";

/** Runs something with another Python. */
async function withPython<T>(program: string, body: () => T | Promise<T>): Promise<T> {
  const before = Deno.env.get("STEPWISE_PYTHON");
  Deno.env.set("STEPWISE_PYTHON", program);
  try {
    return await body();
  } finally {
    if (before === undefined) Deno.env.delete("STEPWISE_PYTHON");
    else Deno.env.set("STEPWISE_PYTHON", before);
  }
}

/** A program that prints something. */
async function program(body: string): Promise<string> {
  const file = `${await Deno.makeTempDir()}/python`;
  await Deno.writeTextFile(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

Deno.test("findPython() takes the Python that the variable names", async () => {
  assertEquals(await withPython("/opt/python", () => findPython("trl")), "/opt/python");
});

Deno.test("probePython() says why a Python cannot be run", async () => {
  const broken = await program("echo 'no module named json' >&2; exit 3");
  assertEquals(await probePython(broken, ["trl"]), {
    ...{ program: broken, version: null, packages: { trl: null } },
    why: "no module named json",
  });
});

Deno.test("requirePython() names what is missing, and the command that installs it", async () => {
  const answer = (packages: Record<string, string>) =>
    program(`echo '${JSON.stringify({ version: "3.12.0", packages })}'`);
  const right = await answer({ trl: "1.16.0" });
  const found = await withPython(right, () => requirePython("trl", { trl: "1.16.0" }));
  assertEquals([found.program, found.version], [right, "3.12.0"]);
  const old = await answer({ trl: "0.1.0" });
  const error = await assertRejects(
    () => withPython(old, () => requirePython("trl", { trl: "1.16.0" })),
    InputError,
    `engine trl: ${old}: trl: found 0.1.0; expected 1.16.0. To install: python3 -m venv `,
  );
  assert(error.message.includes("pip install trl==1.16.0 ("), error.message);
  await assertRejects(
    () => withPython("no-such-python", () => requirePython("trl", { trl: "1.16.0" })),
    InputError,
    "engine trl: no-such-python: no-such-python: cannot be run (",
  );
});
