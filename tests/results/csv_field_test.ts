import { assertEquals } from "@std/assert";
import { csvField } from "../../src/results/csv_field.ts";

Deno.test("csvField() quotes only what would be read as structure", () => {
  const cases = [["a b", "a b"], ["", ""], ["a,b", '"a,b"'], ['"', '""""'], ["a\r\nb", '"a\r\nb"']];
  for (const [text, field] of cases) assertEquals(csvField(text!), field);
});
