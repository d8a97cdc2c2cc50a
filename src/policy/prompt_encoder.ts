/** @file From prompts and completions to ids: chat template, the tokens that open and end a text, and outside text kept text. */

import { InputError } from "../errors.ts";
import { THINK_CLOSE, THINK_OPEN } from "../format_tags.ts";
import type { ChatTemplate, TemplateMessage } from "./chat_template.ts";
import type { PolicyConfig } from "./config.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** What a policy is asked. */
export interface Prompt {
  /** Said before all else; empty for nothing. */
  readonly system: string;
  /** What is asked. */
  readonly user: string;
}

/** A prompt as a policy reads it. */
export interface EncodedPrompt {
  /** Its ids. */
  readonly ids: readonly number[];
  /** The same as text, without the token that opens a plain prompt. */
  readonly text: string;
}

/**
 * How the template's opening of the assistant's turn leaves the monologue: unopened (`none`), `opened`, so that the policy
 * writes `</think>` only, or `closed` already, so that it cannot write one.
 */
export type Thinking = "none" | "opened" | "closed";

/** Characters that Unicode reserves for use inside a program. */
const MARKS = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i));
/** Stands for what is said, to see what a template puts around it. */
const [SAID, ANSWERED] = [MARKS[0]!, MARKS[1]!];

/**
 * Encodes prompts, and the completions to imitate, for one policy.
 *
 * With a chat template, a prompt is its system and its user message and the opening of the assistant's turn; the template
 * writes what opens a sequence, and nothing is added. Without one, it is both texts with an empty line between, behind the
 * token that opens a sequence where the policy has one and `tokenizer_config.json` does not say that none is added
 * (`add_bos_token: false`, or `bos_token: null`).
 *
 * What is said is outside text, since problems and steps are in it: `<|im_end|>` in it stays the characters that it is
 * written in, and never becomes a control token. Only `<think>` and `</think>` do become their tokens, where the
 * tokenizer has them: prompts speak of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ChatTemplate } from "./chat_template.ts";
 * import { buildCharTokenizer } from "./tokenizer/char_tokenizer.ts";
 * import { Tokenizer } from "./tokenizer/tokenizer.ts";
 *
 * const tokenizer = Tokenizer.of(buildCharTokenizer("ab\n", ["<bos>", "<eos>", "<think>", "</think>"]));
 * const config = { bosTokenId: 0, eosTokenIds: [1] };
 * const plain = new PromptEncoder(config, tokenizer, null);
 * assertEquals(plain.encode({ system: "", user: "ab" }).ids, [0, 4, 5]);
 * assertEquals(plain.encodeCompletion("b"), [5, 1]);
 *
 * const template = new ChatTemplate("{{ messages[0].content }}<think>", "chat_template.jinja");
 * const chat = new PromptEncoder(config, tokenizer, template);
 * assertEquals([chat.thinking, chat.encode({ system: "", user: "ab\n" }).ids], ["opened", [4, 5, 2]]);
 * assertEquals(chat.encodeCompletion("<think>a</think>b"), [4, 3, 5, 1]);
 * ```
 */
export class PromptEncoder {
  /** Whether the monologue is open when the policy begins to write. */
  readonly thinking: Thinking;
  /** Tokens that end a completion: the one that ends a turn of the chat template first, then those of the configuration. */
  readonly endTokenIds: readonly number[];
  readonly #opening: readonly number[];
  readonly #tokenizer: Tokenizer;
  readonly #chat: ChatTemplate | null;

