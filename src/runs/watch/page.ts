/** @file The page as one document: styles and scripts inline, and the policy that lets nothing else in. */
import { createHash } from "node:crypto";
import cells from "./page/cells.js" with { type: "text" };
import chart from "./page/chart.js" with { type: "text" };
import dom from "./page/dom.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import style from "./page/page.css" with { type: "text" };
import html from "./page/page.html" with { type: "text" };
import rollouts from "./page/rollouts.js" with { type: "text" };

/** Each after those that it imports. */
const MODULES = [dom, cells, chart, rollouts, main];

/**
 * Several modules as one: imports between them, each on a line of its own, go, and so does `export`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const joined = joinModules(["export const a = 1;\n", 'import { a } from "./a.js";\nconst b = a;\n']);
 * assertEquals(joined, "const a = 1;\n\nconst b = a;\n");
 * ```
 */
export function joinModules(modules: readonly string[]): string {
  return modules
    .map((text) =>
      text.replaceAll(/^import \{[^}]*\} from "\.\/[a-z]+\.js";\n/gm, "").replaceAll(
        /^export /gm,
        "",
      )
    )
    .join("\n");
}

/** The source of an inline element for a content security policy. */
function sourceHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** A document and the policy to serve it under. */
export interface Page {
  /** HTML. */
  readonly html: string;
  /** `Content-Security-Policy`: this script, this style, and requests to the same server; nothing else. */
  readonly policy: string;
}

/**
 * The page. It needs nothing from anywhere else, so it works offline.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(watchPage().policy, "default-src 'none'");
 * ```
 */
export function watchPage(): Page {
  const script = joinModules(MODULES);
  return {
    // With the white space around the marks: the hashes are of all that an element holds.
    html: html.replace(/\s*\/\* STYLE \*\/\s*/, () => style)
      .replace(/\s*\/\* SCRIPT \*\/\s*/, () => script),
    policy: [
      "default-src 'none'",
      `script-src ${sourceHash(script)}`,
      `style-src ${sourceHash(style)}`,
      "connect-src 'self'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}
