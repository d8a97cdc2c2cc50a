/** @file Relay problems read back from their text, independently of the code that makes them. */

/** Every variable's value, and the asked variables. Throws where something is defined twice, or not at all. */
export function solve(text: string): { values: Map<string, number>; asked: string[] } {
  const match = /^([a-z]=[^?]+)\?([a-z]+)$/.exec(text);
  if (!match) throw new Error(`no relay problem: ${text}`);
  const definitions = new Map<string, string>();
  for (const definition of match[1]!.split(";")) {
    const [name, body] = definition.split("=") as [string, string];
    if (definitions.has(name)) throw new Error(`${name} is defined twice`);
    definitions.set(name, body);
  }
  const values = new Map<string, number>();
  const valueOf = (name: string): number => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const body = /^(?:([a-z])\+)?(\d)$/.exec(definitions.get(name) ?? "");
    if (!body) throw new Error(`${name} has no definition`);
    const value = ((body[1] === undefined ? 0 : valueOf(body[1])) + Number(body[2])) % 10;
    values.set(name, value);
    return value;
  };
  for (const name of definitions.keys()) valueOf(name);
  return { values, asked: [...match[2]!] };
}
