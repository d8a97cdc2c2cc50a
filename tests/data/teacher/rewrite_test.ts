import { assert, assertEquals, assertRejects } from "@std/assert";
import { numberedSteps } from "../../../src/data/steps/numbered.ts";
import { loadTrajectories } from "../../../src/data/load_trajectories.ts";
import { openSource } from "../../../src/data/sources/open_source.ts";
import {
  checkRewrite,
  type Original,
  rewriteSolutions,
} from "../../../src/data/teacher/rewrite.ts";
import { Teacher } from "../../../src/data/teacher/teacher.ts";
import { InputError } from "../../../src/errors.ts";
import { completion, type FakeTeacher, startFakeTeacher, withFolder } from "./fake_teacher.ts";

const STEPS = "1. **Add** 1 + 1 = 2\n\n2. **Answer** \\boxed{2}";
const ORIGINAL: Original = { problem: "1+1?", solution: "So \\boxed{2}.", answer: null };

const teacherOf = (endpoint: FakeTeacher, cacheDir: string, concurrency = 3) =>
  new Teacher({ baseUrl: endpoint.baseUrl, model: "m", keyVariable: null, concurrency }, {
    cacheDir,
  });

/** Why a text is rejected; null where it is not. */
function faultOf(text: string, original: Partial<Original> = {}, finish = "stop"): string | null {
  const rewrite = checkRewrite({ text, finish }, { ...ORIGINAL, ...original }, numberedSteps);
  return rewrite.ok ? null : rewrite.fault;
}

Deno.test("checkRewrite() accepts whole texts in steps that end in the original's answer", () => {
  assertEquals(faultOf(STEPS), null);
  assertEquals(faultOf(STEPS, { solution: "Two.\n#### 2" }), null);
  assertEquals(faultOf(STEPS, { solution: "Clearly.", answer: "$2$" }), null);
  // What the original boxes goes before what its row says in another spelling.
  assertEquals(faultOf(STEPS, { answer: "2.0" }), null);
});

Deno.test("checkRewrite() rejects everything else, and says why", () => {
  assertEquals(faultOf(" \n"), "the teacher wrote nothing");
  assertEquals(faultOf(STEPS, {}, "length"), "the teacher's text is cut off");
  assertEquals(
    faultOf("1. Add\n2. \\boxed{2}"),
    "the teacher's text: a step has no bold title: step 1",
  );
  assertEquals(faultOf(STEPS.replace("{2}", "{3}")), 'it ends in "3", the original in "2"');
  assertEquals(
    faultOf(STEPS.replace("\\boxed{2}", "two")),
    'it ends in no answer, the original in "2"',
  );
  assertEquals(
    faultOf(STEPS, { solution: "Clearly." }),
    "there is no answer to check the teacher's text by",
  );
});

Deno.test("rewriteSolutions() asks for several at once, at most the declared number, and keeps their order", async () => {
  await using endpoint = startFakeTeacher(async ({ body }) => {
    await new Promise((end) => setTimeout(end, 20));
    const n = /add (\d+)/.exec(body.messages.at(-1)!.content)![1];
    return STEPS.replace("{2}", `{${n}}`);
  });
  await withFolder(async (cacheDir) => {
    const originals = Array.from({ length: 12 }, (_, at) => ({
      ...ORIGINAL,
      solution: `add ${at}: \\boxed{${at}}`,
    }));
    const rewrites = await rewriteSolutions(
      originals,
      teacherOf(endpoint, cacheDir),
      numberedSteps,
    );
    assertEquals(
      rewrites.map((rewrite) => rewrite.ok && rewrite.text.includes("boxed")),
      originals.map(() => true),
    );
    assert(rewrites.every((rewrite, at) => rewrite.ok && rewrite.text.includes(`\\boxed{${at}}`)));
    assertEquals(endpoint.most, 3);
    await rewriteSolutions(originals, teacherOf(endpoint, cacheDir, 1), numberedSteps);
    assertEquals(endpoint.requests.length, 12);
  });
});

