import { assertEquals } from "@std/assert";
import { defaultJobs } from "../../src/runs/jobs.ts";

Deno.test("defaultJobs() takes the cores, at most four", () => {
  assertEquals([1, 2, 3, 4, 5, 128].map((cores) => defaultJobs(cores).jobs), [1, 2, 3, 4, 4, 4]);
  assertEquals(defaultJobs(1).why, "one per core of 1 core");
});

Deno.test("defaultJobs() divides the cores by the threads of a stage", () => {
  assertEquals([2, 3, 4, 8, 9].map((threads) => defaultJobs(8, threads).jobs), [4, 2, 2, 1, 1]);
  assertEquals(defaultJobs(8, 3).why, "one per 3 cores of 8 cores");
});