  /**
   * Looks at what the template does.
   *
   * @throws {InputError} for a template that cannot be applied, or that leaves out what the user says.
   */
  constructor(
    config: Pick<PolicyConfig, "bosTokenId" | "eosTokenIds">,
    tokenizer: Tokenizer,
    chat: ChatTemplate | null,
  ) {
    this.#tokenizer = tokenizer;
    this.#chat = chat;
    const { bosTokenId, eosTokenIds } = config;
    if (chat === null) {
      this.thinking = "none";
      this.endTokenIds = eosTokenIds;
      this.#opening = bosTokenId === null || !tokenizer.opens ? [] : [bosTokenId];
      return;
    }
    this.thinking = thinkingOf(chat);
    this.endTokenIds = [...new Set([...turnEnd(chat, tokenizer), ...eosTokenIds])];
    this.#opening = [];
  }

  /**
   * A prompt as text.
   *
   * @throws {InputError} for what the chat template raises.
   */
  render({ system, user }: Prompt): string {
    const chat = this.#chat;
    if (chat === null) return system.trim() === "" ? user : `${system.trim()}\n\n${user}`;
    const messages: TemplateMessage[] = [
      ...system.trim() === "" ? [] : [{ role: "system", content: system.trim() } as const],
      // The newline that ends a plain prompt is the turn's own here.
      { role: "user", content: user.trim() },
    ];
    return chat.render(messages, true);
  }

  /**
   * Ids of a prompt.
   *
   * @throws {InputError} for what the chat template raises, and for text that the tokenizer has no tokens for.
   */
  encode(prompt: Prompt): EncodedPrompt {
    const rendered = this.render(prompt);
    const mark = markFor(rendered + prompt.system + prompt.user);
    const guarded = {
      system: this.#tokenizer.guard(prompt.system, mark),
      user: this.#tokenizer.guard(prompt.user, mark),
    };
    const safe = guarded.system === prompt.system && guarded.user === prompt.user;
    const marked = safe ? rendered : this.render(guarded);
    return {
      ids: [...this.#opening, ...this.#tokenizer.encode(marked, mark)],
      text: marked.replaceAll(mark, ""),
    };
  }

  /**
   * A completion as it goes on from the prompt: where that has opened the monologue already, without `<think>` at its head,
   * or, where there is no monologue, with the end of an empty one.
   */
  completion(text: string): string {
    if (this.thinking !== "opened") return text;
    const body = text.trimStart();
    return body.startsWith(THINK_OPEN)
      ? body.slice(THINK_OPEN.length).trimStart()
      : `${THINK_CLOSE}\n\n${text}`;
  }

  /**
   * Ids of {@link completion}, with the token that ends one.
   *
   * @throws {InputError} for text that the tokenizer has no tokens for.
   */
  encodeCompletion(text: string): number[] {
    const body = this.completion(text);
    const mark = markFor(body);
    const guarded = this.#tokenizer.guard(body, mark);
    return [...this.#tokenizer.encode(guarded, mark), ...this.endTokenIds.slice(0, 1)];
  }
}

/** A reserved character that a text does not have. */
function markFor(text: string): string {
  const mark = MARKS.find((character) => !text.includes(character));
  if (mark !== undefined) return mark;
  throw new InputError("text: expected at most 31 of the characters U+FDD0 to U+FDEF, found all");
}

function thinkingOf(chat: ChatTemplate): Thinking {
  const asked = chat.render([{ role: "user", content: SAID }], true);
  const at = asked.lastIndexOf(SAID);
  if (at < 0) throw new InputError(`${chat.file}: the chat template leaves out what the user says`);
  const opening = asked.slice(at + 1).trimEnd();
  return opening.endsWith(THINK_OPEN)
    ? "opened"
    : opening.endsWith(THINK_CLOSE)
    ? "closed"
    : "none";
}

/** The token that a template writes behind what the assistant says, if it is one. */
function turnEnd(chat: ChatTemplate, tokenizer: Tokenizer): number[] {
  const turns = chat.render([
    { role: "user", content: SAID },
    { role: "assistant", content: ANSWERED },
  ], false);
  const at = turns.lastIndexOf(ANSWERED);
  if (at < 0) return [];
  return tokenizer.encode(turns.slice(at + 1)).slice(0, 1).filter((id) => tokenizer.isAdded(id));
}
