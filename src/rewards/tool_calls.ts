/** @file The tool calls in an agent's action. */

/** One call. */
export interface ToolCall {
  /** The function's name. */
  readonly name: string;
  /** Its arguments by key, as text: a string as it is, other JSON in one spelling. */
  readonly arguments: ReadonlyMap<string, string>;
}

/** JSON nested deeper than this is no tool call: what walks it must not recurse without end. */
const MAX_DEPTH = 64;

/**
 * Every tool call of an action, in order: `<function=name><parameter=key>value</parameter></function>` as SWE-agent's
 * models write it, or JSON objects `{"name": …, "arguments": {…}}`, each in `<tool_call>` tags or the whole action. A value
 * in a parameter loses one line break at each end. A call that is not closed, and JSON of another form, is no call.
 * One pass, whatever the text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const calls = parseToolCalls("Look.\n<function=bash><parameter=command>\nls -l\n</parameter></function>");
 * assertEquals(calls, [{ name: "bash", arguments: new Map([["command", "ls -l"]]) }]);
 * assertEquals(parseToolCalls('{"name": "add", "arguments": {"a": 1}}'), [
 *   { name: "add", arguments: new Map([["a", "1"]]) },
 * ]);
 * ```
 */
export function parseToolCalls(action: string): ToolCall[] {
  const tagged = [...blocks(action, "<function=", "</function>")].flatMap(parseFunction);
  if (tagged.length > 0) return tagged;
  const wrapped = [...blocks(action, "<tool_call>", "</tool_call>")].flatMap(parseJson);
  return wrapped.length > 0 ? wrapped : parseJson(action);
}

/** What stands between an opening and the next closing tag, again and again. */
function* blocks(text: string, open: string, close: string): Generator<string> {
  for (let at = text.indexOf(open); at !== -1;) {
    const start = at + open.length;
    const end = text.indexOf(close, start);
    if (end === -1) return;
    yield text.slice(start, end);
    at = text.indexOf(open, end);
  }
}

/** A key or name up to `>`, and what follows. */
function splitHead(block: string): [head: string, rest: string] | null {
  const end = block.indexOf(">");
  return end === -1 ? null : [block.slice(0, end).trim(), block.slice(end + 1)];
}

function parseFunction(block: string): ToolCall[] {
  const head = splitHead(block);
  if (head === null || head[0] === "") return [];
  const [name, body] = head;
  const found = new Map<string, string>();
  for (const parameter of blocks(body, "<parameter=", "</parameter>")) {
    const split = splitHead(parameter);
    if (split !== null) found.set(split[0], split[1].replace(/^\n/, "").replace(/\n$/, ""));
  }
  return [{ name, arguments: found }];
}

function parseJson(text: string): ToolCall[] {
  const source = text.trim();
  if (!source.startsWith("{") || depthOf(source) > MAX_DEPTH) return [];
  let call: { name?: unknown; arguments?: unknown };
  try {
    call = JSON.parse(source);
  } catch {
    // Text that is no JSON is no call, which is what is asked.
    return [];
  }
  const { name, arguments: given = {} } = call;
  if (typeof name !== "string" || typeof given !== "object" || given === null) return [];
  if (Array.isArray(given)) return [];
  const pairs = Object.entries(given).map(([key, value]) =>
    [key, typeof value === "string" ? value : inOneSpelling(value)] as const
  );
  return [{ name, arguments: new Map(pairs) }];
}

/** JSON with sorted keys. */
function inOneSpelling(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  );
}

/** How deep brackets are nested outside of strings. */
function depthOf(json: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
