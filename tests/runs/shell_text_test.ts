import { assertEquals } from "@std/assert";
import { shellText } from "../../src/runs/shell_text.ts";

/** Words whose meaning a shell would change, were they not quoted. */
const WORDS = [
  "srl → rlvr",
  "my file.ts",
  "",
  "it's",
  'a"b`c`$d\\e',
  "*",
  "~/x",
  "a\nb",
  "mlflow=http://127.0.0.1:5000/?a=1&b=2",
  "{a,b}",
  "#1",
  "!",
];

Deno.test({
  name: "shellText() is read by a shell as the words that it was made from",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", shellText(["printf", "%s\\0", ...WORDS])],
    }).output();
    assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), WORDS);
  },
});

Deno.test("shellText() quotes nothing that needs no quotes", () => {
  const words = ["deno", "task", "experiment", "a/b-c.ts", "--jobs", "2", "--only", "a,b"];
  assertEquals(shellText(words), words.join(" "));
});
