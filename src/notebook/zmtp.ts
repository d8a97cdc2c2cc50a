/**
 * @file The client's half of ZMTP 3.0 (https://rfc.zeromq.org/spec/23/) over TCP, with the NULL mechanism: what a Jupyter
 * kernel speaks. No native code, so that notebooks run wherever Deno does.
 */

/** Kinds of socket that a client of a kernel needs. */
export type ZmtpSocketType = "DEALER" | "SUB";

/** Bits of a frame's first byte (spec 23, "Framing"). */
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

/** Longest frame that a short length can tell, in bytes. */
const SHORT = 255;

/**
 * Longest frame that is taken, in bytes. A length is read before its bytes are: of a peer that is no kernel, any eight bytes
 * may be one. A gigabyte is more than a notebook can hold.
 */
const LONGEST = 2 ** 30;

/** Bytes that are read at once: as many as a socket holds, so that a kernel seldom has to wait. */
const CHUNK = 2 ** 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A connected socket. A `DEALER` sends and receives whole messages; a `SUB` is subscribed to everything.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * // No such port.
 * await assertRejects(() => ZmtpSocket.connect(1, "SUB"), Deno.errors.ConnectionRefused);
 * ```
 */
export class ZmtpSocket {
  readonly #conn: Deno.TcpConn;
  /** What was read and not yet asked for. */
  #rest = new Uint8Array(0);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /**
   * Connects to a port of this machine and shakes hands.
   *
   * @param identity What a kernel's `ROUTER` socket calls this one; at most 255 bytes.
   * @throws {Deno.errors.ConnectionRefused} where nobody listens.
   * @throws {Error} where the peer does not speak ZMTP 3 with the NULL mechanism.
   */
  static async connect(
    port: number,
    type: ZmtpSocketType,
    identity = "",
  ): Promise<ZmtpSocket> {
    const socket = new ZmtpSocket(await Deno.connect({ hostname: "127.0.0.1", port }));
    try {
      await socket.#write(greeting());
      checkGreeting(await socket.#read(64));
      const ready = [
        name("READY"),
        property("Socket-Type", type),
        ...identity === "" ? [] : [property("Identity", identity)],
      ];
      await socket.#writeFrame(COMMAND, concat(ready));
      const { flags, body } = await socket.#frame();
      const said = decoder.decode(body.subarray(1, 1 + (body[0] ?? 0)));
      if (!(flags & COMMAND) || said !== "READY") {
        throw new Error(`port ${port}: found ${JSON.stringify(said)}; expected READY`);
      }
      // A subscription is a message that begins with 1; what follows is the prefix, here of everything.
      if (type === "SUB") await socket.send([Uint8Array.of(1)]);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends a message of one or more frames. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    for (const [index, frame] of frames.entries()) {
      await this.#writeFrame(index < frames.length - 1 ? MORE : 0, frame);
    }
  }

  /**
   * Waits for a message; commands of the peer are passed over.
   *
   * @returns Its frames.
   * @throws {Error} where the connection ends first, or a frame is longer than a gigabyte.
   */
  async receive(): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    while (true) {
      const { flags, body } = await this.#frame();
      if (flags & COMMAND) continue;
      frames.push(body);
      if (!(flags & MORE)) return frames;
    }
  }

  /** Closes the connection: a `receive` that waits throws. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed.
    }
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array }> {
    const [flags = 0] = await this.#read(1);
    const length = flags & LONG
      ? Number(new DataView((await this.#read(8)).buffer).getBigUint64(0))
      : (await this.#read(1))[0]!;
    if (length > LONGEST) {
      throw new Error(`found a frame of ${length} bytes; expected at most ${LONGEST}`);
    }
    return { flags, body: await this.#read(length) };
  }

  async #writeFrame(flags: number, body: Uint8Array): Promise<void> {
    if (body.length <= SHORT) {
      await this.#write(concat([Uint8Array.of(flags, body.length), body]));
      return;
    }
    const head = new Uint8Array(9);
    head[0] = flags | LONG;
    new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
    await this.#write(concat([head, body]));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Exactly so many bytes, in a buffer of their own. */
  async #read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      if (this.#rest.length === 0) {
        const chunk = new Uint8Array(CHUNK);
        const got = await this.#conn.read(chunk);
        if (got === null) throw new Error("the connection ended");
        this.#rest = chunk.subarray(0, got);
      }
      const part = this.#rest.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }
}

/** Signature, version 3.0, mechanism NULL, not a server, filler: 64 bytes. */
function greeting(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(encoder.encode("NULL"), 12);
  return bytes;
}

function checkGreeting(bytes: Uint8Array): void {
  const mechanism = decoder.decode(bytes.subarray(12, 32)).replaceAll("\0", "");
  if (bytes[0] !== 0xff || bytes[9] !== 0x7f || bytes[10]! < 3 || mechanism !== "NULL") {
    throw new Error(
      `found a greeting of version ${bytes[10]} with mechanism ${JSON.stringify(mechanism)}; ` +
        "expected ZMTP 3 with NULL",
    );
  }
}

/** A command's or property's name: its length in one byte, then its letters. */
function name(text: string): Uint8Array {
  const letters = encoder.encode(text);
  return Uint8Array.of(letters.length, ...letters);
}

/** A property: its name, then its value after a length in four bytes. */
function property(key: string, value: string): Uint8Array {
  const bytes = encoder.encode(value);
  return Uint8Array.of(...name(key), 0, 0, 0, bytes.length, ...bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
