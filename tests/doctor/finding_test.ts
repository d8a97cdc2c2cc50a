import { assertEquals } from "@std/assert";
import { diagnosisLines, isReady } from "../../src/doctor/finding.ts";

Deno.test("diagnosisLines() says what is there, what is not, and what installs it", () => {
  const diagnosis = {
    engine: "trl",
    findings: [
      { what: "python", found: "3.11.7", fault: null },
      { what: "trl", found: "1.0.0", fault: "expected 1.16.0" },
      { what: "torch", found: null, fault: "expected 2.15.0" },
    ],
    install: ["pip install it"],
  };
  assertEquals(isReady(diagnosis), false);
  assertEquals(diagnosisLines(diagnosis), [
    "trl: not ready",
    "  ✓ python  3.11.7",
    "  ✗ trl     1.0.0; expected 1.16.0",
    "  ✗ torch   none; expected 2.15.0",
    "  to install: pip install it",
  ]);
});
