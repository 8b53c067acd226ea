/** So many at a time; who comes later waits. */
export interface Turns {
  /** Resolves when fewer than `most` have their turn, with what ends it. Rejects with the signal's reason. */
  readonly take: (most: number, signal: AbortSignal) => Promise<() => void>;
}

export function createTurns(): Turns {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    take: async (most, signal) => {
      if (taken < most) taken += 1;
      else await handedOver(waiting, signal);
      if (!signal.aborted) return giveBack;
      giveBack();
      throw signal.reason as Error;
    },
  };
}

function handedOver(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      const place = waiting.indexOf(go);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal.reason as Error);
    };
    const go = (): void => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    waiting.push(go);
  });
}
