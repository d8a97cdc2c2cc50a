/** @file That every option of mappings, parsers, granularities and prompts changes an instance of a committed fixture. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type Granularity, steps, tokens } from "../../src/data/granularity/granularity.ts";
import { type LoadOptions, loadTrajectories } from "../../src/data/load_trajectories.ts";
import { GENERIC_COLUMNS } from "../../src/data/mappings/generic.ts";
import { MAPPING_NAMES } from "../../src/data/mappings/mappings.ts";
import { openSource } from "../../src/data/sources/open_source.ts";
import {
  STEP_TARGETS,
  type StepInstanceOptions,
  stepInstances,
} from "../../src/data/step_instances.ts";
import { STEP_PARSER_NAMES } from "../../src/data/steps/parsers.ts";
import type { StepInstance, Trajectory } from "../../src/data/trajectory.ts";
import { srl, srlSchema } from "../../src/experiment/srl.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const COLUMNS = {
  kind: "generic",
  question: "prompt",
  id: "uid",
  answer: "gold",
  reasoning: "trace",
} as const;

async function load(name: string, options: LoadOptions): Promise<Trajectory[]> {
  const source = await openSource({ file: file(name) });
  return (await loadTrajectories(source, options)).trajectories;
}

/** All instances of the fixture of numbered steps, with some options; characters are its tokens. */
const numbered = await load("columns.jsonl", { mapping: COLUMNS });
function instances(options: Partial<StepInstanceOptions> = {}): StepInstance[] {
  const countTokens = (text: string) => text.length;
  return numbered.flatMap((trajectory) =>
    stepInstances(trajectory, { targets: "1..N", countTokens, ...options })
  );
}

/** Fails where two of some outcomes are the same. */
function assertAllDiffer(outcomes: Readonly<Record<string, unknown>>): void {
  const texts = Object.entries(outcomes).map(([name, outcome]) => [name, JSON.stringify(outcome)]);
  texts.forEach(([name, text], at) => {
    for (const [earlier, other] of texts.slice(0, at)) {
      assertNotEquals(text, other, `${name} and ${earlier} give the same`);
    }
  });
}

Deno.test("granularity changes the instances, each kind and each number", () => {
  const all: Granularity[] = [
    "step",
    steps(2),
    steps(3),
    "sentence",
    tokens(50),
    tokens(130),
    "whole",
    "answer",
  ];
  assertAllDiffer(
    Object.fromEntries(
      all.map((granularity) => [JSON.stringify(granularity), instances({ granularity })]),
    ),
  );
});

Deno.test("targets change the instances, under every granularity that has several", () => {
  for (const granularity of ["step", steps(2), "sentence", tokens(50)] as const) {
    assertAllDiffer(
      Object.fromEntries(
        STEP_TARGETS.map((targets) => [targets, instances({ granularity, targets })]),
      ),
    );
  }
});

Deno.test("nextTitle changes the instances, under every granularity that has several", () => {
  for (const granularity of ["step", steps(2), "sentence", tokens(50)] as const) {
    const [off, on] = [false, true].map((nextTitle) => instances({ granularity, nextTitle }));
    assertEquals(off!.length, on!.length);
    assertNotEquals(off![0]!.prompt, on![0]!.prompt);
    assertNotEquals(off![0]!.target, on![0]!.target);
  }
});

Deno.test("context changes the prompts, each number, and nothing else", () => {
  for (const granularity of ["step", "sentence"] as const) {
    const contexts = { all: "all", 1: { last: 1 }, 2: { last: 2 } } as const;
    const made = Object.entries(contexts).map(([name, context]) =>
      [name, instances({ granularity, context })] as const
    );
    assertAllDiffer(Object.fromEntries(made));
    const rest = made.map(([, list]) => list.map(({ prompt: _, ...rest }) => rest));
    assertEquals([rest[1], rest[2]], [rest[0], rest[0]]);
  }
  assertAllDiffer({
    all: instances({ granularity: steps(2) }),
    last: instances({
      granularity: steps(2),
      context: { last: 1 },
    }),
  });
});

