import { assert, assertEquals } from "@std/assert";
import { LIBRARY_VARIABLE, libraryPath } from "../../../src/engine/ort/library.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../../vulkan/driver.ts";
import { folder, runIn, startFolder } from "./runs.ts";

const ignore = WITHOUT_VULKAN !== null;
const why = ignore ? ` (${WITHOUT_VULKAN})` : "";

type Row = Record<string, number | null>;

async function rows(dir: string): Promise<Row[]> {
  const text = await Deno.readTextFile(`${dir}/metrics.jsonl`);
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** Asserts that two runs tell of the same training. */
function assertClose(found: readonly Row[], expected: readonly Row[]): void {
  assertEquals(found.length, expected.length);
  expected.forEach((row, step) => {
    assertEquals(Object.keys(found[step]!), Object.keys(row));
    for (const [name, value] of Object.entries(row)) {
      const other = found[step]![name]!;
      const same = value === null ? other === null : Math.abs(value - other) < 1e-3;
      assert(same, `${name} at ${step}: ${other}, not ${value}`);
    }
  });
}

Deno.test({
  name: `trainGrpo() takes five SRL steps on a GPU as on the processor, and says so${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    const parent = await startFolder();
    const batch = { updates: 5, groups: 4, rollouts: 6, learningRate: 1e-3, maxTokens: 24 };
    // Rollouts, the reference's scores and updates are all the GPU's.
    const small = { ...batch, klCoefficient: 0.05 };
    const [gpu, cpu] = [folder(), folder()];
    const said: string[] = [];
    await runIn(gpu, srlSchema.parse(srl({ ...small, device: "gpu" })), {
      parent,
      report: (event) => {
        if (event.type === "log") said.push(event.message);
      },
    });
    await runIn(cpu, srlSchema.parse(srl(small)), { parent });
    const expected = await rows(cpu);
    assertEquals(expected.filter(({ gradNorm }) => gradNorm).length, 5); // there was something to train on
    assertClose(await rows(gpu), expected);
    assert(said.includes("on a GPU through webgpu"), said.join("\n"));
  },
});

Deno.test({
  name: `trainSft() trains on a GPU as on the processor, with several rates${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    const small = { updates: 3, batch: 4, learningRate: [1e-2, 1e-3] };
    const [gpu, cpu] = [folder(), folder()];
    const options = { data: { validation: 4 } };
    await runIn(gpu, sftSchema.parse(sft({ ...small, device: "gpu" })), options);
    await runIn(cpu, sftSchema.parse(sft(small)), options);
    assertClose(await rows(gpu), await rows(cpu));
  },
});

Deno.test({
  name:
    `trainGrpo() and trainSft() in float16 tell their loss scale, and learn as in float32${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    const parent = await startFolder();
    const half = { device: "gpu", precision: "float16" } as const;
    const [grpo, first, second] = [folder(), folder(), folder()];
    const small = { updates: 2, groups: 4, rollouts: 6, learningRate: 1e-3, maxTokens: 24 };
    await runIn(grpo, srlSchema.parse(srl({ ...small, ...half, klCoefficient: 0.05 })), { parent });
    const found = await rows(grpo);
    assertEquals(found.map(({ lossScale }) => lossScale ?? null), [2 ** 16, 2 ** 16]);
    // Sampling and training round alike: the ratio of the first update is near 1.
    assert(found.every(({ logProbGap }) => logProbGap! < 0.05), JSON.stringify(found));

    const few = { updates: 6, batch: 4, learningRate: 3e-3 };
    await runIn(first, sftSchema.parse(sft({ ...few, ...half })), {});
    await runIn(second, sftSchema.parse(sft(few)), {});
    const losses = async (dir: string) => (await rows(dir)).map(({ loss }) => loss ?? 0);
    const [mixed, single] = [await losses(first), await losses(second)];
    single.forEach((loss, step) => assert(Math.abs(loss - mixed[step]!) < 0.02 * (1 + loss)));
    assert(mixed[5]! < mixed[0]!);
  },
});

Deno.test("openGpu() says what the provider says where there is no GPU", async () => {
  const code = `
    import { openGpu } from ${JSON.stringify(import.meta.resolve("../../../src/engine/gpu.ts"))};
    try { openGpu(); } catch (error) { console.log(error.name, error.message); }
  `;
  // CUDA's provider is not in the package's library; of a library that is named it is asked for.
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", code],
    env: { [LIBRARY_VARIABLE]: libraryPath() },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(
    text.startsWith(
      'InputError device: found "gpu"; expected "cpu": no GPU can be used through cuda: ',
    ),
    text,
  );
});
