import { assert, assertEquals } from "@std/assert";
import { TRL_PACKAGES } from "../../src/experiment/trl_packages.ts";
import { VERL_PACKAGES } from "../../src/experiment/verl_packages.ts";

const command = new URL("../../src/cli/doctor.ts", import.meta.url).pathname;

/** What the command says with a Python that answers as it is told; null for one that is not there. */
async function doctor(
  args: string[],
  versions: Record<string, string> | null,
  head = "http://127.0.0.1:9",
) {
  const dir = await Deno.makeTempDir();
  // One for both: a package that both engines pin has the version that `versions` says.
  const python = `${dir}/python`;
  if (versions !== null) {
    const answer = JSON.stringify({ version: "3.12.1", packages: versions });
    await Deno.writeTextFile(python, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  }
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", command, ...args],
    env: {
      STEPWISE_PYTHON: python,
      STEPWISE_VERL_PYTHON: python,
      NO_COLOR: "1",
      RAY_API_SERVER_ADDRESS: head,
    },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("deno task doctor finds every engine ready, or says what is missing and what installs it", async () => {
  const ready = await doctor([], TRL_PACKAGES);
  assertEquals(ready.code, 0, ready.err);
  assert(ready.out.startsWith("embedded: ready\n"), ready.out);
  const gpu = ready.out.split("\n").find((line) => line.startsWith("  ✓ GPU "))!;
  assert(
    /usable, through webgpu|none: on CPU; device: "gpu" needs a driver for .+ \(.+\)$/.test(gpu),
    gpu,
  );
  assert(ready.out.includes("\ntrl: ready\n"), ready.out);
  assertEquals(ready.out.split("\nverl: ")[0]!.includes("to install"), false);

  const old = await doctor(["trl"], { ...TRL_PACKAGES, trl: "0.9.0" });
  assertEquals(old.code, 1);
  assert(old.out.includes(`✗ trl           0.9.0; expected ${TRL_PACKAGES["trl"]}\n`), old.out);
  assert(
    old.out.includes(`.stepwise/python/bin/pip install trl==${TRL_PACKAGES["trl"]} `),
    old.out,
  );

  const verl = await doctor(["verl"], { ...VERL_PACKAGES, ray: "2.60.0" });
  for (const [what, version] of Object.entries(VERL_PACKAGES)) {
    assert(new RegExp(`✓ ${what} +${version}\n`).test(verl.out), verl.out);
  }
  assert(verl.out.includes('none: attention: "sdpa"'), verl.out);
  assertEquals(verl.out.includes("to install"), false);
  const mixed = await doctor(["verl"], TRL_PACKAGES);
  assertEquals(mixed.code, 1);
  assert(mixed.out.includes(`.stepwise/python-verl/bin/pip install `), mixed.out);
  assert(
    mixed.out.includes(`✗ verl           none; expected ${VERL_PACKAGES["verl"]}\n`),
    mixed.out,
  );

  // The embedded engine needs no Python: what an engine lacks that nobody asked for is no failure.
  const without = await doctor([], null);
  assertEquals(without.code, 0);
  assert(without.out.includes("✗ python        none; "), without.out);
});

Deno.test("deno task doctor refuses an engine that it does not know", async () => {
  const { code, err } = await doctor(["tlr"], null);
  assertEquals(code, 2);
  assertEquals(
    err,
    'error: engine: found "tlr"; expected embedded or trl or verl or ray; did you mean trl?\n',
  );
});

Deno.test("deno task doctor ray says what there is of a cluster, or what starts one", async () => {
  const node = (ip: string, state: string, resources: object) => ({
    ...{ node_ip: ip, state, resources_total: { memory: 1e9, ...resources } },
  });
  const answers: Record<string, unknown> = {
    "/api/version": { ray_version: "2.60.0" },
    "/api/v0/nodes": {
      data: {
        result: {
          result: [
            node("10.0.0.1", "ALIVE", { CPU: 8 }),
            node("10.0.0.2", "ALIVE", { CPU: 64, GPU: 8 }),
            node("10.0.0.3", "DEAD", { CPU: 64, GPU: 8 }),
          ],
        },
      },
    },
  };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => Response.json(answers[new URL(url).pathname]),
  );
  const head = `http://127.0.0.1:${server.addr.port}`;
  const found = await doctor(["ray"], null, head);
  assertEquals(found.out.trimEnd().split("\n"), [
    "ray: ready",
    `  ✓ head      ${head}`,
    "  ✓ ray       2.60.0",
    "  ✓ nodes     2",
    '  ✓ 10.0.0.1  8 processors, no GPU: device "cpu"',
    "  ✓ 10.0.0.2  64 processors, 8 GPUs",
  ]);
  assertEquals(found.code, 0);

  answers["/api/version"] = { ray_version: "2.1.0" };
  const old = await doctor(["ray"], null, head);
  assertEquals(old.code, 1);
  assert(old.out.includes("✗ ray       2.1.0; expected 2.2 or later\n"), old.out);
  assert(old.out.includes('to install: pip install "ray[default]==2.60.0"\n'), old.out);

  const none = await doctor(["ray"], null);
  assertEquals(none.code, 1);
  assert(
    none.out.includes("✗ head  none; Ray at http://127.0.0.1:9 cannot be reached: "),
    none.out,
  );
  assert(
    none.out.includes("ray start --head, or RAY_API_SERVER_ADDRESS=http://HEAD:8265"),
    none.out,
  );
});
