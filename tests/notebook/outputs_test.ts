import { assertEquals } from "@std/assert";
import { OutputCollector } from "../../src/notebook/outputs.ts";

const message = (type: string, content: Record<string, unknown>) => ({
  type,
  parent: "a",
  content,
});
const stream = (name: string, text: string) => message("stream", { name, text });
const display = (text: string, display_id?: string) =>
  message("display_data", {
    data: { "text/plain": text },
    metadata: {},
    transient: display_id === undefined ? {} : { display_id },
  });
const texts = (outputs: OutputCollector) =>
  outputs.list().map((output) =>
    output.output_type === "stream"
      ? `${output.name}:${output.text}`
      : output.output_type === "error"
      ? output.ename
      : output.data["text/plain"]
  );

Deno.test("OutputCollector keeps the order and joins a stream only with itself", () => {
  const outputs = new OutputCollector();
  for (
    const said of [
      stream("stdout", "a"),
      stream("stdout", "b"),
      stream("stderr", "c"),
      stream("stdout", "d"),
      display("e"),
      stream("stdout", "f"),
    ]
  ) outputs.take(said);
  assertEquals(texts(outputs), ["stdout:ab", "stderr:c", "stdout:d", "e", "stdout:f"]);
});

Deno.test("OutputCollector updates a display in its place, also from a later cell", () => {
  const displays = new Map();
  const first = new OutputCollector(displays);
  first.take(display("0 of 2", "bar"));
  first.take(display("other", "else"));
  const update = (text: string) =>
    message("update_display_data", {
      data: { "text/plain": text },
      metadata: {},
      transient: { display_id: "bar" },
    });
  first.take(update("1 of 2"));
  assertEquals(texts(first), ["1 of 2", "other"]);
  const second = new OutputCollector(displays);
  second.take(update("2 of 2"));
  assertEquals([texts(first), texts(second)], [["2 of 2", "other"], []]);
});

Deno.test("OutputCollector clears at once, or with the next output where it is to wait", () => {
  const outputs = new OutputCollector();
  outputs.take(stream("stdout", "old"));
  outputs.take(message("clear_output", { wait: true }));
  assertEquals(texts(outputs), ["stdout:old"]);
  outputs.take(stream("stdout", "new"));
  assertEquals(texts(outputs), ["stdout:new"]);
  outputs.take(message("clear_output", {}));
  assertEquals(texts(outputs), []);
});

Deno.test("OutputCollector drops what is transient, and keeps a result's number and an error's stack", () => {
  const outputs = new OutputCollector();
  outputs.take(message("execute_result", {
    data: { "text/plain": "2" },
    metadata: {},
    execution_count: 7,
  }));
  outputs.take(
    message("error", { ename: "TypeError", evalue: "no", traceback: ["TypeError: no"], x: 1 }),
  );
  outputs.take(message("execute_input", { code: "1 + 1", execution_count: 7 }));
  assertEquals(outputs.list(), [
    {
      output_type: "execute_result",
      data: { "text/plain": "2" },
      metadata: {},
      execution_count: 7,
    },
    { output_type: "error", ename: "TypeError", evalue: "no", traceback: ["TypeError: no"] },
  ]);
});
