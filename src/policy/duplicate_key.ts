/** @file Finding a key that a JSON text holds twice, which `JSON.parse` passes over. */

/** Index just after the string that opens at `start`. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

/**
 * The first key that some object of a JSON text holds twice; null where there is none. Two readers may take different
 * ones of the two values, so a file that must mean one thing must not have any.
 *
 * @param json A text that `JSON.parse` accepts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(duplicateKey('{"a": {"b": 1}, "b": 2}'), null);
 * assertEquals(duplicateKey('{"a": 1, "\\u0061": 2}'), "a");
 * ```
 */
export function duplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    if (json[at] === "{") open.push(new Set());
    if (json[at] === "}") open.pop();
    if (json[at] !== '"') continue;
    const end = stringEnd(json, at);
    let next = end;
    while (" \t\n\r".includes(json[next] ?? "x")) next++;
    if (json[next] === ":") {
      const key = JSON.parse(json.slice(at, end)) as string;
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    at = next - 1;
  }
  return null;
}
