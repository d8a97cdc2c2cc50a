import { assertEquals } from "@std/assert";
import { verify } from "../../../src/domains/relay/verify.ts";

Deno.test("verify() takes the answer that a completion ends with", () => {
  const right = { correct: true, extracted: "188" };
  assertEquals(verify("188", "#188"), right);
  assertEquals(verify("188", "j=1\n#188\n"), right);
  assertEquals(verify("188", "<think>^j</think>j=1\n<think>^m</think>#188"), right);
  assertEquals(verify("188", "#123\n#188"), right);
  assertEquals(verify("188", "#188\n#123"), { correct: false, extracted: "123" });
});

Deno.test("verify() takes nothing else for an answer", () => {
  const none = { correct: false, extracted: null };
  for (
    const completion of [
      "",
      "188",
      "#18",
      "#1888",
      "j=1#188",
      "<think>#188",
      "#188\nj=1",
      "# 188",
      "#188</think>",
    ]
  ) {
    assertEquals(verify("188", completion), none, completion);
  }
  assertEquals(verify("188", "#".repeat(100_000)), none);
});
