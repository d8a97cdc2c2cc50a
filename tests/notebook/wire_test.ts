import { assertEquals, assertRejects } from "@std/assert";
import { Wire } from "../../src/notebook/wire.ts";

const text = (frame: Uint8Array | undefined) => new TextDecoder().decode(frame);
const bytes = (said: string) => new TextEncoder().encode(said);

Deno.test("Wire.request() signs header, parent, metadata and content, in this order", async () => {
  const wire = await Wire.of("a-key");
  const { id, frames } = await wire.request("execute_request", { code: "1" });
  const [delimiter, signature, ...parts] = frames.map(text);
  // As Python's hmac.new(b"a-key", b"".join(parts), "sha256").hexdigest().
  const { createHmac } = await import("node:crypto");
  const expected = createHmac("sha256", "a-key").update(parts.join("")).digest("hex");
  assertEquals([delimiter, signature], ["<IDS|MSG>", expected]);
  const header = JSON.parse(parts[0]!);
  assertEquals([header.msg_id, header.msg_type, header.version], [id, "execute_request", "5.3"]);
  assertEquals(parts.slice(1), ["{}", "{}", '{"code":"1"}']);
});

Deno.test("Wire.parse() passes over addresses, and finds type, parent and content", async () => {
  const wire = await Wire.of("key");
  const { frames, id } = await wire.request("status", { execution_state: "idle" });
  const message = await wire.parse([bytes("peer"), ...frames]);
  assertEquals(message, { type: "status", parent: null, content: { execution_state: "idle" } });
  assertEquals(id.length, 36);
});

Deno.test("Wire.parse() refuses what another key has signed, what was changed, and what is no message", async () => {
  const wire = await Wire.of("key");
  const { frames } = await (await Wire.of("other")).request("status", {});
  await assertRejects(() => wire.parse(frames), Error, "another key's signature");
  const { frames: own } = await wire.request("status", { text: "x" });
  const changed = own.with(5, bytes('{"text":"y"}'));
  await assertRejects(() => wire.parse(changed), Error, "another key's signature");
  for (const broken of [[], [bytes("x")], own.slice(0, 4)]) {
    await assertRejects(() => wire.parse(broken), Error, "no Jupyter message");
  }
});
