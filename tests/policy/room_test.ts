import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import {
  completionNeed,
  completionRoom,
  contextBound,
  requireRoom,
} from "../../src/policy/room.ts";

const need = { id: "p7", prompt: 3, more: 5, what: "maxTokens" };

Deno.test("requireRoom() accepts what fits every bound to the last token", () => {
  requireRoom(need, []);
  requireRoom(need, [contextBound({ maxPositions: 8 }), { name: "microBatchTokens", tokens: 9 }]);
});

Deno.test("requireRoom() names the first bound that is too small, and the least that is not", () => {
  const message = "microBatchTokens: found 7; expected at least 8: " +
    "p7 has a prompt of 3 tokens, and maxTokens is 5";
  const bound = { name: "microBatchTokens", tokens: 7 };
  assertThrows(
    () => requireRoom(need, [contextBound({ maxPositions: 8 }), bound]),
    InputError,
    message,
  );
  assertThrows(
    () => requireRoom(need, [contextBound({ maxPositions: 7 }), bound]),
    InputError,
    "max_position_embeddings: found 7",
  );
});

Deno.test("requireRoom() refuses an empty prompt, which nothing can follow", () => {
  assertThrows(() => requireRoom({ ...need, prompt: 0 }, []), InputError, "p7: expected a prompt");
});

Deno.test("completionRoom() gives what was asked for, or what the context has left", () => {
  const config = { maxPositions: 8 };
  assertEquals(completionRoom(config, [1, 1], 6, "p"), 6);
  assertEquals(completionRoom(config, [1, 1], 2, "p"), 2);
  assertEquals(completionRoom(config, [1, 1], null, "p"), 6);
  assertEquals(completionRoom(config, [1, 1, 1, 1, 1, 1, 1], null, "p"), 1);
});

Deno.test("completionRoom() never cuts a budget short", () => {
  const config = { maxPositions: 8 };
  assertThrows(
    () => completionRoom(config, [1, 1], 7, "p"),
    InputError,
    "found 8; expected at least 9: p has a prompt of 2 tokens, and its budget is 7",
  );
  assertThrows(
    () => completionRoom({ maxPositions: 2 }, [1, 1], null, "p"),
    InputError,
    "found 2; expected at least 3: p has a prompt of 2 tokens, and the shortest completion is 1",
  );
});

Deno.test("completionNeed() says what asks for the tokens", () => {
  assertEquals(completionNeed("p", 2, 9, "evaluation.maxTokens"), {
    id: "p",
    prompt: 2,
    more: 9,
    what: "evaluation.maxTokens",
  });
});
