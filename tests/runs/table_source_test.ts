import { assertEquals } from "@std/assert";
import type { StageProvenance } from "../../src/runs/provenance.ts";
import { tableSource } from "../../src/runs/table_source.ts";
import { PROVENANCE } from "./fixtures.ts";

function made(changes: Partial<StageProvenance> = {}): StageProvenance {
  const times = { start: "2026-01-01T00:00:00Z", end: "2026-01-01T00:00:09Z", seconds: 9 };
  return {
    ...PROVENANCE,
    versions: { engine: "3", deno: "2.9.0" },
    threads: 1,
    ...times,
    earlier: [],
    work: {},
    ...changes,
  };
}

Deno.test("tableSource() finds nothing to say of stages made alike", () => {
  assertEquals(tableSource([made(), made({ seconds: 4 })]), {
    commit: "0123456789ab",
    dirty: false,
  });
});

Deno.test("tableSource() names every kind of difference, with its stages", () => {
  const other = (version: string, provider: string) => ({
    runtime: { name: "ONNX Runtime", version, provider },
  });
  const cases: [Partial<StageProvenance>, string][] = [
    [{ commit: "fedcba9876543210" }, "commits 0123456789ab (2 stages) and fedcba987654 (1 stage)"],
    [{ lock: "a".repeat(64) }, "dependency locks aaaaaaaaaaaa (1 stage) and none (2 stages)"],
    [{ versions: { engine: "4", deno: "2.9.0" } }, "engine versions 3 (2 stages) and 4 (1 stage)"],
    [
      { versions: { engine: "3", deno: "3.0.0" } },
      "versions of Deno 2.9.0 (2 stages) and 3.0.0 (1 stage)",
    ],
    [
      other("1.1.0", "CPUExecutionProvider"),
      "runtimes ONNX Runtime 1.0.0 (2 stages) and ONNX Runtime 1.1.0 (1 stage)",
    ],
    [{ cpu: "B cpu" }, "processors B cpu (1 stage) and a cpu (2 stages)"],
    [{ platform: "other" }, "platforms other (1 stage) and test (2 stages)"],
  ];
  for (const [changes, expected] of cases) {
    assertEquals(tableSource([made(), made(changes), made()]).mixed, [expected]);
  }
});

Deno.test("tableSource() names providers for GPUs that differ, and not that some stages have none", () => {
  const on = (provider: string) => {
    const { name, version } = PROVENANCE.runtime!;
    return made({ runtime: { name, version, provider: `CPUExecutionProvider, ${provider}` } });
  };
  const [webgpu, cuda] = [on("WebGpuExecutionProvider"), on("CUDAExecutionProvider")];
  assertEquals(tableSource([made(), webgpu, webgpu]).mixed, undefined);
  assertEquals(tableSource([made(), webgpu, cuda]).mixed, [
    "GPU providers CUDAExecutionProvider (1 stage) and WebGpuExecutionProvider (1 stage)",
  ]);
});

Deno.test("tableSource() counts a stage whose runtime was never recorded as unknown", () => {
  const { runtime: _, ...old } = made();
  assertEquals(tableSource([made(), old as StageProvenance]).mixed, [
    "runtimes ONNX Runtime 1.0.0 (1 stage) and unknown (1 stage)",
  ]);
});

Deno.test("tableSource() lets one dirty tree, or else one unknown, taint all", () => {
  assertEquals(tableSource([made(), made({ dirty: true }), made({ dirty: null })]).dirty, true);
  assertEquals(tableSource([made(), made({ dirty: null })]).dirty, null);
  assertEquals(tableSource([made(), made({ commit: null })]).commit, null);
});

Deno.test("tableSource() counts the runs that an interrupted stage comes from", () => {
  const start = "2026-01-01T00:00:00Z";
  const { versions } = made();
  const commit = "fedcba9876543210";
  const earlier = [{ ...PROVENANCE, versions, commit, dirty: true, start }];
  assertEquals(tableSource([made(), made({ earlier })]), {
    commit: "0123456789ab, fedcba987654",
    dirty: true,
    mixed: ["commits 0123456789ab (2 stages) and fedcba987654 (1 stage)"],
  });
});
