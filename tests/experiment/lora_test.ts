import { assertEquals, assertNotEquals } from "@std/assert";
import { canonical } from "../../src/experiment/canonical.ts";
import { stageId } from "../../src/experiment/identity.ts";
import { resolve } from "../../src/experiment/schema.ts";
import { sft, sftSchema } from "../../src/experiment/sft.ts";
import { TARGET_MODULES, type TargetModule } from "../../src/policy/lora/config.ts";
import { INIT } from "../trainers/embedded/runs.ts";
import { declaration } from "./declarations.ts";

const STAGES = [
  { kind: "sft", learningRate: 1e-3 },
  { kind: "srl", updates: 60, learningRate: 3e-4 },
  { kind: "rlvr", updates: 60, learningRate: 3e-4 },
];

/** The problems of each kind of stage with this `lora`, which must be the same. */
function problems(lora: unknown): string[] {
  const [first, ...others] = STAGES.map((stage) => {
    const result = resolve({ ...declaration(), arms: { a: [{ ...stage, lora }] } });
    return "problems" in result ? result.problems : [];
  });
  for (const other of others) assertEquals(other, first);
  return first!.map((line) => line.replace("arms.a[0].", ""));
}

Deno.test("lora has a rank, and defaults for the rest, in every kind of stage", () => {
  assertEquals(problems({ rank: 8 }), []);
  assertEquals(sftSchema.parse(sft({ learningRate: 1e-3, lora: { rank: 8 } })).lora, {
    rank: 8,
    alpha: 16,
    dropout: 0,
    targetModules: [...TARGET_MODULES],
  });
  assertEquals("lora" in sftSchema.parse(sft({ learningRate: 1e-3 })), false);
});

Deno.test("lora is checked key by key", () => {
  assertEquals(problems({}), ["lora.rank: missing; expected a whole number, at least 1"]);
  assertEquals(problems(8), ["lora: found 8; expected an object { rank, alpha, … }"]);
  assertEquals(problems({ rank: 0 }), ["lora.rank: found 0; expected a whole number, at least 1"]);
  assertEquals(problems({ rank: 8, aplha: 2 }), [
    "lora.aplha: unknown key (found 2); did you mean `alpha`?",
  ]);
  assertEquals(problems({ rank: 8, alpha: 0 }), [
    "lora.alpha: found 0; expected a number above 0",
  ]);
  assertEquals(problems({ rank: 8, dropout: 1 }), [
    "lora.dropout: found 1; expected a number from 0 to below 1",
  ]);
  assertEquals(problems({ rank: 8, targetModules: [] }), [
    "lora.targetModules: found []; expected at least one projection",
  ]);
  assertEquals(problems({ rank: 8, targetModules: ["q_porj"] }).length, 1);
  assertEquals(
    problems({ rank: 8, targetModules: ["q_porj"] })[0]!.endsWith('did you mean "q_proj"?'),
    true,
  );
  assertEquals(problems({ rank: 8, targetModules: ["q_proj", "q_proj"] }), [
    'lora.targetModules: found ["q_proj","q_proj"]; expected each projection once',
  ]);
});

Deno.test("lora needs a policy that is kept: adapters of random weights are refused in a first stage", () => {
  const lora = { rank: 4 };
  const [sft, , rlvr] = STAGES;
  const result = resolve({
    ...declaration(),
    policy: { "1m": { init: INIT } },
    arms: { a: [{ ...sft, lora }], b: [sft, { ...rlvr, lora }] },
  });
  assertEquals("problems" in result && result.problems, [
    'arms.a[0].lora: found an adapter with policy["1m"] to initialise; expected a checkpoint, or a first stage without one: ' +
    "random weights are not worth adapting",
  ]);
});

Deno.test("lora is part of a stage's identity; the order of its projections is not", async () => {
  const id = (lora?: { rank: number; targetModules?: TargetModule[] }) =>
    stageId({
      kind: "train",
      policy: { checkpoint: "p" },
      data: { domain: "relay", tier: "easy", train: 8, validation: 0, seed: 1 },
      stage: sftSchema.parse(sft({ learningRate: 1e-3, ...(lora ? { lora } : {}) })),
      prompts: { chat: {} },
      ...{ seed: 1, threads: 1, engine: "1", versions: {}, contents: {} },
    });
  assertNotEquals(await id({ rank: 4 }), await id());
  assertNotEquals(await id({ rank: 4 }), await id({ rank: 8 }));
  assertEquals(
    await id({ rank: 4, targetModules: ["q_proj", "v_proj"] }),
    await id({ rank: 4, targetModules: ["v_proj", "q_proj"] }),
  );
});

Deno.test("recompute is true or false, and false is as if it were not there", () => {
  const resolved = (recompute: boolean) => sftSchema.parse(sft({ learningRate: 1e-3, recompute }));
  assertEquals(resolved(true).recompute, true);
  assertEquals(canonical(resolved(false)), canonical(sftSchema.parse(sft({ learningRate: 1e-3 }))));
  const result = resolve({
    ...declaration(),
    arms: { a: [{ kind: "sft", learningRate: 1e-3, recompute: 1 }] },
  });
  assertEquals("problems" in result && result.problems, [
    "arms.a[0].recompute: found 1; expected true or false",
  ]);
});
