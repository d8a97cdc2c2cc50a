/** @file TensorBoard's event files: TFRecords of the protobuf message `Event` (tensorflow/core/util/event.proto). */
import { MessageWriter } from "../../engine/onnx/protobuf.ts";
import { maskedCrc32c } from "./crc32c.ts";

/** `TensorProto.dtype` of strings. */
const DT_STRING = 7;

/** `SessionLog.status` of a start. */
const START = 1;

/**
 * One record: length, its checksum, the bytes, theirs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(record(new Uint8Array(3)).length, 8 + 4 + 3 + 4);
 * ```
 */
export function record(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(12 + bytes.length + 4);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, maskedCrc32c(out.subarray(0, 8)), true);
  out.set(bytes, 12);
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true);
  return out;
}

/** An event at a time in seconds since 1970. */
function event(time: number, step: number): MessageWriter {
  const message = new MessageWriter().double(1, time);
  // A field that holds its default is not written.
  return step === 0 ? message : message.int(2, step);
}

/**
 * The records that a file begins with: its version, and the start of a session, at which TensorBoard forgets what an earlier
 * file of the folder says of the same steps.
 *
 * @param time Seconds since 1970.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TextDecoder().decode(fileStart(1)).includes("brain.Event:2"), true);
 * ```
 */
export function fileStart(time: number): Uint8Array {
  return joined([
    record(event(time, 0).string(3, "brain.Event:2").finish()),
    record(event(time, 0).message(7, new MessageWriter().int(1, START)).finish()),
  ]);
}

/**
 * Numbers by name at one step, as scalars; TensorBoard holds them in 32 bits.
 *
 * @param time Seconds since 1970.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scalars({ loss: 1.5 }, 3, 1).length, 16 + 9 + 2 + 2 + 13);
 * ```
 */
export function scalars(
  values: Readonly<Record<string, number>>,
  step: number,
  time: number,
): Uint8Array {
  const summary = new MessageWriter();
  for (const [name, value] of Object.entries(values)) {
    summary.message(1, new MessageWriter().string(1, name).float(2, value));
  }
  return record(event(time, step).message(5, summary).finish());
}

/**
 * A text, shown as Markdown under its name.
 *
 * @param time Seconds since 1970.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TextDecoder().decode(text("config", "*srl*", 1)).includes("*srl*"), true);
 * ```
 */
export function text(name: string, markdown: string, time: number): Uint8Array {
  const plugin = new MessageWriter().message(1, new MessageWriter().string(1, "text"));
  const shape = new MessageWriter().message(2, new MessageWriter().int(1, 1));
  const tensor = new MessageWriter().int(1, DT_STRING).message(2, shape).string(8, markdown);
  const value = new MessageWriter().string(1, name).message(8, tensor).message(9, plugin);
  return record(event(time, 0).message(5, new MessageWriter().message(1, value)).finish());
}

/** Some bytes after each other. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
