import { assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { loadResults } from "../../src/runs/load_results.ts";

for (
  const [what, files, message] of [
    ["nothing", {}, "cells.json: no such file"],
    ["cells that are no JSON", { "cells.json": "{" }, "cells.json: not JSON"],
    [
      "cells without an experiment",
      { "cells.json": "{}" },
      "cells.json: expected an experiment and its cells",
    ],
    [
      "no rows",
      { "cells.json": '{"experiment":{"arms":{},"evaluation":{"benchmarks":{}}},"cells":[]}' },
      "schema.json: cannot be read",
    ],
    [
      "a provenance of another form",
      {
        "cells.json": '{"experiment":{"arms":{},"evaluation":{"benchmarks":{}}},"cells":[]}',
        "schema.json": '{"version":1}',
        "outcomes.jsonl": "",
        "metrics.jsonl": "",
        "provenance.json": '{"stages":[3]}',
      },
      "provenance.json: expected a list of stages",
    ],
  ] as const
) {
  Deno.test(`loadResults() refuses ${what}, naming the file`, async () => {
    const dir = await Deno.makeTempDir();
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    await assertRejects(() => loadResults(dir), InputError, `${dir}/${message}`);
  });
}
