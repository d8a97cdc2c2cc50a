import { assert, assertEquals } from "@std/assert";
import { Policy } from "../../../src/policy/policy.ts";
import { loadWeights, Validations } from "../../../src/trainers/jobs/checkpoints.ts";
import { BASE } from "../trl/specs.ts";

/** Folders of three policies, and validations of them. */
async function place() {
  const dir = await Deno.makeTempDir();
  for (const step of [2, 4, 6]) {
    await Deno.mkdir(`${dir}/snapshots/step-${step}`, { recursive: true });
  }
  const asked: (string | null)[] = [];
  const scores: Record<string, number> = { start: 0.9, "2": 0.5, "4": 0.3, "6": 0.5 };
  const open = () =>
    Validations.open(
      `${dir}/validations.json`,
      `${dir}/snapshots`,
      (snapshot) => {
        asked.push(snapshot && snapshot.slice(dir.length));
        const step = snapshot?.match(/\d+$/)?.[0] ?? "start";
        return Promise.resolve({ validation: scores[step]! });
      },
      ({ validation }) => [validation!],
    );
  const left = () => [...Deno.readDirSync(`${dir}/snapshots`)].map(({ name }) => name).sort();
  return { open, asked, left };
}

Deno.test("Validations keeps the best policy, of equal ones the later, and removes the others", async () => {
  const { open, left, asked } = await place();
  const validations = await open();
  assertEquals(await validations.at(0), { validation: 0.9 });
  assertEquals(validations.best, null); // What a stage starts from is no result of it.
  await validations.at(2);
  await validations.at(4);
  assertEquals([validations.best?.step, left()], [2, ["step-2", "step-6"]]);
  await validations.at(6);
  assertEquals([validations.best?.step, left()], [6, ["step-6"]]);
  assertEquals(asked, [null, "/snapshots/step-2", "/snapshots/step-4", "/snapshots/step-6"]);
});

Deno.test("Validations asks nothing twice after a restart, though policies are gone", async () => {
  const { open, left, asked } = await place();
  const first = await open();
  for (const step of [0, 2, 4]) await first.at(step);
  const second = await open();
  for (const step of [0, 2, 4, 6]) await second.at(step);
  assertEquals(second.best, { step: 6, score: [0.5] });
  assertEquals(left(), ["step-6"]);
  assertEquals(asked.length, 4);
});

Deno.test("loadWeights() puts a checkpoint's weights into a policy", async () => {
  using expected = await Policy.load(BASE);
  using policy = await Policy.load(BASE);
  for (const { data } of policy.weights.values()) data.fill(0);
  await loadWeights(policy, BASE);
  for (const [name, { data }] of policy.weights) {
    assert(data.every((x, i) => x === expected.weights.get(name)!.data[i]), name);
  }
});
