import { assert, assertEquals, assertThrows } from "@std/assert";
import { BoundedTemplate } from "../../src/policy/bounded_jinja.ts";

const render = (source: string, variables: Record<string, unknown> = {}) =>
  new BoundedTemplate(source).render(variables);

Deno.test("BoundedTemplate.render() ends templates that would not end", () => {
  const doubled = (start: string) =>
    `{% set ns = namespace(x=${start}) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}`;
  const hostile: [string, string][] = [
    ["{% for i in range(10 ** 12) %}{% endfor %}", "a range of more than"],
    ["{% for i in range(0, 9, 0) %}{% endfor %}", "a range of more than"],
    [
      "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
      "more than 1000000 steps",
    ],
    [
      "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(99) }}",
      "more than 1000000 steps",
    ],
    ["{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "Cannot call something"],
    [doubled("'ab'"), "a value longer than 16000000"],
    [doubled("[1]"), "a value longer than 16000000"],
  ];
  for (const [source, message] of hostile) {
    const start = performance.now();
    assertThrows(() => render(source), Error, message);
    assert(performance.now() - start < 10_000, source);
  }
});

Deno.test("BoundedTemplate.render() has Python's ranges", () => {
  const list = (range: string) => render(`{% for i in ${range} %}{{ i }},{% endfor %}`);
  assertEquals(list("range(3)"), "0,1,2,");
  assertEquals(list("range(1, 8, 3)"), "1,4,7,");
  assertEquals(list("range(3, 0, -1)"), "3,2,1,");
  assertEquals(list("range(3, 0)"), "");
  assertEquals(list("range(-2)"), "");
});

Deno.test("BoundedTemplate.render() counts each rendering by itself", () => {
  const template = new BoundedTemplate(
    "{% for i in range(90000) %}{% if i %}{% endif %}{% endfor %}",
  );
  for (let i = 0; i < 5; i++) assertEquals(template.render({}), "");
});

Deno.test("BoundedTemplate renders what a generation block holds", () => {
  assertEquals(render("a {%- generation %} b {% endgeneration -%} c"), "a b c");
  assertEquals(render("{% generation %}\nb\n{% endgeneration %}\n"), "b\n");
});

Deno.test("BoundedTemplate.names has the variables of a template", () => {
  const { names } = new BoundedTemplate(
    "{% if enable_thinking %}{{ messages[0].content }}{% endif %}",
  );
  assert(names.has("enable_thinking") && names.has("messages") && !names.has("thinking"));
});

Deno.test("BoundedTemplate strips as Python does, its argument included", () => {
  const text = "\n\n  a \n";
  assertEquals(render("{{ text.lstrip('\\n') }}", { text }), "  a \n");
  assertEquals(render("{{ text.rstrip('\\n') }}", { text }), "\n\n  a ");
  assertEquals(render("{{ text.strip() }}", { text }), "a");
  assertEquals(render("{{ text | trim }}", { text: "\ufeff\x1ca\x85" }), "\ufeff\x1ca");
  assertEquals(render("{{ text | trim('xy') }}", { text: "xyaxy" }), "a");
  assertEquals(render("{{ (text | trim).upper() }}", { text }), "A");
  assertThrows(() => render("{{ text.strip(3) }}", { text }), TypeError, "found a IntegerValue");
  // Of what is no text the package says what it thinks of it.
  assertThrows(() => render("{{ [1].strip() }}"), Error, "Cannot call something");
  assertThrows(() => render("{{ missing.strip() }}"), Error);
});
