/** @file Outputs as policies write them, with what the format check must say of each. */
import type { FormatFault, FormatOptions } from "../../src/rewards/format.ts";

interface Fixture {
  /** What is particular about it. */
  readonly name: string;
  readonly completion: string;
  readonly options?: FormatOptions;
}

/** An output in the format, with its parts. */
export interface GoodOutput extends Fixture {
  readonly think: string;
  readonly action: string;
}

/** An output that must be refused. */
export interface BrokenOutput extends Fixture {
  readonly reason: FormatFault;
}

const raw = String.raw;

export const GOOD_OUTPUTS: readonly GoodOutput[] = [
  {
    name: "a short calculation",
    completion: "<think>j=e-6=7-6</think>j=1",
    think: "j=e-6=7-6",
    action: "j=1",
  },
  {
    name: "white space around everything",
    completion: "\n  <think>\nAdd 3 to both sides.\n</think>\n\nx = 5\n",
    think: "Add 3 to both sides.",
    action: "x = 5",
  },
  {
    name: "an empty monologue",
    completion: "<think>\n\n</think>\n\n**Apply the formula** We get 12.",
    think: "",
    action: "**Apply the formula** We get 12.",
  },
  {
    name: "inequalities with and without spaces",
    completion: "<think>If a<b and b>c then a<b>c is no tag.</think>So 0<x<1 and y>2, x<y.",
    think: "If a<b and b>c then a<b>c is no tag.",
    action: "So 0<x<1 and y>2, x<y.",
  },
  {
    name: "display LaTeX over several lines",
    completion: raw`<think>Cubing should help: \((x+1)^3\).</think>
**Expand:**
   \[
   (x+1)^3 = x^3 + 3x^2 + 3x + 1 \\[2pt]
   \]
Hence $x < 2$.`,
    think: raw`Cubing should help: \((x+1)^3\).`,
    action: raw`**Expand:**
   \[
   (x+1)^3 = x^3 + 3x^2 + 3x + 1 \\[2pt]
   \]
Hence $x < 2$.`,
  },
  {
    name: "a matrix and set braces",
    completion:
      raw`<think>Row reduce.</think>\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}, \{1, 2\}`,
    think: "Row reduce.",
    action: raw`\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}, \{1, 2\}`,
  },
  {
    name: "code in a fence",
    completion: "<think>A loop will do.</think>```python\nfor i in range(3):\n    if i < 2 > 0:\n" +
      "        print(f'<{i}>')\n```",
    think: "A loop will do.",
    action: "```python\nfor i in range(3):\n    if i < 2 > 0:\n        print(f'<{i}>')\n```",
  },
  {
    name: "HTML and XML",
    completion: "<think>The list lacks its end.</think><ul><li>one</li></ul><!-- thinking -->",
    think: "The list lacks its end.",
    action: "<ul><li>one</li></ul><!-- thinking -->",
  },
  {
    name: "a shell command as an agent writes it",
    completion: "<think>Look first.</think>Let me look.\n<function=bash>\n<parameter=command>" +
      "grep -rn 'a < b' src | head > out.txt</parameter>\n</function>",
    think: "Look first.",
    action: "Let me look.\n<function=bash>\n<parameter=command>" +
      "grep -rn 'a < b' src | head > out.txt</parameter>\n</function>",
  },
  {
    name: "the word think in prose",
    completion: "<think>I think, therefore I think more. think> <think </think>I think x = 2.",
    think: "I think, therefore I think more. think> <think",
    action: "I think x = 2.",
  },
  {
    name: "tags of other spellings are text",
    completion: "<think>a</think>Use <Think>, <thinking>, < think > and </ think> freely.",
    think: "a",
    action: "Use <Think>, <thinking>, < think > and </ think> freely.",
  },
  {
    name: "C++ templates and shifts",
    completion:
      "<think>vector<vector<int>></think>std::vector<std::pair<int,int>> v; x <<= 1 >> 2;",
    think: "vector<vector<int>>",
    action: "std::vector<std::pair<int,int>> v; x <<= 1 >> 2;",
  },
  {
    name: "a numbered list inside a step",
    completion: "<think>Two cases.</think>**Cases**\n1. n even: done.\n2. n odd: \\(n = 2k+1\\).",
    think: "Two cases.",
    action: "**Cases**\n1. n even: done.\n2. n odd: \\(n = 2k+1\\).",
  },
  {
    name: "a boxed answer",
    completion: raw`<think>So it is three quarters.</think>The answer is \(\boxed{\frac{3}{4}}\).`,
    think: "So it is three quarters.",
    action: raw`The answer is \(\boxed{\frac{3}{4}}\).`,
  },
  {
    name: "letters of many scripts and an emoji",
    completion: "<think>Схема: 中文, עברית 🙂</think>𝟙 + 𝟚 ≤ 𝟛 ∴ é",
    think: "Схема: 中文, עברית 🙂",
    action: "𝟙 + 𝟚 ≤ 𝟛 ∴ é",
  },
  {
    name: "Windows line ends",
    completion: "<think>\r\nadd\r\n</think>\r\nx = 1\r\ny = 2\r\n",
    think: "add",
    action: "x = 1\r\ny = 2",
  },
  {
    name: "JSON",
    completion: '<think>{"a": "<b>"}</think>{"steps": ["x<1", null], "ok": true}',
    think: '{"a": "<b>"}',
    action: '{"steps": ["x<1", null], "ok": true}',
  },
  {
    name: "a table",
    completion: "<think>Tabulate.</think>| n | n^2 |\n|---|---|\n| 1 | 1 |\n| 2 | 4 |",
    think: "Tabulate.",
    action: "| n | n^2 |\n|---|---|\n| 1 | 1 |\n| 2 | 4 |",
  },
  {
    name: "a long monologue that doubts itself",
    completion: `<think>${"Wait, let me check again. ".repeat(400)}</think>Yes.`,
    think: "Wait, let me check again. ".repeat(400).trim(),
    action: "Yes.",
  },
  {
    name: "the template opened the monologue",
    completion: "add 3\n</think>\nx = 5",
    options: { thinkOpened: true },
    think: "add 3",
    action: "x = 5",
  },
  {
    name: "the template opened it and nothing was thought",
    completion: "</think>x = 5",
    options: { thinkOpened: true },
    think: "",
    action: "x = 5",
  },
  {
    name: "an action of the demanded form",
    completion: "<think>6-3</think> n=3 ",
    options: { action: /[a-z]=\d/ },
    think: "6-3",
    action: "n=3",
  },
  {
    name: "a demanded form whose first alternative is a prefix of the second",
    completion: "<think>a</think>ab",
    options: { action: /a|ab/ },
    think: "a",
    action: "ab",
  },
  {
    name: "a demanded form with a flag, as a global expression",
    completion: "<think>a</think>N=3",
    options: { action: /[a-z]=\d/gi },
    think: "a",
    action: "N=3",
  },
];

