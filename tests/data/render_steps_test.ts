import { assertEquals } from "@std/assert";
import { numberedSteps } from "../../src/data/steps/numbered.ts";
import { renderSteps } from "../../src/data/render_steps.ts";

Deno.test("renderSteps() writes what numberedSteps() reads back", () => {
  const steps = [
    { action: "**Double:**\n   x = 2 · 3", title: "Double" },
    { action: "**Multiply** x = 6", title: "Multiply" },
  ];
  assertEquals(numberedSteps(renderSteps(steps)), { ok: true, steps, intro: "" });
  assertEquals(renderSteps([]), "");
});
