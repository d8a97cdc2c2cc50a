import { assert, assertEquals, assertThrows } from "@std/assert";
import { from, table as rowsOf } from "arquero";
import { InputError } from "../../src/errors.ts";
import { comparisonPlot } from "../../src/results/comparison_plot.ts";
import type { Displayed, Shown, ShowOptions } from "../../src/results/show.ts";
import { show } from "../../src/results/show.ts";
import { buildTable } from "../../src/results/table.ts";

const outcome = { size: "1m", seed: 0, benchmark: "easy", decoding: "greedy", sample: 0 } as const;
const rest = { extracted: "7", expected: "7", completion: "7", tokens: 1, truncated: false };
const comparison = buildTable({
  outcomes: ["p1", "p2"].map((problem) => (
    { arm: "<b>srl</b>", problem, correct: problem === "p1", ...outcome, ...rest }
  )),
  arms: ["<b>srl</b>"],
  columns: ["easy greedy"],
  title: "t",
  question: "Does SRL help?",
  provenance: { dirty: false, commit: "0123abc" },
});

const bundle = (shown: Shown): Promise<Displayed> => shown[Symbol.for("Jupyter.display")]!();
const htmlOf = async (value: Parameters<typeof show>[0], options: ShowOptions = {}) =>
  String((await bundle(show(value, options)))["text/html"]);

Deno.test("show() of a comparison is an HTML table with its caption below, and plain text", async () => {
  const { "text/html": html, "text/plain": plain, ...others } = await bundle(show(comparison));
  assertEquals(others, {});
  const [table, caption] = String(html).split("</table>");
  assert(table?.includes('<th scope="row">&lt;b&gt;srl&lt;/b&gt;</th>'));
  assert(caption?.includes("<p>Does SRL help?") && !table?.includes("<caption>"));
  assert(String(plain).includes("50.0 [9.5, 90.5]") && !String(plain).includes("\x1b"));
});

Deno.test("show() lays a comparison out as it is told", async () => {
  const html = await htmlOf(comparison, { rows: ["benchmark"], columns: ["arm"] });
  assert(html.includes('<th scope="col">&lt;b&gt;srl&lt;/b&gt;</th>'));
});

Deno.test("show() of an arquero table has its first rows, aligned by what they hold", async () => {
  const table = rowsOf({ arm: ["a", "b", "c"], mean: [0.123456, 2, null] });
  const { "text/html": html, "text/plain": plain } = await bundle(show(table, { limit: 2 }));
  assertEquals(plain, "arm    mean\n───────────\na    0.1235\nb         2\n2 of 3 rows\n");
  assertEquals(String(html).match(/<tr>/g)?.length, 3);
  assert(
    String(html).includes(
      '<td style="text-align:left">a</td><td style="text-align:right">0.1235</td>',
    ),
  );
  assert(String(html).includes("2 of 3 rows"));
});

Deno.test("show() shows an arquero table's rows in its order and its filter", async () => {
  const table = from([{ n: 1 }, { n: 3 }, { n: 2 }]).orderby("n").filter((row: { n: number }) =>
    row.n > 1
  );
  assertEquals((await bundle(show(table)))["text/plain"], "n\n─\n2\n3\n");
});

Deno.test("show() never lets a table's text be HTML, or steer a terminal", async () => {
  const text = '<img src=x onerror="alert(1)">\x1b[2J\ud800';
  const { "text/html": html, "text/plain": plain } = await bundle(
    show(rowsOf({ "<i>": [text], long: ["x".repeat(1_000_000)], deep: [{ a: ["<s>"] }] })),
  );
  assert(!/<(img|i|s)[ >]/.test(String(html)) && String(html).length < 2000);
  assert(!String(plain).includes("\x1b"));
});

Deno.test("show() of a plot is its spec with the theme, and a PNG, and no SVG that GitHub would prefer", async () => {
  const spec = comparisonPlot(comparison);
  const shown = await bundle(show(spec));
  assertEquals(Object.keys(shown).sort(), [
    "application/vnd.vegalite.v5+json",
    "image/png",
    "text/plain",
  ]);
  const drawn = shown["application/vnd.vegalite.v5+json"] as Record<string, unknown>;
  assertEquals((drawn.config as { font?: string }).font, "DejaVu Sans");
  assertEquals(JSON.parse(JSON.stringify(drawn)).vconcat, JSON.parse(JSON.stringify(spec)).vconcat);
  const png = Uint8Array.fromBase64(String(shown["image/png"]));
  assertEquals(new TextDecoder().decode(png.subarray(1, 4)), "PNG");
});

Deno.test("show() draws what a user has changed of a spec, its config before the theme's", async () => {
  const plain = await bundle(show(comparisonPlot(comparison)));
  const changed = await bundle(
    show({ ...comparisonPlot(comparison), title: "Mine", config: { background: "#ffe" } }),
  );
  const drawn = changed["application/vnd.vegalite.v5+json"] as Record<string, unknown>;
  assertEquals(drawn.title, "Mine");
  assertEquals((drawn.config as { background: string }).background, "#ffe");
  assert(changed["image/png"] !== plain["image/png"]);
});

for (
  const [value, found] of [[null, "null"], [[], "a list"], ["x", "string"], [{}, "object"]] as const
) {
  Deno.test(`show() refuses ${found}`, () => {
    assertThrows(() => show(value as never), InputError, `show: found ${found}; expected`);
  });
}

Deno.test("show() refuses a limit that is no number of rows", () => {
  for (const limit of [0, -1, 1.5, NaN]) {
    assertThrows(() => show(rowsOf({ a: [1] }), { limit }), InputError, `limit: found ${limit}`);
  }
});
