import { assertEquals, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { reportData } from "../../src/data/data_report.ts";
import { openSource } from "../../src/data/sources/open_source.ts";
import { loadTrajectories } from "../../src/data/load_trajectories.ts";
import { InputError } from "../../src/errors.ts";

const SOLUTIONS = fileURLToPath(new URL("solutions.jsonl", import.meta.url));
const loaded = await loadTrajectories(await openSource({ file: SOLUTIONS }), {
  parser: "numbered",
});

Deno.test("reportData() counts rows, problems, steps and instances", () => {
  const report = reportData(loaded, { targets: "1..N-1" });
  assertEquals([report.rows, report.problems, report.steps, report.instances], [8, 3, 8, 5]);
  assertEquals([report.answers, report.introductions, report.dropped.length], [3, 1, 5]);
  assertEquals(report.stepsPerProblem, { minimum: 2, median: 3, mean: 8 / 3, maximum: 3 });
  assertEquals(reportData(loaded, { targets: "1..N" }).instances, 8);
});

Deno.test("reportData() measures texts in code points", () => {
  const steps = [{ action: "𝟙𝟚" }, { action: "𝟛" }];
  const trajectories = [{ id: "a", problem: "𝟙?", steps, answer: "" }];
  const format = { render: (problem: string) => problem };
  const report = reportData({ ...loaded, trajectories }, { targets: "1..N", format });
  assertEquals([report.problemLength?.maximum, report.promptLength?.maximum], [2, 2]);
  assertEquals([report.targetLength?.minimum, report.targetLength?.maximum], [1, 2]);
});

Deno.test("reportData() shows the first problem's middle instance, or the one asked for", () => {
  const show = (id?: string) => reportData(loaded, { targets: "1..N" }, id).shown?.id;
  assertEquals(show(), "halves#2");
  assertEquals(show("parity"), "parity#2");
  assertEquals(show("halves#3"), "halves#3");
});

Deno.test("reportData() says why there is nothing to show", () => {
  const show = (id: string) => reportData(loaded, { targets: "1..N-1" }, id);
  const place = SOLUTIONS;
  assertThrows(
    () => show("gap"),
    InputError,
    `${place}:6: "gap" was dropped (numbering): the steps do not number 1, 2, 3 and so on`,
  );
  assertThrows(
    () => show("halves#3"),
    InputError,
    `${place}: there is no problem or step instance "halves#3"; ids are like "halves#1"`,
  );
});

Deno.test("reportData() has nulls for what cannot be measured when no row is usable", () => {
  const report = reportData({ ...loaded, trajectories: [] }, { targets: "1..N" });
  assertEquals([report.stepsPerProblem, report.targetLength, report.shown], [null, null, null]);
});
