/** @file Jupyter's messages on the wire: signed frames (Jupyter messaging 5.3, "The wire protocol"). */

/** A message's header. */
export interface MessageHeader {
  /** Unique id. */
  readonly msg_id: string;
  /** E.g. `execute_request`. */
  readonly msg_type: string;
}

/** A message that a kernel sent. */
export interface KernelMessage {
  /** What it is. */
  readonly type: string;
  /** Id of the request that it belongs to; null where it belongs to none. */
  readonly parent: string | null;
  /** What it says. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Stands between a message's addresses and its signature. */
const DELIMITER = "<IDS|MSG>";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Signs and checks messages with the key that both sides know from the connection file. */
export class Wire {
  readonly #key: CryptoKey;
  readonly #session = crypto.randomUUID();

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** Makes one for a key, as the connection file has it. */
  static async of(key: string): Promise<Wire> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const raw = encoder.encode(key);
    return new Wire(await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]));
  }

  /**
   * Frames of a request.
   *
   * @returns The frames, and the id by which answers name the request.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   *
   * const wire = await Wire.of("key");
   * const { frames } = await wire.request("kernel_info_request", {});
   * assertEquals((await wire.parse(frames)).type, "kernel_info_request");
   * ```
   */
  async request(
    type: string,
    content: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly id: string; readonly frames: Uint8Array[] }> {
    const id = crypto.randomUUID();
    const header = {
      msg_id: id,
      session: this.#session,
      username: "stepwise",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const signature = encoder.encode(await this.#sign(parts));
    return { id, frames: [encoder.encode(DELIMITER), signature, ...parts] };
  }

  /**
   * A message from its frames.
   *
   * @throws {Error} for frames that are no message, or that another key has signed.
   */
  async parse(frames: readonly Uint8Array[]): Promise<KernelMessage> {
    const at = frames.findIndex((frame) =>
      frame.length === DELIMITER.length && decoder.decode(frame) === DELIMITER
    );
    const parts = frames.slice(at + 2, at + 6);
    if (at < 0 || parts.length < 4) throw new Error("found frames that are no Jupyter message");
    const signature = decoder.decode(frames[at + 1]!);
    if (signature !== await this.#sign(parts)) {
      throw new Error("found a message with another key's signature");
    }
    const [header, parent, , content] = parts.map((part) => JSON.parse(decoder.decode(part)));
    return { type: header.msg_type, parent: parent.msg_id ?? null, content };
  }

  async #sign(parts: readonly Uint8Array[]): Promise<string> {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return new Uint8Array(await crypto.subtle.sign("HMAC", this.#key, all)).toHex();
  }
}
