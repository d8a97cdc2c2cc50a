import { assert, assertEquals } from "@std/assert";
import { OrtError } from "../../src/engine/ort/ort.ts";
import { packError, unpackError } from "../../src/policy/lane_messages.ts";

const arrived = (error: Error) => unpackError(structuredClone(packError(error)));

Deno.test("packError() keeps an OrtError's class, message and node", () => {
  for (
    const status of [
      "Non-zero status code returned while running Gather node. Name:'layers.0/gather_3'",
      "something without a node",
    ]
  ) {
    const sent = new OrtError(status);
    const error = arrived(sent);
    assert(error instanceof OrtError);
    assertEquals([error.message, error.node], [sent.message, sent.node]);
  }
});

Deno.test("packError() keeps the class and message of JavaScript's own errors", () => {
  const error = arrived(new RangeError("the logits are not finite"));
  assert(error instanceof RangeError);
  assertEquals(error.message, "the logits are not finite");
});
