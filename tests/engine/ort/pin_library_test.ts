import { assertThrows } from "@std/assert";
import { libraryPath } from "../../../src/engine/ort/library.ts";
import { pinLibrary } from "../../../src/engine/ort/pin_library.ts";

Deno.test("pinLibrary() keeps a library's code where it is after it was closed", () => {
  const symbols = { OrtGetApiBase: { parameters: [], result: "pointer" } } as const;
  pinLibrary(libraryPath());
  const library = Deno.dlopen(libraryPath(), symbols);
  const base = library.symbols.OrtGetApiBase();
  library.close();
  // The process would end here if the table of functions were gone.
  const version = new Deno.UnsafeFnPointer(new Deno.UnsafePointerView(base!).getPointer(8)!, {
    parameters: [],
    result: "pointer",
  }).call();
  if (!/^\d+\.\d+\.\d+$/.test(Deno.UnsafePointerView.getCString(version!))) {
    throw new Error("not a version");
  }
});

Deno.test("pinLibrary() names a library that cannot be opened", () => {
  assertThrows(
    () => pinLibrary("/no/such/library"),
    Error,
    "/no/such/library: the system's loader",
  );
});
