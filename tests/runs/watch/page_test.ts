import { assertEquals } from "@std/assert";
import { watchPage } from "../../../src/runs/watch/page.ts";

/** The content of the page's only element of a kind. */
function inside(html: string, tag: string): string {
  const found = [...html.matchAll(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`, "g"))];
  assertEquals(found.length, 1);
  return found[0]![1]!;
}

Deno.test("watchPage() is whole: its policy lets in the style and the script that are in it, and nothing else", async () => {
  const { html, policy } = watchPage();
  for (const [tag, directive] of [["style", "style-src"], ["script", "script-src"]] as const) {
    const bytes = new TextEncoder().encode(inside(html, tag));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64();
    assertEquals(policy.includes(`${directive} 'sha256-${hash}';`), true, tag);
  }
  assertEquals(policy.startsWith("default-src 'none'; "), true);
  assertEquals(policy.includes("unsafe"), false);
  assertEquals(/^(import|export) /m.test(inside(html, "script")), false);
  assertEquals(/(src|href)="(?!data:)/.test(html), false);
  assertEquals(/innerHTML|insertAdjacentHTML|document\.write|eval\(/.test(html), false);
});
