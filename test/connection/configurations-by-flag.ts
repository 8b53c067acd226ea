import {
  alice,
  api,
  asksForName,
  authority,
  bob,
  type Configuration,
  only,
  plugin,
  refused,
} from "./configuration.ts";

/** Two contexts, each with a cluster, a user and a namespace of its own. */
const pair = {
  config: [
    "current-context: one",
    "clusters:",
    `  [{name: one, cluster: {${api}}}, {name: two, cluster: {server: '{{plain}}'}}]`,
    `users: [{name: one, user: {${alice}}}, {name: two, user: {token: t}}]`,
    "contexts:",
    "  - {name: one, context: {cluster: one, user: one, namespace: team-a}}",
    "  - {name: two, context: {cluster: two, user: two, namespace: team-b}}",
    "  - {name: nobody, context: {cluster: one}}",
    "  - {name: nowhere, context: {user: one}}",
    "",
  ].join("\n"),
};

/** What a flag of the command line changes, and what it leaves alone. */
export const byFlag: readonly Configuration[] = [
  {
    title: "--context brings its cluster, user and namespace",
    files: pair,
    flags: ["--context", "two"],
    kubectl: { server: "plain", namespace: "team-b" },
  },
  {
    title: "--cluster leaves the context's user and namespace",
    files: pair,
    flags: ["--context", "two", "--cluster", "one"],
    kubectl: { namespace: "team-b", authorization: "Bearer t" },
  },
  {
    title: "--user leaves the context's cluster and namespace",
    files: pair,
    flags: ["--user", "two"],
    kubectl: { namespace: "team-a", authorization: "Bearer t" },
  },
  {
    title: "a context without a user",
    files: pair,
    flags: ["--context", "nobody"],
    kubectl: asksForName,
    ours: { namespace: "default" },
    because: "kubectl asks for a user name; we ask nobody and let the server say what anonymous may do",
  },
  {
    title: "a context without a cluster",
    files: pair,
    flags: ["--context", "nowhere"],
    kubectl: refused,
  },
  {
    title: "--server with an authority of its own, and no kubeconfig",
    env: { KUBECONFIG: "" },
    flags: ["--server", "{{api}}", "--certificate-authority", "{{ca.crt}}", "--token", "t"],
    kubectl: { namespace: "default", authorization: "Bearer t" },
  },
  {
    title: "--server of a kubectl proxy, and no kubeconfig",
    env: { KUBECONFIG: "" },
    flags: ["--server", "{{plain}}", "-n", "team-a"],
    kubectl: { server: "plain", namespace: "team-a" },
  },
  {
    title: "--server keeps the kubeconfig's authority and user",
    files: only(`server: 'https://127.0.0.1:1', ${authority}`, alice),
    flags: ["--server", "{{api}}"],
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "--token stands beside the kubeconfig's client certificate",
    files: only(api, alice),
    flags: ["--token", "t"],
    kubectl: { namespace: "default", certificate: "alice", authorization: "Bearer t" },
  },
  {
    title: "--token keeps the credential plugin from being run",
    files: only(api, `exec: {command: 'false', ${plugin}}`),
    flags: ["--token", "{{token}}"],
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "--token replaces the kubeconfig's",
    files: only(api, "token: stale"),
    flags: ["--token", "{{token}}"],
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "--username and --password",
    files: only(api, ""),
    flags: ["--username", "u", "--password", "p"],
    kubectl: { namespace: "default", authorization: "Basic dTpw" },
  },
  {
    title: "--username and --password beside the kubeconfig's token",
    files: only(api, "token: t"),
    flags: ["--username", "u", "--password", "p"],
    kubectl: {
      says: "error: more than one authentication method found for u; found [token basicAuth], only one is allowed",
    },
    onCluster: true,
  },
  {
    title: "--client-certificate beside the kubeconfig's key",
    files: only(api, bob),
    flags: ["--client-certificate", "{{alice.crt}}", "--client-key", "{{alice.key}}"],
    kubectl: { namespace: "default", certificate: "alice" },
  },
  {
    title: "--client-certificate without a key",
    files: only(api, ""),
    flags: ["--client-certificate", "{{alice.crt}}"],
    kubectl: {
      says: "error: client-key-data or client-key must be specified for u to use the clientCert authentication method.",
    },
    onCluster: true,
  },
  {
    title: "--tls-server-name",
    files: only(`server: '{{wrong-name}}', ${authority}`, "token: t"),
    flags: ["--tls-server-name", "other.test"],
    kubectl: {
      server: "wrong-name",
      namespace: "default",
      authorization: "Bearer t",
      serverName: "other.test",
    },
  },
  {
    title: "--insecure-skip-tls-verify beside --certificate-authority",
    files: only(api, alice),
    flags: ["--insecure-skip-tls-verify", "--certificate-authority", "{{ca.crt}}"],
    kubectl: { says: "error: specifying a root certificates file with the insecure flag is not allowed" },
    onCluster: true,
  },
  {
    title: "--as-uid without --as",
    files: only(api, alice),
    flags: ["--as-uid", "7"],
    kubectl: { says: "error: requesting uid, groups or user-extra for u without impersonating a user" },
    onCluster: true,
  },
  {
    title: "--as-user-extra without --as",
    files: only(api, alice),
    flags: ["--as-user-extra", "k=v"],
    kubectl: { says: "error: requesting uid, groups or user-extra for u without impersonating a user" },
    onCluster: true,
  },
  {
    title: "--as of a ServiceAccount",
    files: only(api, alice),
    flags: ["--as", "system:serviceaccount:team-a:default"],
    kubectl: {
      namespace: "default",
      certificate: "alice",
      impersonates: ["user system:serviceaccount:team-a:default"],
    },
    onCluster: true,
  },
  {
    title: "--as replaces the kubeconfig's user and leaves its groups",
    files: only(api, `${alice}, as: me, as-groups: [g]`),
    flags: ["--as", "you"],
    kubectl: { namespace: "default", certificate: "alice", impersonates: ["group g", "user you"] },
  },
];
