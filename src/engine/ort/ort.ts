/**
 * @file ONNX Runtime's C API through FFI. This is the one file that holds native pointers: each belongs to an object
 * below, which releases it, keeps alive the memory that it points to, and refuses to work once disposed of.
 */
import { allocate, type ArrayOf, type DType, ONNX_TYPE } from "../dtype.ts";
import { formatShape } from "../shape.ts";
import { libraryPath } from "./library.ts";
import { pinLibrary } from "./pin_library.ts";

/** Version of the C API; the table of functions only ever grows at its end. */
const API_VERSION = 23;
/** Places of functions in the `OrtApi` table of onnxruntime_c_api.h. */
const SLOT = {
  GetErrorMessage: 2,
  CreateEnv: 3,
  CreateSessionFromArray: 8,
  CreateSessionOptions: 10,
  DisableMemPattern: 17,
  SetSessionGraphOptimizationLevel: 23,
  SetIntraOpNumThreads: 24,
  SessionGetInputCount: 30,
  SessionGetOutputCount: 31,
  SessionGetInputName: 36,
  SessionGetOutputName: 37,
  CreateRunOptions: 39,
  CreateTensorAsOrtValue: 48,
  CreateTensorWithDataAsOrtValue: 49,
  CreateMemoryInfo: 68,
  CreateCpuMemoryInfo: 69,
  AllocatorFree: 76,
  GetAllocatorWithDefaultOptions: 78,
  ReleaseStatus: 93,
  ReleaseMemoryInfo: 94,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseRunOptions: 97,
  ReleaseSessionOptions: 100,
  AddSessionConfigEntry: 130,
  CreateAllocator: 131,
  ReleaseAllocator: 132,
  RunWithBinding: 133,
  CreateIoBinding: 134,
  ReleaseIoBinding: 135,
  BindInput: 136,
  BindOutput: 137,
  CreateAndRegisterAllocator: 144,
  CreateArenaCfg: 156,
  AddRunConfigEntry: 165,
  SessionOptionsAppendExecutionProvider_CUDA_V2: 204,
  CreateCUDAProviderOptions: 205,
  ReleaseCUDAProviderOptions: 208,
  AddExternalInitializers: 210,
  SessionOptionsAppendExecutionProvider: 216,
} as const;

/** Errors come back as a status, with the same text: only what ends the process is also written to standard error. */
const LOG_FATAL_ONLY = 4;
const OPTIMIZE_ALL = 99;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;

/** The ways in which the runtime names a node: in a failed run, without a kernel, with operands of a wrong type. */
const NODE_NAMES = [/Name:'([^']*)'/, /with name '([^']*)'/, /in node \(([^)]*)\)/];

/** An error that ONNX Runtime reported. */
export class OrtError extends Error {
  /** Name of the class. */
  override name = "OrtError";
  /** The graph node in which it happened, where the runtime says so. */
  readonly node: string | null;

  /** Takes the runtime's message. */
  constructor(message: string) {
    const node = NODE_NAMES.map((name) => name.exec(message)?.[1]).find((found) => found) ?? null;
    super(node ? `in node ${node}: ${message}` : message);
    this.node = node;
  }
}

/** Address of a native object. */
export type Pointer = Deno.PointerValue;
const out = () => new BigUint64Array(new ArrayBuffer(8));
const read = (cell: BigUint64Array) => Deno.UnsafePointer.create(cell[0]!);
const cString = (text: string) => new TextEncoder().encode(`${text}\0`);

class Runtime {
  readonly #table: Deno.UnsafePointerView;
  readonly #message;
  readonly #releaseStatus;
  readonly env: Pointer;
  readonly cpuMemory: Pointer;
  readonly createValue;
  readonly createBinding;
  readonly bindInput;
  readonly bindOutput;
  readonly run;
  readonly runAsync;
  readonly release;

