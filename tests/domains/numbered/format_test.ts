import { assert, assertEquals } from "@std/assert";
import { numberedFormat } from "../../../src/domains/numbered/format.ts";

const { question, outline, verifier } = numberedFormat;

Deno.test("numberedFormat asks for thoughts, steps and a boxed answer", () => {
  const text = question("  What is 1 + 1?\n");
  for (const part of ["<think>", "\\boxed{}", "Problem:\nWhat is 1 + 1?\n"]) {
    assert(text.includes(part));
  }
});

Deno.test("numberedFormat.outline() is the expert's numbered steps", async () => {
  const steps = [{ action: "**Add** 1 + 1 = 2", title: "Add" }, { action: "\\boxed{2}" }];
  const task = { id: "a", problem: "1+1", steps, answer: "2", budget: null, solution: null };
  assert(outline(task).includes("1. **Add** 1 + 1 = 2"));
  const { verify } = await import(verifier);
  assertEquals(verify("2", outline(task)).correct, true);
});
