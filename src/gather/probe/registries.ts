import { createSecureContext, type SecureContext } from "node:tls";

import { defined } from "../../evidence/field.ts";
import type { ProbeFailure, ProbeStop } from "../../evidence/registry-probe.ts";
import { cancelled, TransportFailure } from "../connection/answer/transport-failure.ts";
import { printable } from "../connection/answer/read-failure.ts";
import type { Environment } from "../connection/environment.ts";
import { systemRoots, withoutNodesRoots } from "../connection/http/trust.ts";
import { exchange, type RegistryAnswer } from "./exchange.ts";
import { failureOf } from "./failure.ts";
import { hostNameOf, type Place, placeOf } from "./place.ts";
import { SentLogins } from "./sent-logins.ts";
import { ShownWords } from "./shown-words.ts";

/** What the user says about the registries that are asked. */
export interface ProbeOptions {
  /** PEM certificates that are trusted beside the system's. */
  readonly registryCa?: string;
  /** Registries, with their port, that are asked by plain HTTP. */
  readonly plainHttp: readonly string[];
  /** Token servers that may have a registry's login. */
  readonly trustRealm: readonly string[];
  /** As kubectl's -v. */
  readonly verbosity: number;
}

/** What of the surroundings a test replaces. */
export interface ProbeSurroundings {
  readonly addresses?: (host: string) => Promise<readonly string[]>;
  /** For one answer, from the dial to its end. */
  readonly patienceMs?: number;
}

/** Told after each image. */
export type Progress = (done: number, all: number) => void;

export interface Asked {
  readonly method: "HEAD" | "GET";
  readonly url: URL;
  readonly accept?: string;
  /** The field's value, and what stands for it among what was asked before. */
  readonly authorization?: { readonly value: string; readonly key: string };
  /** The registry that this is about. */
  readonly own: Place | "itself";
  /** Redirects are followed, without the login. */
  readonly follow: boolean;
  /** The registry about whose image it is asked, or "all": an answer is kept until it is forgotten. */
  readonly about: string;
  readonly words: ShownWords;
}

export interface Reply {
  readonly answer?: RegistryAnswer;
  readonly failure?: ProbeFailure;
  readonly stop?: ProbeStop;
  /** The last host of a redirect. */
  readonly redirectedTo?: string;
}

const mostRedirects = 5;

/**
 * All registries of one run. Nothing is asked twice: what was answered once is the answer, and a host that limits or cannot be
 * reached is left alone from then on. One request at a time to each host.
 */
export class Registries {
  readonly words = new ShownWords();
  readonly logins = new SentLogins();
  readonly options: ProbeOptions;
  readonly #environment: Environment;
  readonly #surroundings: ProbeSurroundings;
  readonly #context: SecureContext;
  readonly #replies = new Map<string, Map<string, Promise<Reply>>>();
  readonly #ends = new Map<string, Reply>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #count = 0;

  constructor(options: ProbeOptions, environment: Environment, surroundings: ProbeSurroundings = {}) {
    this.options = options;
    this.#surroundings = surroundings;
    this.#environment = environment;
    withoutNodesRoots();
    const ca = [
      ...systemRoots(environment),
      ...(options.registryCa === undefined ? [] : [options.registryCa]),
    ];
    this.#context = createSecureContext({ ca, minVersion: "TLSv1.2", allowPartialTrustChain: true });
  }

  /** Requests that were sent. */
  get count(): number {
    return this.#count;
  }

  place(url: URL, own: Place | "itself"): Promise<Place | undefined> {
    return placeOf(url, own, this.#environment, this.#surroundings.addresses);
  }

  ask(asked: Asked): Promise<Reply> {
    const key = [asked.method, asked.url.href, asked.authorization?.key ?? "", asked.follow].join(" ");
    const replies = this.#replies.get(asked.about) ?? new Map<string, Promise<Reply>>();
    this.#replies.set(asked.about, replies);
    const known = replies.get(key);
    if (known !== undefined) return known;
    const reply = this.#inTurn(asked.url.host, () => this.#sent(asked, mostRedirects));
    replies.set(key, reply);
    return reply;
  }

  /** The answers about an image of this registry: nobody will ask for it again. */
  forget(registry: string): void {
    this.#replies.delete(registry);
  }

  #inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(host) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(host, turn);
    return turn;
  }

  async #sent(asked: Asked, redirects: number): Promise<Reply> {
    const { url } = asked;
    const ended = this.#ends.get(url.host);
    if (ended !== undefined) return ended;
    try {
      const place = await this.place(url, asked.own);
      if (place === undefined) return { stop: { why: "unsafe-address", host: url.host } };
      const answer = await this.#exchanged(asked, place);
      if (answer.status === 429) this.#ends.set(url.host, { answer });
      const location =
        asked.follow && answer.status >= 300 && answer.status < 400 ? locationOf(answer, url) : undefined;
      return location === undefined ? { answer } : await this.#redirected(asked, location, redirects);
    } catch (error) {
      if (this.#environment.signal?.aborted === true) return { stop: { why: "cancelled" } };
      const reply = { failure: failureOf(error) };
      this.#ends.set(url.host, reply);
      return reply;
    }
  }

  async #redirected(asked: Asked, url: URL, left: number): Promise<Reply> {
    const host = url.host;
    if (left === 0) return { stop: { why: "redirects", host } };
    const { authorization, ...plain } = asked;
    const same = url.origin === asked.url.origin;
    if (url.protocol !== "https:" && !same) return { stop: { why: "unsafe-redirect", host } };
    const next = { ...plain, url, ...(same && authorization !== undefined ? { authorization } : {}) };
    const reply = await this.#sent(next, left - 1);
    const stop =
      reply.stop?.why === "unsafe-address" ? { why: "unsafe-redirect" as const, host } : reply.stop;
    return { ...reply, ...(stop === undefined ? {} : { stop }), redirectedTo: reply.redirectedTo ?? host };
  }

  async #exchanged(asked: Asked, place: Place): Promise<RegistryAnswer> {
    const { signal, version, log } = this.#environment;
    if (signal?.aborted === true) throw cancelled();
    const { method, url, accept, authorization } = asked;
    const start = performance.now();
    this.#count += 1;
    const say = (outcome: string): void => {
      // Never the query, a header or a body: logins, tokens and signatures stand there.
      if (this.options.verbosity >= 6)
        log(
          `${method} ${printable(asked.words.show(`${url.origin}${url.pathname}`))} ${outcome} in ${Math.round(performance.now() - start)} milliseconds`,
        );
    };
    try {
      const answer = await exchange({
        method,
        url,
        address: place.address,
        port: place.port,
        proxy: place.proxy,
        context: this.#context,
        signal,
        ...defined({ patienceMs: this.#surroundings.patienceMs }),
        headers: {
          "user-agent": `kubectl-why-pull/${version}`,
          ...(accept === undefined ? {} : { accept }),
          ...(authorization === undefined ? {} : { authorization: authorization.value }),
        },
      });
      say(String(answer.status));
      return answer;
    } catch (error) {
      say(error instanceof TransportFailure ? failureOf(error) : "failed");
      throw error;
    }
  }
}

function locationOf(answer: RegistryAnswer, from: URL): URL | undefined {
  const [location] = answer.headers.get("location") ?? [];
  try {
    const url = new URL(location ?? "", from);
    url.username = "";
    url.password = "";
    url.hash = "";
    return location === undefined || hostNameOf(url) === "" ? undefined : url;
  } catch {
    return undefined;
  }
}
