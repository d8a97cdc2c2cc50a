import { assertEquals } from "@std/assert";
import { dataSchema } from "../../src/experiment/data.ts";
import { benchmarkSchema } from "../../src/experiment/evaluation.ts";
import { describe } from "../../src/experiment/problems.ts";

/** The problems of a file with some keys. */
function problems(options: Record<string, unknown>): string[] {
  const input = { file: "a.jsonl", ...options };
  const result = dataSchema.safeParse(input);
  return result.success ? [] : describe(input, result.error);
}

/** Mapping and parser of a file with some keys. */
function read(options: Record<string, unknown>) {
  const data = dataSchema.parse({ file: "a.jsonl", ...options });
  const benchmark = benchmarkSchema.parse({ file: "a.jsonl", ...options });
  if (data.domain !== "file" || benchmark.domain !== "file") throw new Error("no file");
  assertEquals([benchmark.mapping, benchmark.parser], [data.mapping, data.parser]);
  return [data.mapping, data.parser];
}

Deno.test("a file is read by the generic mapping, and by its mapping's parser, unless it says otherwise", () => {
  assertEquals(read({}), ["generic", "plain-numbered"]);
  assertEquals(read({ mapping: "swe-smith" }), ["swe-smith", "agent"]);
  assertEquals(read({ mapping: "s1k", parser: "numbered" }), ["s1k", "numbered"]);
  assertEquals(read({ parser: { module: "own.ts" } }), ["generic", { module: "own.ts" }]);
  const columns = { kind: "generic", question: "prompt" } as const;
  assertEquals(read({ mapping: columns }), [columns, "plain-numbered"]);
});

Deno.test("a file's mapping and parser are checked, each by the form that was meant", () => {
  const names =
    '"generic" or "s1k" or "gsm8k" or "gsm8k-socratic" or "olympiadbench" or "swe-smith"';
  assertEquals(problems({ mapping: "gsm8" }), [
    `mapping: found "gsm8"; expected ${names}; did you mean "gsm8k"?`,
  ]);
  assertEquals(problems({ mapping: { kind: "generic", qestion: "q" } }), [
    'mapping.qestion: unknown key (found "q"); did you mean `question`?',
  ]);
  assertEquals(problems({ mapping: { kind: "s1k" } }), [
    'mapping.kind: found "s1k"; expected "generic"',
  ]);
  assertEquals(problems({ mapping: { kind: "generic", id: "" } }), [
    'mapping.id: found ""; expected the name of a column',
  ]);
  assertEquals(problems({ mapping: { kind: "generic", id: "a", answer: "a" } }), [
    'mapping: found {"kind":"generic","id":"a","answer":"a"}; expected a column for each field: two are the same',
  ]);
  const parsers =
    '"numbered" or "plain-numbered" or "lines" or "socratic" or "agent" or "sentence"';
  assertEquals(problems({ parser: "sentences" }), [
    `parser: found "sentences"; expected ${parsers}; did you mean "sentence"?`,
  ]);
  assertEquals(problems({ parser: { modul: "x" } }), [
    'parser.modul: unknown key (found "x"); did you mean `module`?',
  ]);
});

Deno.test("a benchmark's rows are judged exactly unless it says otherwise, and nothing else is judged", () => {
  const judged = (options: Record<string, unknown>) =>
    benchmarkSchema.safeParse({ rows: [{ problem: "p", answer: 1 }], ...options });
  const rounded = (options: Record<string, unknown>) => {
    const { data } = judged(options);
    return data?.domain === "rows" && data.rounded;
  };
  assertEquals([rounded({}), rounded({ rounded: true })], [false, true]);
  const input = { rows: [{}], rounded: 1 };
  assertEquals(describe(input, benchmarkSchema.safeParse(input).error!), [
    "rounded: found 1; expected true or false",
  ]);
  const [refused] = problems({ rounded: true });
  assertEquals(refused?.startsWith("rounded: unknown key (found true)"), true);
});
