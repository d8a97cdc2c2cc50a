import { assertEquals } from "@std/assert";
import { nearest } from "../../src/experiment/nearest.ts";

const KEYS = ["groups", "rollouts", "learningRate", "maxGradNorm", "topK", "topP"];

Deno.test("nearest() finds a name with a letter missing, added, changed or swapped, in any case", () => {
  assertEquals(nearest("grups", KEYS), "groups");
  assertEquals(nearest("grouups", KEYS), "groups");
  assertEquals(nearest("gruops", KEYS), "groups");
  assertEquals(nearest("learning_rate", KEYS), "learningRate");
  assertEquals(nearest("MAXGRADNORM", KEYS), "maxGradNorm");
});

Deno.test("nearest() keeps silent when nothing is near", () => {
  assertEquals(nearest("colour", KEYS), undefined);
  assertEquals(nearest("x", ["y"]), undefined);
  assertEquals(nearest("groups", []), undefined);
});

Deno.test("nearest() takes the first of equally near names", () => {
  assertEquals(nearest("topX", KEYS), "topK");
});

Deno.test("nearest() answers at once for a name of any length", () => {
  assertEquals(nearest("g".repeat(1e6), KEYS), undefined);
});
