/** @file What a kernel says while a cell runs, as the outputs that a notebook keeps (nbformat 4.5). */
import type { KernelMessage } from "./wire.ts";

/** Mime types and what there is of each: text, or JSON where the type ends so. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What the cell wrote to stdout or stderr. */
export interface StreamOutput {
  /** Tells outputs apart. */
  readonly output_type: "stream";
  /** Which. */
  readonly name: "stdout" | "stderr";
  /** Everything since the output before. */
  readonly text: string;
}

/** What the cell displayed, or came to. */
export interface DataOutput {
  /** `execute_result` is the value of the cell's last expression. */
  readonly output_type: "display_data" | "execute_result";
  /** The same in several forms. */
  readonly data: MimeBundle;
  /** About each form. */
  readonly metadata: MimeBundle;
  /** Only of a result: the cell's number. */
  readonly execution_count?: number;
}

/** What the cell threw. */
export interface ErrorOutput {
  /** Tells outputs apart. */
  readonly output_type: "error";
  /** The error's class. */
  readonly ename: string;
  /** Its message. */
  readonly evalue: string;
  /** Its stack, line by line. */
  readonly traceback: readonly string[];
}

/** One output of a cell. */
export type CellOutput = StreamOutput | DataOutput | ErrorOutput;

/**
 * The outputs of one cell, in the order in which the kernel said them. Text of one stream that nothing stands between is one
 * output, however many messages it came in. A display that is updated shows its last state, in its first place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const outputs = new OutputCollector();
 * const say = (text: string) => outputs.take({ type: "stream", parent: null, content: { name: "stdout", text } });
 * say("a");
 * say("b\n");
 * assertEquals(outputs.list(), [{ output_type: "stream", name: "stdout", text: "ab\n" }]);
 * ```
 */
export class OutputCollector {
  #outputs: CellOutput[] = [];
  /** Pieces of the stream that is written to now: they are joined once, however many there are. */
  #pieces: string[] = [];
  #stream: StreamOutput["name"] | null = null;
  /** Displays by id, across cells: a later cell may update an earlier one's. */
  readonly #displays: Map<string, (data: MimeBundle, metadata: MimeBundle) => void>;
  #clear = false;

  /** @param displays Shared by the cells of a notebook. */
  constructor(displays: Map<string, (data: MimeBundle, metadata: MimeBundle) => void> = new Map()) {
    this.#displays = displays;
  }

  /** Takes a message in; what is no output is passed over. */
  take({ type, content }: KernelMessage): void {
    if (type === "stream") {
      this.#clearIfAsked();
      const { name, text } = content as { name: StreamOutput["name"]; text: string };
      if (this.#stream !== name) this.#endStream();
      this.#stream = name;
      this.#pieces.push(text);
    } else if (type === "display_data" || type === "execute_result") {
      this.#display(type, content);
    } else if (type === "update_display_data") {
      const { data, metadata = {}, transient } = content as unknown as Displayed;
      this.#displays.get(transient?.display_id ?? "")?.(data, metadata);
    } else if (type === "clear_output") {
      this.#clear = true;
      if (content.wait !== true) this.#clearIfAsked();
    } else if (type === "error") {
      const { ename, evalue, traceback } = content as unknown as ErrorOutput;
      this.#push({ output_type: "error", ename, evalue, traceback });
    }
  }

  /** The outputs up to here. */
  list(): CellOutput[] {
    this.#endStream();
    return [...this.#outputs];
  }

  #display(type: DataOutput["output_type"], content: KernelMessage["content"]): void {
    const { data, metadata = {}, transient, execution_count } = content as unknown as Displayed;
    const count = type === "execute_result" ? { execution_count: execution_count ?? 0 } : {};
    this.#push({ output_type: type, data, metadata, ...count });
    const outputs = this.#outputs;
    const place = outputs.length - 1;
    if (transient?.display_id === undefined) return;
    this.#displays.set(transient.display_id, (newData, newMetadata) => {
      // Outputs that were cleared are no longer shown anywhere.
      if (outputs === this.#outputs) {
        outputs[place] = { output_type: type, data: newData, metadata: newMetadata, ...count };
      }
    });
  }

  #push(output: CellOutput): void {
    this.#clearIfAsked();
    this.#endStream();
    this.#outputs.push(output);
  }

  #endStream(): void {
    if (this.#stream === null) return;
    const text = this.#pieces.join("");
    if (text !== "") this.#outputs.push({ output_type: "stream", name: this.#stream, text });
    this.#pieces = [];
    this.#stream = null;
  }

  #clearIfAsked(): void {
    if (!this.#clear) return;
    this.#clear = false;
    this.#outputs = [];
    this.#pieces = [];
    this.#stream = null;
  }
}

/** What messages that display have in them. */
interface Displayed {
  readonly data: MimeBundle;
  readonly metadata?: MimeBundle;
  readonly transient?: { readonly display_id?: string };
  readonly execution_count?: number;
}
