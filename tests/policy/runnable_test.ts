import { assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { checkRunnable } from "../../src/policy/runnable.ts";

Deno.test("checkRunnable() takes heads whose width is a multiple of 16", () => {
  for (const headDim of [16, 32, 48, 64, 80, 96, 128, 256]) {
    checkRunnable({ headDim }, "config.json");
  }
  for (const headDim of [8, 20, 24, 100]) {
    assertThrows(
      () => checkRunnable({ headDim }, "p/config.json"),
      InputError,
      `p/config.json: head_dim: expected a multiple of 16, found ${headDim}`,
    );
  }
});
