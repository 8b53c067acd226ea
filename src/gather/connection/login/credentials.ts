import type { Connection } from "../kubeconfig/kubeconfig.ts";
import { checkAuthProvider, oidcToken } from "./auth-provider.ts";
import { ConnectionError } from "../connection-error.ts";
import type { Environment } from "../environment.ts";
import { basicLogin } from "../http/request.ts";
import type { ExecCredential } from "./exec-plugin.ts";
import { readToken } from "../kubeconfig/in-cluster.ts";
import type { User } from "../kubeconfig/entries.ts";
import { type ClientCertificate, clientCertificateOf } from "../http/trust.ts";

/** How one request shows who asks. */
export interface Login {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  readonly certificate?: ClientCertificate;
}

export interface Credentials {
  /** The login for a request that is about to be sent. Rejects with ConnectionError. */
  readonly current: () => Promise<Login>;
  /** After a 401: whether a new login was obtained, so that asking again makes sense. */
  readonly renew: (refused: Login) => Promise<boolean>;
}

/** A token file is read again after this long: transport/token_source.go (NewCachedFileTokenSource), client-go 0.36. */
const tokenFilePeriod = 60_000;

/** A header's value may hold any byte but controls; Node takes bytes as latin1, Go as they are. */
export function headerValue(name: string, value: string): string {
  if (/[\u0000-\u0008\u000A-\u001F\u007F]/.test(value))
    throw new ConnectionError(
      `Unable to connect to the server: net/http: invalid header field value for "${name}"`,
    );
  return Buffer.from(value, "utf8").toString("latin1");
}

const bearer = (token: string): string => headerValue("Authorization", `Bearer ${token}`);

const never = (): Promise<boolean> => Promise.resolve(false);

function fixed(login: Login): Credentials {
  return { current: () => Promise.resolve(login), renew: never };
}

/**
 * A token file wins over a token that stands beside it, as long as it can be read: client-go sends what the file says now, and reads it again after a 401
 * (transport/token_source.go, tokenSourceTransport).
 */
function fromTokenFile(user: User, path: string, certificate: Login, environment: Environment): Credentials {
  let read = { token: "", at: Number.NEGATIVE_INFINITY };
  const refresh = (): void => {
    if (Date.now() - read.at < tokenFilePeriod) return;
    try {
      read = { token: readToken(path, environment), at: Date.now() };
    } catch (error) {
      if (read.token === "" && user.token === undefined) throw error;
      read = { token: read.token || (user.token ?? ""), at: Date.now() };
    }
  };
  return {
    current: async () => {
      refresh();
      return { ...certificate, authorization: bearer(read.token) };
    },
    renew: async (refused) => {
      read = { ...read, at: Number.NEGATIVE_INFINITY };
      refresh();
      return bearer(read.token) !== refused.authorization;
    },
  };
}

function fromPlugin(connection: Connection, environment: Environment): Credentials {
  const { user, cluster } = connection;
  let login: Login | undefined;
  let expires = Number.POSITIVE_INFINITY;
  let running: Promise<Login> | undefined;
  const take = (credential: ExecCredential): Login => {
    expires = credential.expires ?? Number.POSITIVE_INFINITY;
    login = {
      ...(credential.token === undefined ? {} : { authorization: bearer(credential.token) }),
      ...(credential.certificate === undefined ? {} : { certificate: credential.certificate }),
    };
    return login;
  };
  // However many requests wait for it, the plugin runs once: it may be asking the user something.
  const run = (): Promise<Login> =>
    (running ??= (async () => {
      try {
        if (user.exec === undefined) return {};
        const { runExecPlugin } = await import("./exec-plugin.ts");
        return take(await runExecPlugin(user.exec, cluster, environment));
      } finally {
        running = undefined;
      }
    })());
  return {
    current: async () => (login !== undefined && Date.now() <= expires ? login : run()),
    renew: async (refused) => {
      if (login !== refused) return true;
      await run();
      return true;
    },
  };
}

/**
 * The login of a connection, in client-go's order: user and password of the server's URL, token file, token, user name, auth-provider, credential plugin. A client
 * certificate goes along with any of them and makes the plugin unnecessary. Nothing at all is anonymous, where kubectl would ask for a user name.
 */
export function credentialsOf(connection: Connection, environment: Environment): Credentials {
  const { user, server } = connection;
  const own = clientCertificateOf(user, environment);
  const certificate: Login = own === undefined ? {} : { certificate: own };
  if (user.authProvider !== undefined) checkAuthProvider(user.authProvider);
  if (server.userInfo !== undefined)
    return fixed({
      ...certificate,
      authorization: basicLogin(server.userInfo.username, server.userInfo.password),
    });
  if (user.tokenFile !== undefined) return fromTokenFile(user, user.tokenFile, certificate, environment);
  if (user.token !== undefined) return fixed({ ...certificate, authorization: bearer(user.token) });
  if (user.username !== undefined || user.password !== undefined)
    return fixed({ ...certificate, authorization: basicLogin(user.username ?? "", user.password ?? "") });
  if (user.authProvider !== undefined)
    return fixed({ ...certificate, authorization: bearer(oidcToken(user.authProvider, Date.now())) });
  if (user.exec !== undefined && own === undefined) return fromPlugin(connection, environment);
  return fixed(certificate);
}
