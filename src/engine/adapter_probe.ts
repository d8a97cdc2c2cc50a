/** @file Prints what WebGPU says of this machine's adapter, as JSON; null where there is none. Run in a process of its own: a driver may crash. */

const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
console.log(JSON.stringify(
  adapter
    ? {
      name: adapter.info.description || adapter.info.device,
      vendorId: Number(adapter.info.vendor) || null,
      // Deno says it of drivers that compute on processors.
      software: adapter.info.isFallbackAdapter,
      buffer: adapter.limits.maxBufferSize,
      binding: adapter.limits.maxStorageBufferBindingSize,
      halfPrecision: adapter.features.has("shader-f16"),
    }
    : null,
));
