import { assertEquals } from "@std/assert";
import { defaultJobs } from "../../src/runs/jobs.ts";

Deno.test("defaultJobs() takes the cores, at most four", () => {
  assertEquals([1, 2, 3, 4, 5, 128].map((cores) => defaultJobs(cores).jobs), [1, 2, 3, 4, 4, 4]);
  assertEquals(defaultJobs(1).why, "one per core of 1 core");
});
