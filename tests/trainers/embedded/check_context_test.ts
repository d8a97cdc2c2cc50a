import { assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { relay } from "../../../src/experiment/data.ts";
import { rlvr } from "../../../src/experiment/rlvr.ts";
import { type ExperimentDeclaration, resolve } from "../../../src/experiment/schema.ts";
import { sft } from "../../../src/experiment/sft.ts";
import { srl } from "../../../src/experiment/srl.ts";
import { checkContext } from "../../../src/trainers/embedded/check_context.ts";
import { goldenFolder } from "../../policy/golden.ts";
import { INIT } from "./runs.ts";

const GRPO = { updates: 1, learningRate: 1e-3 };

/** Checks a declaration that is right but for its lengths. */
async function check(changes: Partial<ExperimentDeclaration>, context = 160): Promise<void> {
  const result = resolve({
    name: "context",
    question: "Does it fit?",
    policy: { tiny: { init: { ...INIT, max_position_embeddings: context } } },
    data: relay({ tier: "easy", train: 5, validation: 2 }),
    arms: { sft: [sft({ learningRate: 1e-3 })] },
    evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 5 }) } },
    ...changes,
  });
  if (!("experiment" in result)) throw new Error(result.problems.join("\n"));
  await checkContext(result.experiment);
}

const refused = (message: string, changes: Partial<ExperimentDeclaration>, context?: number) =>
  assertRejects(() => check(changes, context), InputError, message);

Deno.test("checkContext() accepts an experiment whose prompts and completions fit", async () => {
  await check({
    arms: {
      sft: [sft({ learningRate: 1e-3, target: "solution" })],
      srl: [srl({ ...GRPO, maxTokens: 64 }), rlvr(GRPO)],
    },
  });
});

Deno.test("checkContext() names the stage whose completions leave the context", async () => {
  const arms = (...stages: ExperimentDeclaration["arms"][string]) => ({ arms: { a: stages } });
  await refused(
    "arms.a[1]: relay-easy-train-1-",
    arms(rlvr(GRPO), srl({ ...GRPO, maxTokens: 140 })),
  );
  await refused("and 140 more do not fit into the context of policy tiny, 160 tokens", {
    ...arms(srl({ ...GRPO, maxTokens: 140 })),
    data: relay({ tier: "easy", validation: 2 }),
  });
});

Deno.test("checkContext() names problems that do not fit, held-out ones and benchmarks too", async () => {
  await refused("evaluation.benchmarks.hard: relay-hard-benchmark-", {
    evaluation: { benchmarks: { hard: relay({ tier: "hard", problems: 2 }) } },
  });
  await refused("evaluation.benchmarks.easy: relay-easy-benchmark-", {
    evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 2 }) }, maxTokens: 150 },
  });
  // The outlines that are trained on fit, whole thought-out solutions do not.
  await refused("data: validation: relay-hard-validation-1-0", {
    data: relay({ tier: "hard", train: 1, validation: 1 }),
  }, 240);
});

Deno.test("checkContext() refuses a policy whose tokenizer lacks the domain's characters", async () => {
  await refused("", { policy: { other: goldenFolder("llama") } });
});
