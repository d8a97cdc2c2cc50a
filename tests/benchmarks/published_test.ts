import { assert, assertEquals } from "@std/assert";
import {
  PUBLISHED,
  PUBLISHED_COLUMNS,
  PUBLISHED_DEVIATING,
} from "../../src/benchmarks/published.ts";

Deno.test("published averages are the means of their rows, but for those that are named", () => {
  const deviating = new Set<string>();
  for (const { rows } of PUBLISHED) {
    for (const { name, scores, average } of rows) {
      assertEquals(scores.length, PUBLISHED_COLUMNS.length, name);
      const mean = scores.reduce((a, b) => a + b) / scores.length;
      if (Math.abs(mean - average) > 0.0501) deviating.add(name);
    }
  }
  assertEquals([...deviating], PUBLISHED_DEVIATING);
});

Deno.test("published greedy scores are whole numbers of problems", () => {
  const problems: Record<string, number> = { amc23: 40, aime24: 30, aime25: 30, minerva: 272 };
  for (const { rows } of PUBLISHED) {
    for (const { name, scores } of rows) {
      PUBLISHED_COLUMNS.forEach(({ benchmark, decoding }, i) => {
        if (decoding !== "greedy") return;
        const solved = scores[i]! / 100 * problems[benchmark]!;
        const nearest = Math.round(solved) / problems[benchmark]! * 100;
        assert(Math.abs(nearest - scores[i]!) < 0.0501, `${name} ${benchmark} ${scores[i]}`);
      });
    }
  }
});
