import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { cellName, findCell } from "../../src/runs/cell_name.ts";

const grid = (arms: string[], sizes: string[], seeds: number[]) =>
  arms.flatMap((arm) => sizes.flatMap((size) => seeds.map((seed) => ({ arm, size, seed }))));

Deno.test("findCell() takes a name, and less of it where all cells share the rest", () => {
  const all = grid(["srl", "srl → rlvr"], ["1m", "2m"], [1, 2]);
  for (const cell of all) assertEquals(findCell(all, cellName(cell), "--why"), cell);
  const oneSize = grid(["srl", "sft"], ["1m"], [1, 2]);
  assertEquals(findCell(oneSize, "sft/2", "--why"), { arm: "sft", size: "1m", seed: 2 });
  const oneSeed = grid(["srl", "sft"], ["1m", "2m"], [7]);
  assertEquals(findCell(oneSeed, "sft/2m", "--why"), { arm: "sft", size: "2m", seed: 7 });
  assertEquals(findCell(grid(["a/b"], ["1m"], [1]), "a/b", "--why").arm, "a/b");
});

Deno.test("findCell() names the nearest cell, or some that there are", () => {
  const all = grid(["base", "srl → rlvr"], ["1m", "2m"], [1, 2, 3]);
  const message = (text: string) =>
    assertThrows(() => findCell(all, text, "--diff"), InputError).message;
  assertEquals(
    message("srl → rlrv/1m/2"),
    '--diff: found "srl → rlrv/1m/2"; expected a cell, arm/size/seed; ' +
      'did you mean "srl → rlvr/1m/2"?',
  );
  assertEquals(
    message("nothing like it at all"),
    '--diff: found "nothing like it at all"; expected a cell, arm/size/seed: ' +
      "base/1m/1, base/1m/2, base/1m/3, base/2m/1, base/2m/2, base/2m/3 and 6 more",
  );
  assertEquals(message("x".repeat(2 ** 20)).length, 181);
});

Deno.test("findCell() refuses a name that two cells can be called by", () => {
  const cells = [{ arm: "a/b", size: "c", seed: 1 }, { arm: "a", size: "b/c", seed: 1 }];
  assertThrows(
    () => findCell(cells, "a/b/c/1", "--why"),
    InputError,
    "several cells are called so",
  );
});
