import { assert, assertEquals } from "@std/assert";
import { miniature, paper } from "../experiments/settings.ts";
import { experiment } from "../src/experiment/experiment.ts";
import { loadExperiment } from "../src/experiment/load.ts";
import { planExperiment } from "../src/experiment/plan.ts";
import { r3 } from "../src/experiment/r3.ts";
import { rlvr } from "../src/experiment/rlvr.ts";
import { sft } from "../src/experiment/sft.ts";
import { srl } from "../src/experiment/srl.ts";

const FOLDER = new URL("../experiments/", import.meta.url).pathname;
const ROOT = new URL("..", import.meta.url).pathname;

/** The training stages of an experiment file's arm, with seed 1 at the usual size. */
async function trainingOf(file: string, arm: string): Promise<readonly string[]> {
  const before = Deno.cwd();
  Deno.chdir(ROOT);
  try {
    const { cells } = await planExperiment(await loadExperiment(`${FOLDER}${file}.ts`));
    return cells.find((cell) => cell.arm === arm && cell.size === "0.4m" && cell.seed === 1)!
      .training;
  } finally {
    Deno.chdir(before);
  }
}

Deno.test("the experiments share the stages that they have in common", async () => {
  const main = "srl-vs-sft-vs-rlvr";
  const steps = await trainingOf(main, "srl");
  const answers = await trainingOf(main, "rlvr");
  for (
    const [file, arm] of [
      ["quickstart", "srl"],
      ["dynamic-sampling", "srl"],
      ["granularity", "step"],
      ["reward-variants", "similarity"],
      ["title-in-context", "srl"],
      ["reasoning-length", "srl"],
    ] as const
  ) {
    assertEquals(await trainingOf(file, arm), steps, file);
  }
  for (const file of ["quickstart", "dynamic-sampling"]) {
    assertEquals(await trainingOf(file, "rlvr"), answers, file);
  }
  assertEquals(await trainingOf("granularity", "answer"), answers);
  assertEquals(await trainingOf("quickstart", "sft"), await trainingOf(main, "sft outline"));
  assertEquals((await trainingOf(main, "srl → rlvr"))[0], steps[0]);
});

Deno.test("both settings declare experiments with every kind of stage, at every size", () => {
  for (const { sizes, problems, imitation, steps, answers, rests } of [miniature, paper]) {
    const { arms } = experiment({
      name: "a",
      question: "?",
      policy: sizes,
      ...problems,
      arms: {
        sft: [sft({ ...imitation, target: "reasoning" })],
        srl: [srl(steps), rlvr(answers)],
        r3: [r3(rests)],
      },
    });
    assertEquals(Object.values(arms).flat().map(({ kind }) => kind), ["sft", "srl", "rlvr", "r3"]);
    assert(Object.keys(sizes).length === 3);
  }
});
