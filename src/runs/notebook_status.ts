/** @file One line in a notebook that says how far something is. */

/** What the Deno kernel adds to `Deno`, as far as it is needed here. */
interface Kernel {
  display(
    bundle: Readonly<Record<string, string>>,
    options: { readonly raw: true; readonly display_id: string; readonly update: boolean },
  ): Promise<void>;
}

/**
 * Shows a line in the place of the line before; outside of a notebook it does nothing.
 *
 * @param host Where a kernel would be.
 *
 * @example
 * ```ts
 * notebookStatus()("update 3 of 40");
 * ```
 */
export function notebookStatus(host: object = Deno): (line: string) => void {
  const jupyter = kernelOf(host);
  if (jupyter === null) return () => {};
  const display_id = crypto.randomUUID();
  let last = Promise.resolve();
  let begun = false;
  return (line) => {
    const update = begun;
    begun = true;
    // One after another: the first makes what the others change.
    last = last.then(() =>
      jupyter.display({ "text/plain": line }, { raw: true, display_id, update })
    );
  };
}

/** The kernel's part of `Deno`; outside of a kernel it is a getter that throws. */
function kernelOf(host: object): Kernel | null {
  try {
    return (host as { readonly jupyter?: Kernel }).jupyter ?? null;
  } catch {
    return null;
  }
}