export const BROKEN_OUTPUTS: readonly BrokenOutput[] = [
  { name: "nothing", completion: "", reason: "missing-open" },
  { name: "an action alone", completion: "x = 5", reason: "missing-open" },
  { name: "only the closing tag", completion: "add 3</think>x = 5", reason: "missing-open" },
  { name: "another spelling of the tag", completion: "<Think>a</Think>x", reason: "missing-open" },
  { name: "a tag with spaces", completion: "< think >a</ think >x", reason: "missing-open" },
  { name: "an entity", completion: "&lt;think&gt;a&lt;/think&gt;x", reason: "missing-open" },
  { name: "a greeting first", completion: "Sure!\n<think>a</think>x", reason: "text-before-think" },
  { name: "the action first", completion: "x = 5 <think>a</think>", reason: "text-before-think" },
  {
    name: "a zero-width space first",
    completion: "\u200b<think>a</think>x",
    reason: "text-before-think",
  },
  {
    name: "cut off in the monologue",
    completion: "<think>Let me see, if",
    reason: "missing-close",
  },
  { name: "the closing tag cut off", completion: "<think>a</thin", reason: "missing-close" },
  { name: "a wrong closing tag", completion: "<think>a</thinking>x = 5", reason: "missing-close" },
  { name: "nothing after the monologue", completion: "<think>a</think>", reason: "empty-action" },
  {
    name: "white space after it",
    completion: "<think>a</think> \n\t\u00a0",
    reason: "empty-action",
  },
  {
    name: "thinking twice",
    completion: "<think>a</think>x<think>b</think>y",
    reason: "second-think",
  },
  {
    name: "thinking again, without end",
    completion: "<think>a</think>x<think>b",
    reason: "second-think",
  },
  { name: "opened twice", completion: "<think><think>a</think>x", reason: "second-think" },
  { name: "opened twice, never closed", completion: "<think>a<think>b", reason: "second-think" },
  { name: "closed twice", completion: "<think>a</think></think>x", reason: "second-think" },
  {
    name: "closed again at the end",
    completion: "<think>a</think>x</think>",
    reason: "second-think",
  },
  {
    name: "opened by the template and again by the policy",
    completion: "<think>a</think>x",
    options: { thinkOpened: true },
    reason: "second-think",
  },
  {
    name: "opened by the template, never closed",
    completion: "x = 5",
    options: { thinkOpened: true },
    reason: "missing-close",
  },
  {
    name: "opened by the template, no action",
    completion: "a</think>\n",
    options: { thinkOpened: true },
    reason: "empty-action",
  },
  {
    name: "half an action",
    completion: "<think>6-3</think>n=",
    options: { action: /[a-z]=\d/ },
    reason: "action-form",
  },
  {
    name: "an action with something after it",
    completion: "<think>6-3</think>n=3;m=2",
    options: { action: /[a-z]=\d/ },
    reason: "action-form",
  },
  {
    name: "a right line among others, under the flag m",
    completion: "<think>6-3</think>n=3\nor so",
    options: { action: /^[a-z]=\d$/m },
    reason: "action-form",
  },
];
