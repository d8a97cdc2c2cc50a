import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ZmtpSocket, type ZmtpSocketType } from "../../src/notebook/zmtp.ts";

/** What libzmq's sockets sent and received: `make_zmtp.py`. */
interface Transcript {
  readonly type: ZmtpSocketType;
  readonly identity: string;
  /** Bytes of the peer, in the order in which they are to be said. */
  readonly peer: readonly string[];
  /** Messages in them, each of frames given as length and first byte. */
  readonly messages: readonly (readonly (readonly [number, number])[])[];
  /** Frames that the peer understood of what this socket sent. */
  readonly understood: readonly string[];
  /** What this socket said to it. */
  readonly client: string;
}

const golden: readonly Transcript[] = JSON.parse(
  await Deno.readTextFile(new URL("../golden/zmtp.json", import.meta.url)),
);

/** A peer that says some bytes, and hears all. */
function peer(bytes: readonly Uint8Array[]): { port: number; heard: Promise<Uint8Array> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard = (async () => {
    const conn = await listener.accept();
    listener.close();
    const writer = conn.writable.getWriter();
    const parts: number[] = [];
    const reading = (async () => {
      for await (const part of conn.readable) for (const byte of part) parts.push(byte);
    })().catch(() => {});
    for (const part of bytes) await writer.write(part as Uint8Array<ArrayBuffer>).catch(() => {});
    await reading;
    return Uint8Array.from(parts);
  })();
  return { port: listener.addr.port, heard };
}

for (const { type, identity, peer: said, messages, client } of golden) {
  Deno.test(`ZmtpSocket speaks as libzmq does: ${type}`, async () => {
    const { port, heard } = peer(said.map((text) => Uint8Array.fromBase64(text)));
    const socket = await ZmtpSocket.connect(port, type, identity);
    for (const frames of messages) {
      const got = await socket.receive();
      assertEquals(
        got.map((frame) => [frame.length, frame[0] ?? -1]),
        frames.map((pair) => [...pair]),
      );
    }
    if (type === "DEALER") {
      await socket.send([
        new Uint8Array([1]),
        new Uint8Array(255).fill(2),
        new Uint8Array(256).fill(3),
      ]);
    }
    socket.close();
    assertEquals((await heard).toBase64(), client);
  });
}

const GREETING = new Uint8Array(64);
GREETING.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
GREETING.set(new TextEncoder().encode("NULL"), 12);
const READY = Uint8Array.of(4, 6, 5, ...new TextEncoder().encode("READY"));

for (
  const [what, bytes, message] of [
    [
      "a greeting of HTTP",
      new TextEncoder().encode("HTTP/1.1 400 Bad Request".padEnd(64)),
      "expected ZMTP 3 with NULL",
    ],
    ["another mechanism", GREETING.with(12, 88), "mechanism"],
    [
      "no READY",
      Uint8Array.of(...GREETING, 4, 6, 5, ...new TextEncoder().encode("ERROR")),
      "expected READY",
    ],
    ["an end within the greeting", GREETING.subarray(0, 9), "the connection ended"],
  ] as const
) {
  Deno.test(`ZmtpSocket.connect() refuses ${what}`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      using conn = await listener.accept();
      await conn.write(bytes as Uint8Array<ArrayBuffer>);
      await conn.closeWrite();
      await conn.read(new Uint8Array(1024));
    })();
    const error = await assertRejects(() => ZmtpSocket.connect(listener.addr.port, "SUB"), Error);
    assertStringIncludes((error as Error).message, message);
    await serving.catch(() => {});
    listener.close();
  });
}

Deno.test("ZmtpSocket.receive() refuses a frame that no memory could hold, before it is read", async () => {
  const endless = Uint8Array.of(2, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  const { port, heard } = peer([GREETING, READY, endless]);
  const socket = await ZmtpSocket.connect(port, "SUB");
  await assertRejects(() => socket.receive(), Error, "expected at most 1073741824");
  socket.close();
  await heard;
});
