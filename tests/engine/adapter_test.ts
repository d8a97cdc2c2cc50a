import { assert, assertEquals } from "@std/assert";
import { findAdapter } from "../../src/engine/adapter.ts";
import { LIBRARIES, MANIFEST, WITHOUT_VULKAN } from "../vulkan/driver.ts";

Deno.test({
  name: `findAdapter() says of software Vulkan that it is no GPU${
    WITHOUT_VULKAN === null ? "" : ` (${WITHOUT_VULKAN})`
  }`,
  ignore: WITHOUT_VULKAN !== null,
  async fn() {
    const settings = { VK_DRIVER_FILES: MANIFEST, LD_LIBRARY_PATH: LIBRARIES };
    const before = Object.keys(settings).map((name) => [name, Deno.env.get(name)] as const);
    for (const [name, value] of Object.entries(settings)) Deno.env.set(name, value);
    try {
      const adapter = await findAdapter();
      assert(adapter !== null);
      assert(adapter.name.startsWith("llvmpipe"), adapter.name);
      assertEquals(adapter.software, true);
      assert(adapter.binding >= 2 ** 27 && adapter.binding <= adapter.buffer);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    }
  },
});
