/** @file The GPU that a driver offers: what it is called, whether it is one, and how large its buffers may be. */

/** An adapter, as WebGPU calls a GPU with its driver. */
export interface Adapter {
  /** Its name, as the driver says it. */
  readonly name: string;
  /** Number of its maker, that of PCI where it is on that bus; null where the driver does not say. */
  readonly vendorId: number | null;
  /** Whether it is a driver that computes on processors: correct, and no faster. */
  readonly software: boolean;
  /** Bytes of the largest buffer. */
  readonly buffer: number;
  /** Bytes of the largest buffer that a kernel can read. */
  readonly binding: number;
  /** Whether kernels can compute in float16. */
  readonly halfPrecision: boolean;
}

/** Seconds that a driver may take to say what it is. */
const PATIENCE_MS = 10_000;

/**
 * Asks the system's driver, in a process of its own, what it offers. Deno's own WebGPU is asked: the provider's library does not tell.
 *
 * @returns Null where there is no adapter, or the driver does not answer.
 *
 * @example
 * ```ts
 * const adapter = await findAdapter();
 * console.log(adapter?.name ?? "no GPU");
 * ```
 */
export async function findAdapter(): Promise<Adapter | null> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--no-config", "--no-lock", "--unstable-webgpu"],
      new URL("./adapter_probe.ts", import.meta.url).href,
    ],
    ...{ stdin: "null", stderr: "null" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).output();
  if (!success) return null;
  return JSON.parse(new TextDecoder().decode(stdout));
}

/**
 * An adapter for people.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const adapter = { name: "Iris", vendorId: 0x8086, buffer: 2 ** 30, binding: 2 ** 27, halfPrecision: true };
 * assertEquals(
 *   adapterText({ ...adapter, software: false }),
 *   "Iris, buffers of up to 1,024 MiB (128 MiB in a kernel), float16",
 * );
 * ```
 */
export function adapterText({ name, software, buffer, binding, halfPrecision }: Adapter): string {
  const mib = (bytes: number) => `${Math.floor(bytes / 2 ** 20).toLocaleString("en")} MiB`;
  return [
    `${name}${software ? " (software: no GPU, computes on processors)" : ""}`,
    `buffers of up to ${mib(buffer)} (${mib(binding)} in a kernel)`,
    halfPrecision ? "float16" : "no float16",
  ].join(", ");
}
