import type { ProbeStep, ProbeStop } from "../../evidence/registry-probe.ts";
import { defined } from "../../evidence/field.ts";
import type { ImageReference } from "../../pull/image-reference.ts";
import { isSame } from "../../pull/probe/attempt.ts";
import type { HeldLogin } from "./held-login.ts";
import type { Place } from "./place.ts";
import type { Registries, Reply } from "./registries.ts";
import { ShownWords } from "./shown-words.ts";
import { type StepFacts, stepOf } from "./step.ts";

/** What a request brings with it: a login, or a token that was got with one. */
export interface Pass {
  readonly value: string;
  readonly key: string;
  readonly scheme: "basic" | "bearer";
  readonly login?: HeldLogin;
}

interface Wanted extends Omit<StepFacts, "host" | "scheme"> {
  readonly url: URL;
  readonly accept?: string;
  /** Redirects; true unless said otherwise. */
  readonly follow?: boolean;
}

const longestAsking = 60_000;

/** The requests of one question, each of which becomes a step; the first that may not be sent ends them all. */
export class Requests {
  readonly steps: ProbeStep[] = [];
  readonly registries: Registries;
  /** The tokens of this question are hidden in its own words, and forgotten with it. */
  readonly words: ShownWords;
  readonly base: URL;
  readonly repository: string;
  readonly #end = performance.now() + longestAsking;
  #own: Place | undefined;
  #stopped: ProbeStop | undefined;

  constructor(registries: Registries, reference: ImageReference & { ok: true }) {
    this.registries = registries;
    this.words = new ShownWords(registries.words);
    this.repository = reference.repository;
    const host = reference.registry === "docker.io" ? "registry-1.docker.io" : reference.registry;
    const plain = registries.options.plainHttp.some((one) => one.toLowerCase() === host.toLowerCase());
    this.base = new URL(`${plain ? "http" : "https"}://${host}/`);
  }

  /** Where the registry is, as far as that was found out. */
  get place(): Place | undefined {
    return this.#own;
  }

  get stopped(): ProbeStop | undefined {
    return this.#stopped;
  }

  stop(stopped: ProbeStop): undefined {
    const { why, host } = stopped;
    this.#stopped ??= {
      why,
      ...defined({ host: host === undefined ? undefined : this.words.show(host) }),
    };
    return undefined;
  }

  /** Whether the registry may be asked at all. A name without an address says so in its own step. */
  async findPlace(): Promise<boolean> {
    try {
      this.#own = await this.registries.place(this.base, "itself");
      if (this.#own === undefined) this.stop({ why: "unsafe-address", host: this.base.host });
      return this.#own !== undefined;
    } catch {
      return true;
    }
  }

  /** What was answered before, about another repository, is the answer to this one, too. */
  recall(steps: readonly ProbeStep[]): void {
    this.steps.push(...steps);
  }

  /** Of a login that is asked about anew, what was recalled. */
  forget(login: HeldLogin): void {
    const others = this.steps.filter((step) => !isSame(step.login, login));
    this.steps.splice(0, this.steps.length, ...others);
  }

  url(kind: "manifests" | "blobs" | "tags", name: string): URL {
    return new URL(`/v2/${this.repository}/${kind}/${name}`, this.base);
  }

  /** Undefined where nothing was sent. */
  async send(wanted: Wanted, pass: Pass | undefined): Promise<Reply | undefined> {
    if (this.#stopped !== undefined) return undefined;
    if (performance.now() > this.#end) return this.stop({ why: "time" });
    const { url, accept, follow = true, login, ...facts } = wanted;
    const reply = await this.registries.ask({
      method: facts.method,
      url,
      own: this.#own ?? "itself",
      words: this.words,
      // What a login is by itself is one answer for all images.
      about: facts.target === "login" ? "all" : this.base.host,
      follow,
      ...defined({ accept }),
      ...(pass === undefined ? {} : { authorization: { value: pass.value, key: pass.key } }),
    });
    if (reply.stop !== undefined) return this.stop(reply.stop);
    const shown = {
      ...facts,
      host: url.host,
      ...defined({ login: pass?.login ?? login, scheme: pass?.scheme }),
    };
    this.steps.push(stepOf(shown, reply, this.words, this.repository));
    return reply;
  }
}
