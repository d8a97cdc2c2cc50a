import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { roomBehind } from "../../src/policy/room.ts";

Deno.test("roomBehind() gives what the context has left", () => {
  assertEquals(roomBehind({ maxPositions: 8 }, [1], "p"), 7);
  assertEquals(roomBehind({ maxPositions: 8 }, [1, 1, 1, 1, 1, 1, 1], "p"), 1);
});

Deno.test("roomBehind() names a prompt that fills the context, or is empty", () => {
  assertThrows(
    () => roomBehind({ maxPositions: 2 }, [1, 1], "p7"),
    InputError,
    "p7: a prompt of 2 tokens leaves no room in the policy's context " +
      "(max_position_embeddings); expected at most 1",
  );
  assertThrows(
    () => roomBehind({ maxPositions: 2 }, [], "p7"),
    InputError,
    "p7: expected a prompt",
  );
});
