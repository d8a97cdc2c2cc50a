import { assertEquals } from "@std/assert";
import { splitTitle } from "../../src/data/step_title.ts";

Deno.test("splitTitle() accepts a colon or a full stop inside or after the asterisks", () => {
  for (
    const head of ["**Find x**", "**Find x:**", "**Find x**:", "**Find x.**", "** Find x : **"]
  ) {
    assertEquals(splitTitle(`${head} body`), { title: "Find x", body: "body" }, head);
  }
  assertEquals(splitTitle("**Find x**. body"), { title: "Find x", body: "body" });
});

Deno.test("splitTitle() keeps the lines of the body as they stand", () => {
  assertEquals(splitTitle("**Find x:**\n   \\[\n   x = 2\n   \\]"), {
    title: "Find x",
    body: "\\[\n   x = 2\n   \\]",
  });
});

Deno.test("splitTitle() keeps mathematics and question marks in the title", () => {
  assertEquals(splitTitle("**Is \\(p\\) prime?**: Yes."), {
    title: "Is \\(p\\) prime?",
    body: "Yes.",
  });
});

Deno.test("splitTitle() keeps a decimal point that begins the body", () => {
  assertEquals(splitTitle("**Value** .5 is half"), { title: "Value", body: ".5 is half" });
});

Deno.test("splitTitle() gives an empty body when the title is all there is", () => {
  assertEquals(splitTitle("**Conclusion**"), { title: "Conclusion", body: "" });
});

Deno.test("splitTitle() gives null when there is no bold title at the start", () => {
  for (
    const text of ["", "body", "so **x** = 2", "**open", "****", "** **", "**a\nb** c", "*a* b"]
  ) {
    assertEquals(splitTitle(text), null, text);
  }
});