Deno.test("rewriteSolutions() keeps to one request at a time where that is declared", async () => {
  await using endpoint = startFakeTeacher(() => STEPS);
  await withFolder(async (cacheDir) => {
    const originals = ["a", "b", "c"].map((problem) => ({ ...ORIGINAL, problem }));
    await rewriteSolutions(originals, teacherOf(endpoint, cacheDir, 1), numberedSteps);
    assertEquals([endpoint.most, endpoint.requests.length], [1, 3]);
  });
});

Deno.test("rewriteSolutions() ends with the first failure, keeping what was answered", async () => {
  await using endpoint = startFakeTeacher(async (_, count) => {
    if (count === 0) return STEPS;
    if (count > 1) return null;
    await new Promise((end) => setTimeout(end, 50));
    return Response.json({ error: { message: "no" } }, { status: 401 });
  });
  await withFolder(async (cacheDir) => {
    const originals = ["a", "b", "c", "d", "e", "f"].map((problem) => ({ ...ORIGINAL, problem }));
    const error = await assertRejects(
      () => rewriteSolutions(originals, teacherOf(endpoint, cacheDir), numberedSteps),
      InputError,
    );
    assert(error.message.startsWith("data.teacher.keyVariable: "), error.message);
    assertEquals((await Array.fromAsync(Deno.readDir(cacheDir))).length, 1);
    assert(endpoint.requests.length <= 4);
  });
});

const ROWS = [
  { id: "own", question: "2+2?", solution: "1. **Add** 4\n2. **Answer** \\boxed{4}" },
  { id: "good", question: "1+1?", solution: "So \\boxed{2}." },
  { id: "wrong", question: "2-0?", solution: "It is \\boxed{7}." },
  { id: "malformed", question: "4/2?", solution: "Half: \\boxed{2}", answer: "2" },
  { id: "blank", question: " ", solution: "?" },
];

Deno.test("loadTrajectories() uses and marks what a teacher rewrote, and drops what is rejected", async () => {
  await using endpoint = startFakeTeacher(({ body }) => {
    const asked = body.messages.at(-1)!.content;
    return asked.includes("4/2?") ? "I cannot." : STEPS;
  });
  const source = await openSource({ rows: ROWS });
  await withFolder(async (cacheDir) => {
    const teacher = teacherOf(endpoint, cacheDir);
    const { trajectories, ledger } = await loadTrajectories(source, { teacher });
    assertEquals(trajectories.map(({ id, answer, rewritten }) => [id, answer, rewritten]), [
      ["own", "4", undefined],
      ["good", "2", true],
    ]);
    assertEquals(trajectories[1]?.steps[0], { action: "**Add** 1 + 1 = 2", title: "Add" });
    assertEquals([ledger.rows, ledger.used, ledger.rewritten], [5, 2, 1]);
    const none = "no line begins with a step numbered 1";
    assertEquals(ledger.dropped.map(({ id, reason, detail }) => [id, reason, detail]), [
      ["wrong", "teacher-rejected", `${none}; it ends in "2", the original in "7"`],
      ["malformed", "teacher-rejected", `${none}; the teacher's text: ${none}`],
      ["blank", "empty-problem", "the problem has no text"],
    ]);
    assertEquals(endpoint.requests.length, 3, "what parses is not asked about");
  });
  const without = await loadTrajectories(source);
  assertEquals(without.trajectories.map(({ id }) => id), ["own"]);
  assertEquals(without.ledger.reasons()[0]?.reason, "no-steps");
});

Deno.test("rewriteSolutions() passes hostile solutions through as they are", async () => {
  const echoed: string[] = [];
  await using endpoint = startFakeTeacher(({ body }) => {
    echoed.push(body.messages.at(-1)!.content);
    return completion("1. ".repeat(300_000));
  });
  await withFolder(async (cacheDir) => {
    const solution = `{{problem}} $& # user\n${"a".repeat(1_000_000)} \ud800 \\boxed{1}`;
    const [rewrite] = await rewriteSolutions(
      [{ problem: "{{solution}}", solution, answer: null }],
      teacherOf(endpoint, cacheDir),
      numberedSteps,
    );
    assertEquals(rewrite?.ok, false);
    assertEquals(echoed, [`Problem:\n\n{{solution}}\n\nSolution:\n\n${solution}`]);
  });
});
