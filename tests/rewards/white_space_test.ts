import { assertEquals } from "@std/assert";
import { collapseWhiteSpace, isWhiteSpace, splitWords } from "../../src/rewards/white_space.ts";

Deno.test("isWhiteSpace() holds for the 29 code units at which Python's str.split() splits", () => {
  const found = Array.from({ length: 0x10000 }, (_, unit) => unit).filter(isWhiteSpace);
  // [unit for unit in range(0x10000) if chr(unit).isspace()]
  const python = [
    ...[9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760],
    ...[8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202],
    ...[8232, 8233, 8239, 8287, 12288],
  ];
  assertEquals(found, python);
});

Deno.test("splitWords() and collapseWhiteSpace() leave nothing at the ends", () => {
  assertEquals(splitWords(" \x1ca\u2003b\n"), ["a", "b"]);
  assertEquals(splitWords(" \n"), []);
  assertEquals(collapseWhiteSpace("\ta  b\r\n"), "a b");
});
