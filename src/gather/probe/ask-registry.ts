import type { ProbeStep, ProbeStop, RegistryProbe } from "../../evidence/registry-probe.ts";
import { defined } from "../../evidence/field.ts";
import type { ImageReference } from "../../pull/image-reference.ts";
import { needsTags, openQuestion, type OpenQuestion } from "../../pull/probe/open-question.ts";
import { jsonOf } from "./body.ts";
import { basic, fetchToken, isGood } from "./fetch-token.ts";
import type { HeldLogin } from "./held-login.ts";
import { type ImageFacts, lookInto, type Wholeness } from "./image-facts.ts";
import { manifestTypes } from "./manifest.ts";
import type { Registries, Reply } from "./registries.ts";
import { type Pass, Requests } from "./requests.ts";
import { challengeOf } from "./step.ts";
import { tokenServerOf } from "./token-server.ts";

/** What came of asking, without any value. */
export interface AskedRegistry extends ImageFacts, Pick<RegistryProbe, "host" | "nearTags"> {
  readonly address?: string;
  readonly proxy?: string;
  readonly stopped?: ProbeStop;
  readonly steps: readonly ProbeStep[];
}

interface Manifest {
  readonly reply: Reply;
  readonly pass?: Pass;
}

/** An attempt that failed, and with which login. */
interface Tried extends Manifest {
  readonly login?: HeldLogin;
  /** It was refused before, for another repository, and is not sent again. */
  readonly recalled?: true;
}

/**
 * Asks one registry for one image as a runtime would, with the logins in the kubelet's order, and then what decides between the causes that
 * its answers leave open. HEAD first, as containerd; GET after a refusal, for its words, and after a success for the platforms.
 */
export class RegistryQuestion {
  readonly #reference: ImageReference & { ok: true };
  readonly #requests: Requests;
  readonly #whole: Wholeness;
  /** It said so once; a login is not sent along to hear it again. */
  #knowsNoHead = false;
  #facts: ImageFacts & { readonly nearTags?: readonly string[] } = {};

  constructor(registries: Registries, reference: ImageReference & { ok: true }, whole: Wholeness) {
    this.#reference = reference;
    this.#whole = whole;
    this.#requests = new Requests(registries, reference);
  }

  /** Without logins, as somebody who has none. */
  async ask(logins: readonly HeldLogin[]): Promise<AskedRegistry> {
    if (await this.#requests.findPlace()) await this.#askAll(logins);
    const { base, steps, place, stopped } = this.#requests;
    const proxied = place?.proxy !== undefined;
    return {
      host: base.host,
      steps,
      ...this.#facts,
      ...defined({
        address: proxied ? undefined : place?.address,
        proxy: proxied ? place.proxy?.host : undefined,
        stopped,
      }),
    };
  }

  async #askAll(logins: readonly HeldLogin[]): Promise<void> {
    const first = await this.#manifest("node", "HEAD", undefined);
    if (first === undefined) return;
    if (isGood(first.reply)) return this.#lookInto(first);
    if (first.reply.answer?.status !== 401) return this.#words(first);
    const tried: Tried[] = [];
    for (const login of logins.length === 0 ? [undefined] : logins) {
      if (login !== undefined && (await this.#isRefused(first, login))) {
        tried.push({ ...first, login, recalled: true });
        continue;
      }
      const manifest = await this.#attempt("node", first, login);
      if (manifest === undefined) break;
      if (isGood(manifest.reply)) {
        this.#note(first, tried);
        return this.#lookInto(manifest);
      }
      tried.push({ ...manifest, ...defined({ login }) });
      if (isOver(manifest.reply)) break;
    }
    for (const attempt of tried) await this.#decide(first, attempt);
    this.#note(first, tried);
  }

  #note(first: Manifest, tried: readonly Tried[]): void {
    const { steps, registries, repository } = this.#requests;
    for (const { login, recalled } of tried)
      if (login !== undefined && recalled === undefined)
        registries.logins.note(this.#sentTo(first, login), login, steps, repository);
  }

  /** By what it was told before. What was left open then is asked now, before the login is sent for one image after the other. */
  async #isRefused(first: Manifest, login: HeldLogin): Promise<boolean> {
    const { registries, steps, repository } = this.#requests;
    const place = this.#sentTo(first, login);
    const before = registries.logins.state(place);
    if (before === undefined || before === "good") return false;
    const known = registries.logins.steps(place, login);
    // Asked once, and open all the same.
    if (before === "open" && known.some(({ target }) => target === "login")) return false;
    this.#requests.recall(known);
    if (before === "refused") return true;
    await this.#close("login", first, { ...first, login });
    registries.logins.note(place, login, steps, repository);
    if (registries.logins.state(place) === "refused") return true;
    this.#requests.forget(login);
    return false;
  }

