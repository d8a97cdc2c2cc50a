import { assertEquals } from "@std/assert";
import { parseNumberedSteps } from "../../src/data/numbered_steps.ts";
import { renderSteps } from "../../src/data/render_steps.ts";

Deno.test("renderSteps() writes what parseNumberedSteps() reads back", () => {
  const steps = [
    { action: "**Double:**\n   x = 2 · 3", title: "Double" },
    { action: "**Multiply** x = 6", title: "Multiply" },
  ];
  assertEquals(parseNumberedSteps(renderSteps(steps)), { ok: true, steps, intro: "" });
  assertEquals(renderSteps([]), "");
});
