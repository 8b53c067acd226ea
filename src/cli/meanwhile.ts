/**
 * Loads parts of the program while the cluster is being waited for: one in each turn of the event loop, so that the connection gets on in between.
 * To load them when they are wanted would be as right, and later.
 */
export async function loadMeanwhile(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const load of parts) {
    await new Promise((resolve) => setImmediate(resolve));
    await load();
  }
}
