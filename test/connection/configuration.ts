/** What the API server sees of a request, or what is said instead. Values stand with the placeholders of the stage. */
export type Outcome =
  | {
      readonly namespace: string;
      /** Which server was asked; default: api. */
      readonly server?: string;
      readonly authorization?: string;
      /** Common name of the client certificate. */
      readonly certificate?: string;
      readonly impersonates?: readonly string[];
      /** SNI. */
      readonly serverName?: string;
      /** The first word of each proxy's log: kind, target, login. */
      readonly via?: string;
      /** False when no compressed answer was asked for. */
      readonly gzip?: false;
    }
  | { readonly says: string };

/** One way to configure a connection, and what kubectl 1.36.3 makes of it (scripts/compare-kubectl.ts asks it). */
export interface Configuration {
  readonly title: string;
  /** Files by name, below {{dir}}; `config` is used through $KUBECONFIG unless the row sets it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly kubectl: Outcome;
  /** What we do instead, where we differ on purpose, and why. */
  readonly ours?: Outcome;
  readonly because?: string;
  /** What the program says where it looks at a flag before a connection is thought of. */
  readonly ofProgram?: Outcome;
  /** Runs as in a Pod whose ServiceAccount has these files. */
  readonly inCluster?: Readonly<Record<string, string>>;
  /** Means the same on a real cluster, with an administrator and a reader in the place of alice and bob. */
  readonly onCluster?: true;
}

export const authority = "certificate-authority: {{ca.crt}}";
export const api = `server: '{{api}}', ${authority}`;
export const alice = "client-certificate: {{alice.crt}}, client-key: {{alice.key}}";
export const bob = "client-certificate: {{bob.crt}}, client-key: {{bob.key}}";
export const plugin = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never";
export const printing = (status: string): string =>
  `exec: {command: sh, args: [-c, 'printf %s "$CREDENTIAL"'], ${plugin}, env: [{name: CREDENTIAL, value: '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}'}]}`;
export const expiring = (seconds: number): string =>
  `{{jwt}}.${Buffer.from(JSON.stringify({ exp: seconds })).toString("base64url")}.sig`;
export const oidc = (token: string, more = ""): string =>
  `auth-provider: {name: oidc, config: {client-id: x, idp-issuer-url: 'https://127.0.0.1:1', id-token: '${token}'${more}}}`;

/** A kubeconfig of one cluster, user and context, all named for what they are. */
export function config(cluster: string, user: string, context = "", current = "main"): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    `current-context: ${current}`,
    `clusters: [{name: c, cluster: {${cluster}}}]`,
    `users: [{name: u, user: {${user}}}]`,
    `contexts: [{name: main, context: {cluster: c, user: u${context === "" ? "" : `, ${context}`}}}]`,
    "",
  ].join("\n");
}
export const only = (cluster: string, user: string, context?: string, current?: string) => ({
  config: config(cluster, user, context, current),
});
export const refused = {
  says: "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
};
export const unknownAuthority = {
  says: "Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority",
};
export const asksForName = { says: "Please enter Username: error: EOF" };

/** A name that only a proxy resolves. */
export const named = `server: 'https://api.cluster.test:{{port api}}', ${authority}`;
export const through = { namespace: "default", authorization: "Bearer t", serverName: "api.cluster.test" };
