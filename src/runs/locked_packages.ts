/** @file The dependency lock: its hash, and the versions in it. */
import { hashText } from "../hash_text.ts";

/** What a dependency lock says. */
export interface LockedPackages {
  /** SHA-256 of the file; null where there is none. */
  readonly lock: string | null;
  /** Resolved version of each package that is imported by name; empty where there is no lock. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * Reads a `deno.lock`. Never fails: a missing or unreadable one gives null and no packages, one that is no lock its hash alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"specifiers":{"npm:zod@^4":"4.6.7","npm:openai@7":"7.1.0_zod@4.6.7"}}');
 * assertEquals((await lockedPackages(path)).packages, { "npm:openai": "7.1.0", "npm:zod": "4.6.7" });
 * await Deno.remove(path);
 * ```
 */
export async function lockedPackages(path: string): Promise<LockedPackages> {
  const text = await Deno.readTextFile(path).catch(() => null);
  if (text === null) return { lock: null, packages: {} };
  return { lock: hashText(text), packages: versionsIn(text) };
}

function versionsIn(text: string): Record<string, string> {
  let specifiers: unknown;
  try {
    specifiers = JSON.parse(text)?.specifiers;
  } catch {
    return {}; // Its hash still tells two of them apart.
  }
  if (typeof specifiers !== "object" || specifiers === null) return {};
  const versions = Object.entries(specifiers).map(([specifier, version]) => {
    // `npm:@scope/name@^1`: the second @, or the first of an unscoped name, begins the range.
    const at = specifier.lastIndexOf("@");
    // `7.1.0_zod@4.6.7`: what follows says with which peer it was resolved.
    return [at > 0 ? specifier.slice(0, at) : specifier, String(version).split("_")[0]!] as const;
  });
  return Object.fromEntries(versions.sort(([a], [b]) => a < b ? -1 : 1));
}
