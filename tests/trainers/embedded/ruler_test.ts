import { assertEquals, assertThrows } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import { InputError } from "../../../src/errors.ts";
import { ChatTemplate } from "../../../src/policy/chat_template.ts";
import { PromptEncoder } from "../../../src/policy/prompt_encoder.ts";
import { trainBpe } from "../../../src/policy/tokenizer/bpe_tokenizer.ts";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { requireLongest, Ruler } from "../../../src/trainers/embedded/ruler.ts";
import { openStart } from "../../../src/trainers/embedded/start_policy.ts";
import { DATA, INIT } from "./runs.ts";

/** The tokenizer of relay problems: a character each, and none for what is not in them. */
const RELAY = await openStart({ init: INIT }, DATA, await loadTraining(DATA));
/** A tokenizer that has every byte, and merges. */
const BYTES = (() => {
  const tokenizer = Tokenizer.of(trainBpe(["numbers numbers"], 300, ["<pad>", "<bos>", "<eos>"]));
  const config = { ...RELAY.config, bosTokenId: 1, eosTokenIds: [2] };
  return { config, tokenizer, prompts: new PromptEncoder(config, tokenizer, null) };
})();

const asked = (user: string) => ({ system: "", user });

Deno.test("Ruler bounds a sequence that any tokenizer with every byte could make of it", () => {
  const ruler = new Ruler(BYTES, "policy.s");
  // U+0958 is two characters of three bytes in Unicode's NFC, and three bytes before.
  for (const text of ["numbers", "", "数🎉", "\u0958".repeat(9), "e\u0301"]) {
    const prompt = ruler.prompt("p", asked(text), 5, "maxTokens");
    const { prompt: length, more } = prompt.measure();
    assertEquals([length, more], [BYTES.prompts.encode(asked(text)).ids.length, 5]);
    assertEquals(length + more <= prompt.most, true, text);
    const completions = ["1", text];
    const whole = ruler.demonstration("p", "", { prompt: text, completions }, "its completion");
    const need = whole.measure();
    // The longest completion, with the token that ends it.
    const longest = Math.max(...completions.map((c) => BYTES.tokenizer.encode(c).length));
    assertEquals([need.prompt, need.more], [length, longest + 1]);
    assertEquals(need.prompt + need.more <= whole.most, true, text);
  }
});

Deno.test("Ruler bounds what a chat template makes of a prompt, and what goes on from it", () => {
  const template = new ChatTemplate("[begin]{{ messages[-1].content }}[end]<think>", "t.jinja");
  const { config, tokenizer } = BYTES;
  const prompts = new PromptEncoder(config, tokenizer, template);
  const ruler = new Ruler({ config, tokenizer, prompts }, "policy.s");
  const prompt = ruler.prompt("p", asked("numbers"), 5, "maxTokens");
  const length = prompts.encode(asked("numbers")).ids.length;
  assertEquals(prompt.measure().prompt, length);
  assertEquals(length > BYTES.prompts.encode(asked("numbers")).ids.length, true);
  assertEquals(length + 5 <= prompt.most, true);
  const example = { prompt: "numbers", completions: ["1"] };
  const whole = ruler.demonstration("p", "", example, "its completion");
  const need = whole.measure();
  assertEquals(need.more, prompts.encodeCompletion("1").length);
  assertEquals(need.prompt + need.more <= whole.most, true);
});

Deno.test("Ruler looks at every text where the tokenizer has not every byte, and names the policy", () => {
  const ruler = new Ruler(RELAY, "policy.s");
  assertEquals(ruler.prompt("p", asked("a=1"), 5, "maxTokens").most, 9);
  const message = 'policy.s: tokenizer: p: text: expected characters of the alphabet, found "数"';
  assertThrows(() => ruler.prompt("p", asked("a=数"), 5, "maxTokens"), InputError, message);
  const example = { prompt: "a", completions: ["1", "数"] };
  assertThrows(() => ruler.demonstration("p", "", example, "its completion"), InputError, message);
});

Deno.test("requireLongest() measures no more than it must, and names the longest of all", () => {
  const measured: string[] = [];
  const sequence = (id: string, most: number, length: number) => ({
    most,
    measure() {
      measured.push(id);
      return { id, prompt: length - 1, more: 1, what: "maxTokens" };
    },
  });
  const sequences = [sequence("a", 9, 4), sequence("b", 20, 12), sequence("c", 30, 11)];
  requireLongest([], { name: "n", tokens: 1 });
  requireLongest(sequences, { name: "n", tokens: 30 });
  assertEquals(measured, []);
  requireLongest(sequences, { name: "n", tokens: 25 });
  assertEquals(measured.splice(0), ["c"]);
  assertThrows(
    () => requireLongest(sequences, { name: "n", tokens: 5 }),
    InputError,
    "n: found 5; expected at least 12: b has",
  );
  assertEquals(measured, ["c", "b"]);
});
