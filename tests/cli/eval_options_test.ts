import { assertEquals, assertThrows } from "@std/assert";
import { parseBenchmarks, parseKs, parsePositive, parseWhole } from "../../src/cli/eval_options.ts";
import { InputError } from "../../src/errors.ts";

Deno.test("the options of deno task eval name themselves, what was found and what was expected", () => {
  const cases: [() => unknown, string][] = [
    [() => parseBenchmarks("aime42"), '--benchmark: found "aime42"; expected amc23, aime24,'],
    [() => parseBenchmarks(""), '--benchmark: found ""; expected amc23,'],
    [() => parseBenchmarks("aime24,amc23,aime24"), "--benchmark: found aime24 twice"],
    [() => parseBenchmarks("aime24="), "--benchmark: found aime24= without a file"],
    [() => parseWhole("samples", "-1", 0), '--samples: found "-1"; expected a whole number from 0'],
    [() => parseWhole("seed", "2.5", 0), '--seed: found "2.5"; expected a whole number from 0'],
    [() => parseWhole("k", "0", 1), '--k: found "0"; expected a whole number from 1'],
    [() => parseWhole("seed", "2147483648", 0), '--seed: found "2147483648"'],
    [() => parsePositive("temperature", "0", 10), '--temperature: found "0"; expected a number'],
    [() => parsePositive("temperature", "1e3", 10), '--temperature: found "1e3"'],
    [() => parsePositive("temperature", "11", 10), "not above 10"],
    [() => parseKs("4,64", 32), "--k: found 64; expected at most --samples, which is 32"],
    [() => parseKs("4,x", 32), '--k: found "x"'],
  ];
  for (const [parse, message] of cases) assertThrows(parse, InputError, message);
});

Deno.test("parseBenchmarks() takes names and files in any mixture", () => {
  assertEquals(parseBenchmarks("minerva = a=b.jsonl, gsm8k"), [
    { name: "minerva", file: "a=b.jsonl" },
    { name: "gsm8k", file: undefined },
  ]);
});

Deno.test("parseKs() sorts, and counts none twice", () => {
  assertEquals(parseKs("8, 1,8", 8), [1, 8]);
});
