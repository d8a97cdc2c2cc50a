import { assert, assertEquals, assertThrows } from "@std/assert";
import { LIBRARY_VARIABLE, libraryPath, ORT_VERSION } from "../../../src/engine/ort/library.ts";
import { InputError } from "../../../src/errors.ts";

/** Runs with the variable set, or unset where the value is null. */
function withVariable<T>(value: string | null, body: () => T): T {
  const before = Deno.env.get(LIBRARY_VARIABLE);
  const set = (to: string | null | undefined) =>
    to ? Deno.env.set(LIBRARY_VARIABLE, to) : Deno.env.delete(LIBRARY_VARIABLE);
  set(value);
  try {
    return body();
  } finally {
    set(before);
  }
}

Deno.test("libraryPath() is a file of the package by default", () => {
  const path = withVariable(null, libraryPath);
  assert(Deno.statSync(path).isFile);
  assert(/^\d+\.\d+\.\d+$/.test(ORT_VERSION));
});

Deno.test("libraryPath() is the file that the variable names", () => {
  const path = import.meta.filename!;
  assertEquals(withVariable(path, libraryPath), path);
});

Deno.test("libraryPath() says which variable names a file that is not there", () => {
  assertThrows(
    () => withVariable("/no/such/library.so", libraryPath),
    InputError,
    "STEPWISE_ORT_LIBRARY: no ONNX Runtime library at /no/such/library.so",
  );
});
