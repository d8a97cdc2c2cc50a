import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  benchmark,
  NAMED_BENCHMARKS,
  namedBenchmark,
} from "../../src/benchmarks/named_benchmarks.ts";
import { PUBLISHED_COLUMNS } from "../../src/benchmarks/published.ts";
import { InputError } from "../../src/errors.ts";
import { benchmarkSchema } from "../../src/experiment/evaluation.ts";

Deno.test("every named benchmark is pinned to a commit, and is what an experiment can declare", () => {
  for (const [name, { revision, hub, rows }] of Object.entries(NAMED_BENCHMARKS)) {
    assert(/^[0-9a-f]{40}$/.test(revision), name);
    const resolved = benchmarkSchema.parse(benchmark(name));
    assert(resolved.domain === "hub", name);
    assertEquals([resolved.hub, resolved.revision, resolved.split], [hub, revision, "test"]);
    const file = benchmarkSchema.parse(benchmark(name, "x.jsonl"));
    assert(file.domain === "file" && file.rounded === resolved.rounded, name);
    assert(rows.every((count) => count > 0), name);
  }
  for (const { benchmark } of PUBLISHED_COLUMNS) assert(benchmark in NAMED_BENCHMARKS, benchmark);
});

Deno.test("named benchmarks have the sizes that scores are reported for", () => {
  const sizes = Object.entries(NAMED_BENCHMARKS).map(([name, { rows }]) => [name, rows[0]]);
  assertEquals(Object.fromEntries(sizes), {
    amc23: 40,
    aime24: 30,
    aime25: 30,
    minerva: 272,
    math500: 500,
    olympiadbench: 674,
    gsm8k: 1319,
  });
});

Deno.test("namedBenchmark() names the nearest where there is none", () => {
  assertThrows(
    () => namedBenchmark("amc32"),
    InputError,
    'benchmark: found "amc32"; expected amc23, aime24, aime25, minerva, math500, olympiadbench, gsm8k; did you mean amc23?',
  );
  for (const name of ["", "toString", "__proto__", "x".repeat(1e6)]) {
    assertThrows(() => namedBenchmark(name), InputError);
  }
});
