import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatTokenizer } from "../../src/policy/tokenizer/tokenizer_files.ts";
import { landscapeLack } from "../../src/rewards/landscape_lack.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const CALL = "<function=submit></function>";
const step = (target: string) => ({
  id: `p#${target}`,
  problemId: "p",
  target,
  problem: "",
  answer: "",
});
const tokenizer = formatTokenizer({ vocab: new Map([["a", 0]]), merges: [] }, []);
const lack = (declared: unknown, targets: string[] = ["a"], resources = {}) =>
  landscapeLack(rewardSchema.parse(declared), targets.map(step), resources);

Deno.test("landscapeLack() names what is missing, and what gives it where something does", () => {
  const length = { kind: "length", from: 1, to: 9 };
  const cases: [unknown, string][] = [
    ["answer", "needs whole solutions"],
    ["expert-likelihood", "needs a policy"],
    [{ kind: "anneal", from: "bleu", to: "chrf", end: 9 }, "needs the number of updates"],
    [{ ...length, unit: "char", of: "think" }, '"of":"action" is shown'],
    [length, "needs a tokenizer to split texts into tokens; --tokenizer names one"],
    [{ kind: "similarity", unit: "token" }, "--tokenizer names one"],
    [{ kind: "min", of: ["bleu", "answer"] }, "answer needs whole solutions"],
  ];
  for (const [declared, said] of cases) assertStringIncludes(lack(declared) ?? "", said);
});

Deno.test("landscapeLack() has nothing against what steps and a tokenizer are enough for", () => {
  const length = { kind: "length", from: 1, to: 9 };
  for (const declared of ["bleu", "format", { ...length, unit: "word", of: "action" }]) {
    assertEquals(lack(declared), null);
  }
  for (const declared of [length, { kind: "similarity", unit: "token" }]) {
    assert(lack(declared));
    assertEquals(lack(declared, ["a"], { tokenizer }), null);
  }
});

Deno.test("landscapeLack() has something against a reward that can judge none of the steps, not one that can judge some", () => {
  assertEquals(lack("tool-call", ["a", CALL]), null);
  assertEquals(
    lack("tool-call", ["a", "b"]),
    'none of the 2 steps can be scored; p#a: tool-call: expected a call in the expert\'s action, found "a"',
  );
});
