import type { ProbeStep } from "../../evidence/registry-probe.ts";
import { isSame } from "../../pull/probe/attempt.ts";
import { loginOf, type LoginState } from "../../pull/probe/login-state.ts";
import type { HeldLogin } from "./held-login.ts";

interface Known {
  readonly state: LoginState;
  /** What was answered to it, apart from words about one repository. */
  readonly steps: readonly ProbeStep[];
}

/**
 * What a run has learnt of each login where it was sent. Registries lock accounts, and addresses, after so many failures: a login that is refused
 * is not sent for the next image.
 */
export class SentLogins {
  readonly #known = new Map<string, Known>();

  /** `open` after a refusal of which nobody asked what it is about. Undefined where it was not sent yet. */
  state(place: string): LoginState | undefined {
    return this.#known.get(place)?.state;
  }

  /** The answers to it, as those to whatever Secret holds the same login. */
  steps(place: string, { secret, registryKey }: HeldLogin): readonly ProbeStep[] {
    return (this.#known.get(place)?.steps ?? []).map((step) => ({ ...step, login: { secret, registryKey } }));
  }

  note(place: string, login: HeldLogin, steps: readonly ProbeStep[], repository: string): void {
    const state = loginOf(steps, login);
    if (state === "open" && this.state(place) === "good") return;
    const own = steps
      .filter((step) => isSame(step.login, login))
      .map(({ message, ...step }) =>
        message === undefined || message.includes(repository) ? step : { ...step, message },
      );
    // Refused by words that are not kept is not refused for the next.
    this.#known.set(place, { state: state === "refused" ? loginOf(own, login) : state, steps: own });
  }
}