  /** Who gets the login: the token server, or the registry itself. */
  #sentTo(first: Manifest, login: HeldLogin): string {
    const { bearer } = challengeOf(first.reply);
    const { base } = this.#requests;
    const server = bearer === undefined ? base : tokenServerOf(bearer.get("realm") ?? "", base);
    return `${server?.origin ?? base.origin}${server?.pathname ?? ""} ${basic(login).key}`;
  }

  /** The manifest by the image's own reference: HEAD, or GET where the registry knows no HEAD. */
  async #manifest(
    by: "node" | "us",
    method: "HEAD" | "GET",
    pass: Pass | undefined,
  ): Promise<Manifest | undefined> {
    const { tag, digest } = this.#reference;
    const url = this.#requests.url("manifests", digest ?? tag ?? "latest");
    const used = this.#knowsNoHead ? "GET" : method;
    const reply = await this.#requests.send(
      { by, method: used, target: "manifest", url, accept: manifestTypes },
      pass,
    );
    if (reply === undefined) return undefined;
    if (reply.answer?.status === 405 && used === "HEAD") {
      this.#knowsNoHead = true;
      return this.#manifest(by, "GET", pass);
    }
    return { reply, ...defined({ pass }) };
  }

  /** What a runtime does when it is asked for a login: Bearer before Basic (containerd core/remotes/docker/authorizer.go). */
  async #attempt(
    by: "node" | "us",
    first: Manifest,
    login: HeldLogin | undefined,
  ): Promise<Manifest | undefined> {
    const { bearer, basic: offersBasic } = challengeOf(first.reply);
    if (bearer !== undefined) {
      const pass = await fetchToken(this.#requests, { by, challenge: bearer, login, scoped: true });
      if (pass === undefined) return undefined;
      return "value" in pass ? this.#manifest(by, "HEAD", pass) : { reply: pass };
    }
    if (!offersBasic)
      return this.#requests.stop({ why: "unknown-challenge", host: this.#requests.base.host });
    return login === undefined ? first : this.#manifest(by, "HEAD", basic(login));
  }

  /** Of a refused attempt: what the answers leave open is asked, each once. */
  async #decide(first: Manifest, attempt: Tried): Promise<void> {
    const { steps, repository } = this.#requests;
    for (let rounds = 0; rounds < 8 && this.#requests.stopped === undefined; rounds += 1) {
      const question = openQuestion(steps, attempt.login, repository);
      const before = steps.length;
      // A login that was refused before is not sent to hear it again.
      const sends = question !== "anonymous" && question !== "everybody";
      if (question !== undefined && !(sends && attempt.recalled === true))
        await this.#close(question, first, attempt);
      if (steps.length === before) return;
    }
  }

  async #close(question: OpenQuestion, first: Manifest, { login, pass }: Tried): Promise<void> {
    const { bearer } = challengeOf(first.reply);
    switch (question) {
      case "words":
        await this.#manifest("us", "GET", pass ?? (login === undefined ? undefined : basic(login)));
        return;
      case "tags":
        return this.#tags(pass);
      case "anonymous":
        await this.#attempt("us", first, undefined);
        return;
      case "everybody":
        if (bearer !== undefined)
          await fetchToken(this.#requests, { by: "us", challenge: bearer, login: undefined, scoped: false });
        return;
      case "login":
        if (login === undefined) return;
        if (bearer !== undefined)
          await fetchToken(this.#requests, { by: "us", challenge: bearer, login, scoped: false });
        else {
          const url = new URL("/v2/", this.#requests.base);
          await this.#requests.send({ by: "us", method: "GET", target: "login", url }, basic(login));
        }
    }
  }

  /** The registry's words for what a HEAD said without any. */
  async #words(refused: Manifest): Promise<void> {
    const last = this.#requests.steps.at(-1);
    if (last?.failure !== undefined || last?.method === "GET" || isOver(refused.reply)) return;
    await this.#manifest("us", "GET", refused.pass);
    if (needsTags(this.#requests.steps)) await this.#tags(refused.pass);
  }

  async #tags(pass: Pass | undefined): Promise<void> {
    const url = this.#requests.url("tags", "list");
    url.searchParams.set("n", "1000");
    const reply = await this.#requests.send({ by: "us", method: "GET", target: "tags", url }, pass);
    const list = reply?.answer === undefined || !isGood(reply) ? undefined : jsonOf(reply.answer)?.["tags"];
    if (Array.isArray(list))
      this.#facts = { ...this.#facts, nearTags: list.filter((tag) => typeof tag === "string") };
  }

  async #lookInto({ reply, pass }: Manifest): Promise<void> {
    this.#facts = await lookInto(this.#requests, reply, pass, this.#whole);
  }
}

/** No further request would be answered otherwise. */
function isOver({ answer, failure }: Reply): boolean {
  return failure !== undefined || answer === undefined || answer.status === 429 || answer.status >= 500;
}
