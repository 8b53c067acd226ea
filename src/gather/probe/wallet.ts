import { admit, type Gate } from "../../evidence/gate/admit.ts";
import type { DockerLogin } from "../../evidence/gate/docker-config.ts";
import { loginsOf } from "../../evidence/gate/secret-payload.ts";
import { type Json, text } from "../../evidence/field.ts";

/**
 * Logins of Secrets, with their values, between their reading and the requests that are made with them. Only where registries are
 * asked; what is handed on has passed the gate.
 */
export class Wallet {
  readonly #logins = new Map<string, readonly DockerLogin[]>();

  /** The gate that takes note of the logins in what passes it. */
  readonly gate: Gate = (object) => {
    this.#keep(object);
    return admit(object);
  };

  #keep(object: Json): void {
    if (text(object, "kind") !== "Secret") return;
    const key = keyOf(text(object, "metadata", "namespace"), text(object, "metadata", "name"));
    if (!this.#logins.has(key)) this.#logins.set(key, loginsOf(object));
  }

  /** In the order of the Secret's entries, which is that of AuthEntry.position. */
  login(namespace: string, secret: string, position: number): DockerLogin | undefined {
    return this.#logins.get(keyOf(namespace, secret))?.[position];
  }

  empty(): void {
    this.#logins.clear();
  }
}

function keyOf(namespace: string | undefined, name: string | undefined): string {
  return `${namespace ?? "default"}/${name ?? ""}`;
}
