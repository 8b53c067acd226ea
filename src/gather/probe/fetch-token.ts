import { defined } from "../../evidence/field.ts";
import { tokenOf } from "./body.ts";
import type { HeldLogin } from "./held-login.ts";
import type { Reply } from "./registries.ts";
import type { Pass, Requests } from "./requests.ts";
import { mayHaveLogin, tokenServerOf } from "./token-server.ts";

export function basic(login: HeldLogin): Pass {
  const value = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return { value: `Basic ${value}`, key: `basic ${value}`, scheme: "basic", login };
}

export function isGood({ answer }: Reply): boolean {
  return answer !== undefined && answer.status >= 200 && answer.status < 300;
}

export interface TokenWish {
  readonly by: "node" | "us";
  /** The challenge's parameters. */
  readonly challenge: ReadonlyMap<string, string>;
  readonly login: HeldLogin | undefined;
  /** For the repository, or only to see whether the login is taken. */
  readonly scoped: boolean;
}

/**
 * Asks a token server by GET, the form that all have: containerd would POST first and double each failure (auth/fetch.go 2.2). Resolves to a
 * token, to the answer that was none, or to nothing where nothing was sent.
 */
export async function fetchToken(requests: Requests, wish: TokenWish): Promise<Pass | Reply | undefined> {
  const { by, challenge, login, scoped } = wish;
  const { base, registries, repository } = requests;
  const server = tokenServerOf(challenge.get("realm") ?? "", base);
  if (server === undefined) return requests.stop({ why: "unsafe-realm" });
  if (login !== undefined && !mayHaveLogin(server, base, registries.options))
    return requests.stop({ why: "foreign-realm", host: server.host });
  const service = challenge.get("service");
  if (service !== undefined) server.searchParams.set("service", service);
  for (const scope of scoped ? scopesOf(repository, challenge.get("scope")) : [])
    server.searchParams.append("scope", scope);
  const asked = {
    by,
    method: "GET",
    target: scoped ? "token" : "login",
    url: server,
    follow: false,
  } as const;
  const reply = await requests.send(asked, login === undefined ? undefined : basic(login));
  if (reply === undefined) return undefined;
  const token = reply.answer === undefined || !isGood(reply) ? undefined : tokenOf(reply.answer, repository);
  if (token === undefined) return reply;
  requests.words.hide(token.value);
  const key = `token ${server.href} ${login === undefined ? "" : basic(login).key}`;
  return { value: `Bearer ${token.value}`, key, scheme: "bearer", ...defined({ login }) };
}

/** Of the image's own name, and what the registry asks for beside it (containerd core/remotes/docker/scope.go). */
function scopesOf(repository: string, asked: string | undefined): readonly string[] {
  const own = `repository:${repository}:pull`;
  const more = asked?.split(" ").filter((scope) => /^[\x21-\x7e]{1,300}$/.test(scope)) ?? [];
  return [...new Set([own, ...more])].slice(0, 4);
}