  /** Takes the address of the library's table of functions. */
  constructor(readonly api: Deno.PointerObject) {
    this.#table = new Deno.UnsafePointerView(api);
    this.#message = this.bind("GetErrorMessage", ["pointer"], "pointer");
    this.#releaseStatus = this.bind("ReleaseStatus", ["pointer"], "void");
    this.createValue = this.bind(
      "CreateTensorWithDataAsOrtValue",
      ["pointer", "buffer", "usize", "buffer", "usize", "i32", "buffer"],
      "pointer",
    );
    this.createBinding = this.bind("CreateIoBinding", ["pointer", "buffer"], "pointer");
    this.bindInput = this.bind("BindInput", ["pointer", "buffer", "pointer"], "pointer");
    this.bindOutput = this.bind("BindOutput", ["pointer", "buffer", "pointer"], "pointer");
    this.run = this.bind("RunWithBinding", ["pointer", "pointer", "pointer"], "pointer");
    this.runAsync = new Deno.UnsafeFnPointer(this.#function("RunWithBinding"), {
      parameters: ["pointer", "pointer", "pointer"],
      result: "pointer",
      nonblocking: true,
    });
    this.release = {
      session: this.bind("ReleaseSession", ["pointer"], "void"),
      value: this.bind("ReleaseValue", ["pointer"], "void"),
      binding: this.bind("ReleaseIoBinding", ["pointer"], "void"),
      options: this.bind("ReleaseSessionOptions", ["pointer"], "void"),
      runOptions: this.bind("ReleaseRunOptions", ["pointer"], "void"),
    };
    this.env = this.make((cell) =>
      this.bind("CreateEnv", ["i32", "buffer", "buffer"], "pointer")
        .call(LOG_FATAL_ONLY, cString("stepwise"), cell)
    );
    this.cpuMemory = this.make((cell) =>
      this.bind("CreateCpuMemoryInfo", ["i32", "i32", "buffer"], "pointer")
        .call(ARENA_ALLOCATOR, DEFAULT_MEMORY, cell)
    );
    this.#shareArena();
  }

  /** One arena for all sessions: each of its own would keep the peak of its activations for good. */
  #shareArena(): void {
    const arena = this.make((cell) =>
      this.bind("CreateArenaCfg", ["usize", "i32", "i32", "i32", "buffer"], "pointer")
        .call(0n, -1, -1, -1, cell)
    );
    this.check(
      this.bind("CreateAndRegisterAllocator", ["pointer", "pointer", "pointer"], "pointer")
        .call(this.env, this.cpuMemory, arena),
    );
  }

  #function(name: keyof typeof SLOT): Deno.PointerObject<never> {
    return this.#table.getPointer<never>(SLOT[name] * 8)!;
  }

  bind<const P extends readonly Deno.NativeType[], const R extends Deno.NativeResultType>(
    name: keyof typeof SLOT,
    parameters: P,
    result: R,
  ): Deno.UnsafeFnPointer<{ parameters: P; result: R }> {
    return new Deno.UnsafeFnPointer(this.#function(name), { parameters, result });
  }

  /** Throws what a status says; null is success. */
  check(status: Pointer): void {
    if (status === null) return;
    const message = Deno.UnsafePointerView.getCString(this.#message.call(status)!);
    this.#releaseStatus.call(status);
    throw new OrtError(message);
  }

  /** Runs a function that writes a new object's address into its last argument. */
  make(create: (cell: BigUint64Array<ArrayBuffer>) => Pointer): Pointer {
    const cell = out();
    this.check(create(cell));
    return read(cell);
  }
}

function openLibrary(path: string): Deno.PointerObject {
  // Official builds for Linux (1.29 and later) and Windows report every session to their maker over the network unless told not to
  // before the first one.
  Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
  const library = Deno.dlopen(path, { OrtGetApiBase: { parameters: [], result: "pointer" } });
  const base = new Deno.UnsafePointerView(library.symbols.OrtGetApiBase()!);
  const getApi = new Deno.UnsafeFnPointer(base.getPointer(0)!, {
    parameters: ["u32"],
    result: "pointer",
  });
  const api = getApi.call(API_VERSION);
  if (!api) {
    throw new OrtError(`${path} is too old: it lacks version ${API_VERSION} of the C API`);
  }
  pinLibrary(path);
  return api;
}

let shared: Runtime | undefined;
/** The library, opened by each thread when it first needs it. */
const runtime = () => shared ??= new Runtime(openLibrary(libraryPath()));

/** Holds one native object until it is disposed of. Its address is for this file alone. */
export abstract class Handle implements Disposable {
  #pointer: Pointer;
  /** Runs in progress that use the object. */
  #runs = 0;

  /** Takes the object over. */
  constructor(pointer: Pointer) {
    this.#pointer = pointer;
  }

  /** The native object's address. */
  protected get pointer(): Pointer {
    if (this.#pointer === null) throw new TypeError(`${this.constructor.name} was disposed of`);
    return this.#pointer;
  }

  /** Calls the library's function that frees such an object. */
  protected abstract release(pointer: Pointer): void;

  /**
   * Gives the native object back; doing so again has no effect.
   *
   * @throws {TypeError} while a run uses it.
   */
  [Symbol.dispose](): void {
    if (this.#pointer === null) return;
    if (this.#runs > 0) {
      throw new TypeError(`${this.constructor.name} cannot be disposed of while a run uses it`);
    }
    const pointer = this.#pointer;
    this.#pointer = null;
    this.release(pointer);
  }

  /** The address of another handle. */
  protected static address(handle: Handle): Pointer {
    return handle.pointer;
  }

  /** Keeps handles from being disposed of until they are freed; refuses those that were. */
  protected static hold(handles: readonly Handle[]): void {
    for (const handle of handles) handle.pointer;
    for (const handle of handles) handle.#runs++;
  }

  /** Ends what {@link hold} began. */
  protected static free(handles: readonly Handle[]): void {
    for (const handle of handles) handle.#runs--;
  }
}

/**
 * A tensor in this process's memory, shared with the runtime: what a run writes is seen in `data` at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * using x = HostTensor.zeros("float32", [2, 3]);
 * assertEquals(x.data.length, 6);
 * ```
 */
export class HostTensor<D extends DType = DType> extends Handle {
  /** Element type. */
  readonly dtype: D;
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly data: ArrayOf[D];

  /** Wraps `data`, which may be the front part of a larger buffer (see {@link allocate}). */
  constructor(dtype: D, shape: readonly number[], data: ArrayOf[D]) {
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== data.length) {
      throw new TypeError(`${data.length} elements do not fill ${formatShape(shape)}`);
    }
    const dims = BigInt64Array.from(shape.map(BigInt));
    super(
      runtime().make((cell) =>
        runtime().createValue.call(
          runtime().cpuMemory,
          new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
          BigInt(data.byteLength),
          dims,
          BigInt(shape.length),
          ONNX_TYPE[dtype],
          cell,
        )
      ),
    );
    this.dtype = dtype;
    this.shape = [...shape];
    this.data = data;
  }

  /** A tensor of zeros. */
  static zeros<D extends DType>(dtype: D, shape: readonly number[]): HostTensor<D> {
    return new HostTensor(dtype, shape, allocate(dtype, shape.reduce((a, b) => a * b, 1)));
  }

  /** Frees the native object. */
  protected override release(pointer: Pointer): void {
    runtime().release.value.call(pointer);
  }
}

/** What computes: the processor, any GPU through WebGPU, or one of NVIDIA's through CUDA. */
export type Provider = "cpu" | "webgpu" | "cuda";

/** What the providers call their memory. */
const MEMORY: Readonly<Record<Exclude<Provider, "cpu">, string>> = {
  webgpu: "WebGPU_Buf",
  cuda: "Cuda",
};
const DEVICE_ALLOCATOR = 0;

/** A tensor in this process's memory, or in a device's. */
export type AnyTensor = HostTensor | DeviceTensor;

/** A device's memory: the runtime hands it out through a session of its provider, which it needs as long as its tensors live. */
export class DeviceMemory extends Handle {
  readonly #session: Session;
  #tensors = 0;

  /**
   * Opens the memory of a session's device. The session stays the caller's.
   *
   * @throws {OrtError} where the session has no such memory.
   * @throws {TypeError} for a session on the processor.
   */
  constructor(session: Session) {
    super(DeviceMemory.#open(session));
    this.#session = session;
    Handle.hold([session]);
  }

  static #open(session: Session): Pointer {
    const { provider } = session;
    if (provider === "cpu") throw new TypeError("a session on the processor has no device memory");
    const rt = runtime();
    const info = rt.make((cell) =>
      rt.bind("CreateMemoryInfo", ["buffer", "i32", "i32", "i32", "buffer"], "pointer")
        .call(cString(MEMORY[provider]), DEVICE_ALLOCATOR, 0, DEFAULT_MEMORY, cell)
    );
    try {
      return rt.make((cell) =>
        rt.bind("CreateAllocator", ["pointer", "pointer", "buffer"], "pointer")
          .call(Handle.address(session), info, cell)
      );
    } finally {
      rt.bind("ReleaseMemoryInfo", ["pointer"], "void").call(info);
    }
  }

  /** Takes memory for a tensor; its elements are whatever stood there. */
  allocate<D extends DType>(dtype: D, shape: readonly number[]): DeviceTensor<D> {
    const rt = runtime();
    const pointer = rt.make((cell) =>
      rt.bind("CreateTensorAsOrtValue", ["pointer", "buffer", "usize", "i32", "buffer"], "pointer")
        .call(
          this.pointer,
          BigInt64Array.from(shape.map(BigInt)),
          BigInt(shape.length),
          ONNX_TYPE[dtype],
          cell,
        )
    );
    this.#tensors++;
    return new DeviceTensor(pointer, dtype, shape, () => this.#tensors--);
  }

  /**
   * Gives the memory back.
   *
   * @throws {TypeError} while a tensor lies in it.
   */
  override [Symbol.dispose](): void {
    if (this.#tensors > 0) {
      throw new TypeError(`${this.#tensors} tensors still lie in the device's memory`);
    }
    super[Symbol.dispose]();
  }

  /** Frees the native object. */
  protected override release(pointer: Pointer): void {
    runtime().bind("ReleaseAllocator", ["pointer"], "void").call(pointer);
    Handle.free([this.#session]);
  }
}

/** A tensor in a device's memory, which {@link DeviceMemory} makes; this process cannot see its elements. */
export class DeviceTensor<D extends DType = DType> extends Handle {
  /** Element type. */
  readonly dtype: D;
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  readonly #released: () => void;

  /** Takes over a native tensor. */
  constructor(pointer: Pointer, dtype: D, shape: readonly number[], released: () => void) {
    super(pointer);
    this.dtype = dtype;
    this.shape = [...shape];
    this.#released = released;
  }

  /** Frees the native object. */
  protected override release(pointer: Pointer): void {
    runtime().release.value.call(pointer);
    this.#released();
  }
}

/** A compiled model. */
export class Session extends Handle {
  readonly #constants: readonly HostTensor[];
  /** What computes. */
  readonly provider: Provider;

  /**
   * Compiles a model.
   *
   * @param model Bytes of an ONNX `ModelProto`.
   * @param threads Threads that an operator may use.
   * @param constants Constants that the model names but does not hold, by name; taken over. They are not copied.
   * @param provider What computes: all of the model, or compiling fails.
   * @throws {OrtError} where the model cannot be compiled, or the provider is not in the library or finds no device.
   */
  constructor(
    model: Uint8Array<ArrayBuffer>,
    threads: number,
    constants: ReadonlyMap<string, HostTensor> = new Map(),
    provider: Provider = "cpu",
  ) {
    super(
      compile(
        model,
        threads,
        new Map([...constants].map(([name, tensor]) => [name, Handle.address(tensor)])),
        provider,
      ),
    );
    this.#constants = [...constants.values()];
    this.provider = provider;
  }

  /** Names of the model's inputs, in its order. */
  get inputNames(): string[] {
    return names(this.pointer, "Input");
  }

  /** Names of the model's outputs, in its order. */
  get outputNames(): string[] {
    return names(this.pointer, "Output");
  }

  /** Frees the native object. */
  protected override release(pointer: Pointer): void {
    runtime().release.session.call(pointer);
    for (const constant of this.#constants) constant[Symbol.dispose]();
  }
}

/**
 * Tensors bound to a session's inputs and outputs. One tensor bound to both is updated in place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 * import { encodeModel } from "../onnx/encode.ts";
 * import { neg } from "../ops/arithmetic.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * const y = neg(x);
 * graph.output("y", y);
 * using session = new Session(encodeModel(graph), 1);
 * using tensor = new HostTensor("float32", [2], Float32Array.of(1, 2));
 * using binding = new Binding(session, new Map([["x", tensor]]), new Map([[y.name, tensor]]));
 * binding.run();
 * await binding.runAsync();
 * assertEquals([...tensor.data], [1, 2]);
 * ```
 */
export class Binding extends Handle {
  readonly #session: Session;
  /** Bound tensors, whose memory the binding keeps alive. */
  readonly #tensors: AnyTensor[] = [];
  /** Inputs in this process's memory that a device reads: the runtime copies them when they are bound, and not when it runs. */
  readonly #copied: (readonly [Uint8Array<ArrayBuffer>, HostTensor])[] = [];
  #running = false;

  /** Binds by the names in the model. */
  constructor(
    session: Session,
    inputs: ReadonlyMap<string, AnyTensor>,
    outputs: ReadonlyMap<string, AnyTensor>,
  ) {
    const rt = runtime();
    super(rt.make((cell) => rt.createBinding.call(Handle.address(session), cell)));
    this.#session = session;
    try {
      for (const [name, tensor] of inputs) {
        rt.check(rt.bindInput.call(this.pointer, cString(name), Handle.address(tensor)));
        this.#tensors.push(tensor);
        if (session.provider !== "cpu" && tensor instanceof HostTensor) {
          this.#copied.push([cString(name), tensor]);
        }
      }
      for (const [name, tensor] of outputs) {
        rt.check(rt.bindOutput.call(this.pointer, cString(name), Handle.address(tensor)));
        this.#tensors.push(tensor);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Runs the model once, blocking.
   *
   * @throws {OrtError} where a node fails, naming it.
   * @throws {TypeError} where the binding runs already, or something that it needs was disposed of.
   */
  run(): void {
    this.#begin();
    try {
      runtime().check(runtime().run.call(Handle.address(this.#session), null, this.pointer));
    } finally {
      this.#end();
    }
  }

  /**
   * As {@link run}, and gives back to the system what the arena of all sessions holds without need. The next run takes it anew,
   * at the cost of the system's zeroing it.
   */
  runAndShrink(): void {
    const rt = runtime();
    const options = rt.make((cell) =>
      rt.bind("CreateRunOptions", ["buffer"], "pointer").call(cell)
    );
    try {
      rt.check(
        rt.bind("AddRunConfigEntry", ["pointer", "buffer", "buffer"], "pointer")
          .call(options, cString("memory.enable_memory_arena_shrinkage"), cString("cpu:0")),
      );
      this.#begin();
      try {
        rt.check(rt.run.call(Handle.address(this.#session), options, this.pointer));
      } finally {
        this.#end();
      }
    } finally {
      rt.release.runOptions.call(options);
    }
  }

  /**
   * Runs the model once on another thread; the event loop stays alive. Bound tensors must be left alone meanwhile.
   * Rejects with what {@link run} throws.
   */
  async runAsync(): Promise<void> {
    this.#begin();
    try {
      runtime().check(
        await runtime().runAsync.call(Handle.address(this.#session), null, this.pointer),
      );
    } finally {
      this.#end();
    }
  }

  /** Gives the binding back; its tensors stay. */
  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#tensors.length = 0;
  }

  #begin(): void {
    if (this.#running) throw new TypeError("the binding is running already");
    Handle.hold([this, this.#session, ...this.#tensors]);
    this.#running = true;
    try {
      const rt = runtime();
      for (const [name, tensor] of this.#copied) {
        rt.check(rt.bindInput.call(this.pointer, name, Handle.address(tensor)));
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    Handle.free([this, this.#session, ...this.#tensors]);
    this.#running = false;
  }

  /** Frees the native object. */
  protected override release(pointer: Pointer): void {
    runtime().release.binding.call(pointer);
  }
}

/** The names of one side of a session; the library hands each over as a string of its own, to be freed. */
function names(session: Pointer, side: "Input" | "Output"): string[] {
  const rt = runtime();
  const count = out();
  rt.check(
    rt.bind(`SessionGet${side}Count`, ["pointer", "buffer"], "pointer").call(session, count),
  );
  const allocator = rt.make((cell) =>
    rt.bind("GetAllocatorWithDefaultOptions", ["buffer"], "pointer").call(cell)
  );
  const parameters = ["pointer", "usize", "pointer", "buffer"] as const;
  const nameOf = rt.bind(`SessionGet${side}Name`, parameters, "pointer");
  const free = rt.bind("AllocatorFree", ["pointer", "pointer"], "pointer");
  return Array.from({ length: Number(count[0]) }, (_, i) => {
    const text = rt.make((cell) => nameOf.call(session, BigInt(i), allocator, cell));
    try {
      return Deno.UnsafePointerView.getCString(text!);
    } finally {
      rt.check(free.call(allocator, text));
    }
  });
}

function compile(
  model: Uint8Array<ArrayBuffer>,
  threads: number,
  constants: ReadonlyMap<string, Pointer>,
  provider: Provider,
): Pointer {
  const rt = runtime();
  const options = rt.make((cell) =>
    rt.bind("CreateSessionOptions", ["buffer"], "pointer").call(cell)
  );
  try {
    rt.check(rt.bind("SetIntraOpNumThreads", ["pointer", "i32"], "pointer").call(options, threads));
    rt.check(
      rt.bind("SetSessionGraphOptimizationLevel", ["pointer", "i32"], "pointer")
        .call(options, OPTIMIZE_ALL),
    );
    // From a shape's second run on it would take all of the run's memory in one piece, beside the pieces that the arena holds from
    // the first: twice the activations, for no measurable speed.
    rt.check(rt.bind("DisableMemPattern", ["pointer"], "pointer").call(options));
    rt.check(
      rt.bind("AddSessionConfigEntry", ["pointer", "buffer", "buffer"], "pointer")
        .call(options, cString("session.use_env_allocators"), cString("1")),
    );
    if (provider !== "cpu") appendProvider(options, provider);
    const names = [...constants.keys()].map(cString);
    if (names.length > 0) {
      const addresses = (pointers: readonly Pointer[]) =>
        BigUint64Array.from(pointers, (pointer) => Deno.UnsafePointer.value(pointer));
      rt.check(
        rt.bind("AddExternalInitializers", ["pointer", "buffer", "buffer", "usize"], "pointer")
          .call(
            options,
            addresses(names.map((name) => Deno.UnsafePointer.of(name))),
            addresses([...constants.values()]),
            BigInt(names.length),
          ),
      );
    }
    const parameters = ["pointer", "buffer", "usize", "pointer", "buffer"] as const;
    const create = rt.bind("CreateSessionFromArray", parameters, "pointer");
    return rt.make((cell) => create.call(rt.env, model, BigInt(model.length), options, cell));
  } finally {
    rt.release.options.call(options);
  }
}

/** Adds a provider for a device, and forbids that the processor computes what it cannot. */
function appendProvider(options: Pointer, provider: Exclude<Provider, "cpu">): void {
  const rt = runtime();
  rt.check(
    rt.bind("AddSessionConfigEntry", ["pointer", "buffer", "buffer"], "pointer")
      .call(options, cString("session.disable_cpu_ep_fallback"), cString("1")),
  );
  if (provider === "webgpu") {
    rt.check(
      rt.bind(
        "SessionOptionsAppendExecutionProvider",
        ["pointer", "buffer", "pointer", "pointer", "usize"],
        "pointer",
      ).call(options, cString("WebGPU"), null, null, 0n),
    );
    return;
  }
  const settings = rt.make((cell) =>
    rt.bind("CreateCUDAProviderOptions", ["buffer"], "pointer").call(cell)
  );
  try {
    rt.check(
      rt.bind("SessionOptionsAppendExecutionProvider_CUDA_V2", ["pointer", "pointer"], "pointer")
        .call(options, settings),
    );
  } finally {
    rt.bind("ReleaseCUDAProviderOptions", ["pointer"], "void").call(settings);
  }
}
