import { assertEquals } from "@std/assert";
import { notebookStatus } from "../../src/runs/notebook_status.ts";

Deno.test("notebookStatus() displays once, and then changes that, in order", async () => {
  const said: unknown[] = [];
  const ids = new Set<string>();
  const jupyter = {
    async display(
      bundle: Record<string, string>,
      options: { display_id: string; update: boolean },
    ) {
      // The first takes longest.
      await new Promise((resolve) => setTimeout(resolve, 20 - 8 * said.length));
      ids.add(options.display_id);
      said.push([bundle["text/plain"], options.update]);
    },
  };
  const status = notebookStatus({ jupyter });
  for (const line of ["a", "b", "c"]) status(line);
  await new Promise((resolve) => setTimeout(resolve, 120));
  assertEquals([said, ids.size], [[["a", false], ["b", true], ["c", true]], 1]);
});

Deno.test("notebookStatus() is silent outside of a notebook", () => {
  notebookStatus()("nobody sees this");
  notebookStatus({})("nor this");
});