Deno.test("srl() hands every key on to the instances", () => {
  const stage = (options: Partial<Parameters<typeof srl>[0]>) => {
    const { granularity, targets, nextTitle, context } = srlSchema.parse(
      srl({ updates: 1, learningRate: 1e-3, ...options }),
    );
    return instances({ granularity, targets, nextTitle, context });
  };
  assertAllDiffer({
    default: stage({}),
    granularity: stage({ granularity: steps(2) }),
    targets: stage({ targets: "1..N-1" }),
    nextTitle: stage({ nextTitle: true }),
    context: stage({ context: { last: 1 } }),
  });
  assertEquals(stage({}), instances());
});

Deno.test("parser changes the steps, each one", async () => {
  const outcomes: Record<string, unknown> = {};
  for (const parser of STEP_PARSER_NAMES) {
    // Two read other solutions than numbered ones.
    const fixture = parser === "agent"
      ? load("agent.jsonl", { mapping: "swe-smith", parser })
      : parser === "socratic"
      ? load("socratic.jsonl", { mapping: "gsm8k", parser })
      : load("columns.jsonl", { mapping: COLUMNS, parser });
    outcomes[parser] = (await fixture).map(({ steps }) => steps);
  }
  outcomes["socratic.jsonl as lines"] = (await load("socratic.jsonl", { mapping: "gsm8k" }))
    .map(({ steps }) => steps);
  const module = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(module, 'export default (text: string) => text.split(" ");');
  outcomes.module = (await load("columns.jsonl", { mapping: COLUMNS, parser: { module } }))
    .map(({ steps }) => steps);
  await Deno.remove(module);
  assertEquals(Object.keys(outcomes).length, STEP_PARSER_NAMES.length + 2);
  assertAllDiffer(outcomes);
});

Deno.test("mapping changes what is read, each name and each column", async () => {
  const olympiad = await openSource({
    rows: [{ question: "Find x.", solution: ["It is 2. So is y."], final_answer: ["2"] }],
  });
  const outcomesByName = {
    "olympiadbench": (await loadTrajectories(olympiad, { mapping: "olympiadbench" })).trajectories,
    "gsm8k": await load("socratic.jsonl", { mapping: "gsm8k" }),
    "gsm8k-socratic": await load("socratic.jsonl", { mapping: "gsm8k-socratic" }),
    "swe-smith": await load("agent.jsonl", { mapping: "swe-smith" }),
    "generic": await load("columns.jsonl", { mapping: COLUMNS }),
    "s1k": await load("s1k.jsonl", { mapping: "s1k" }),
  };
  assertEquals(Object.keys(outcomesByName).toSorted(), [...MAPPING_NAMES].toSorted());
  assertAllDiffer(outcomesByName);
  const row = {
    ...{ question: "q", a: "qa", solution: "1. s\n2. s", b: "1. b\n2. b", answer: "x", c: "y" },
    ...{ id: "i", d: "j", reasoning: "r", e: "t", f: ["f"] },
  };
  const named = { question: "a", solution: "b", answer: "c", id: "d", reasoning: "e", steps: "f" };
  const source = await openSource({ rows: [row] });
  const outcomes: Record<string, unknown> = {
    none: (await loadTrajectories(source)).trajectories,
  };
  for (const column of GENERIC_COLUMNS) {
    const mapping = { kind: "generic", [column]: named[column] } as const;
    outcomes[column] = (await loadTrajectories(source, { mapping })).trajectories;
  }
  assertEquals(Object.keys(outcomes).length, 7);
  assertAllDiffer(outcomes);
});

Deno.test("swe-smith's actions are commands without prose, which the prompt shows with what they led to", async () => {
  const [trajectory] = await load("agent.jsonl", { mapping: "swe-smith" });
  const { steps, problem } = trajectory!;
  assertEquals(problem, "The greeting is misspelt. Mend it.");
  for (const { action } of steps) {
    assertEquals(/^<function=\w+>[^]*<\/function>$/.test(action), true);
  }
  const made = stepInstances(trajectory!, { targets: "1..N", context: { last: 2 } });
  const { prompt } = made.at(-1)!;
  for (const shown of [problem, "(step 1 left out)", 'Observation:\nprint("helo")', "sed -i"]) {
    assertEquals(prompt.includes(shown), true, shown);
  }
  for (const hidden of ["An l is missing", "hello.py\n\n2.", "You can run commands"]) {
    assertEquals(prompt.includes(hidden), false, hidden);
  }
});
