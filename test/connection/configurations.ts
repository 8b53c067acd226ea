import {
  alice,
  api,
  asksForName,
  authority,
  bob,
  config,
  type Configuration,
  expiring,
  named,
  oidc,
  only,
  plugin,
  printing,
  refused,
  through,
  unknownAuthority,
} from "./configuration.ts";
import { byFlag } from "./configurations-by-flag.ts";
import { byPath } from "./configurations-by-path.ts";
import { byProxy } from "./configurations-by-proxy.ts";

const login: Configuration[] = [
  {
    title: "a client certificate and key in files",
    files: only(api, alice),
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a client certificate and key as data",
    files: only(
      "server: '{{api}}', certificate-authority-data: {{base64 ca.crt}}",
      "client-certificate-data: {{base64 alice.crt}}, client-key-data: {{base64 alice.key}}",
    ),
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a token",
    files: only(api, "token: {{token}}"),
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a token goes along with a client certificate",
    files: only(api, `token: sesame, ${alice}`),
    kubectl: { namespace: "default", authorization: "Bearer sesame", certificate: "alice" },
  },
  {
    title: "a token file, relative to the kubeconfig, with white space around the token",
    files: { "sub/config": config(api, "tokenFile: token"), "sub/token": " {{token}}\n" },
    env: { KUBECONFIG: "{{dir}}/sub/config" },
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a token file wins over the token beside it",
    files: { ...only(api, "token: stale, tokenFile: token"), token: "{{token}}" },
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a token file wins even over --token",
    files: { ...only(api, "tokenFile: token"), token: "{{token}}" },
    flags: ["--token", "flag"],
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a token stands in for its missing file",
    files: only(api, "token: {{token}}, tokenFile: nowhere"),
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a missing token file",
    files: only(api, "tokenFile: nowhere"),
    kubectl: { says: "error: open {{dir}}/nowhere: no such file or directory" },
    onCluster: true,
  },
  {
    title: "a token file of white space",
    files: { ...only(api, "tokenFile: token"), token: "\n" },
    kubectl: {
      says: 'Unable to connect to the server: net/http: invalid header field value for "Authorization"',
    },
    ours: { says: 'error: read empty token from file "{{dir}}/token"' },
    because: "kubectl sends the white space; what is wrong is the file",
  },
  {
    title: "a token that holds a line break",
    files: only(api, 'token: "ab\\n"'),
    kubectl: {
      says: 'Unable to connect to the server: net/http: invalid header field value for "Authorization"',
    },
    onCluster: true,
  },
  {
    title: "user name and password",
    files: only(api, "username: 'a:b', password: 'p:ü'"),
    kubectl: { namespace: "default", authorization: "Basic YTpiOnA6w7w=" },
  },
  {
    title: "a user name alone",
    files: only(api, "username: u"),
    kubectl: { namespace: "default", authorization: "Basic dTo=" },
  },
  {
    title: "a password beside a token",
    files: only(api, "username: u, password: p, token: t"),
    kubectl: {
      says: "error: more than one authentication method found for u; found [token basicAuth], only one is allowed",
    },
    onCluster: true,
  },
  {
    title: "a login in the server's URL wins over the token",
    files: only(`server: 'https://us%40er:pw@127.0.0.1:{{port api}}', ${authority}`, "token: t"),
    kubectl: { namespace: "default", authorization: "Basic dXNAZXI6cHc=" },
  },
  {
    title: "no login at all",
    files: only(api, ""),
    kubectl: asksForName,
    ours: { namespace: "default" },
    because: "kubectl asks for a user name; we ask nobody and let the server say what anonymous may do",
  },
  {
    title: "a context whose user does not exist",
    files: { config: config(api, "token: t").replace("user: u}", "user: gone}") },
    kubectl: asksForName,
    ours: { namespace: "default" },
    because: "the same: to kubectl a user that is not there is one without a login",
  },
  {
    title: "a client certificate without its key",
    files: only(api, "client-certificate: {{alice.crt}}"),
    kubectl: {
      says: "error: client-key-data or client-key must be specified for u to use the clientCert authentication method.",
    },
    onCluster: true,
  },
  {
    title: "a client certificate with another's key",
    files: only(api, "client-certificate: {{alice.crt}}, client-key: {{bob.key}}"),
    kubectl: { says: "Unable to connect to the server: tls: private key does not match public key" },
    onCluster: true,
  },
  {
    title: "a client certificate that is none",
    files: {
      ...only(api, "client-certificate: text, client-key: {{bob.key}}"),
      text: "no certificate\n",
    },
    kubectl: {
      says: "Unable to connect to the server: tls: failed to find any PEM data in certificate input",
    },
    onCluster: true,
  },
  {
    title: "client certificate and key that cannot be read",
    files: only(api, "client-certificate: gone.crt, client-key: gone.key"),
    kubectl: {
      says: "Error in configuration: \n* unable to read client-cert {{dir}}/gone.crt for u due to open {{dir}}/gone.crt: no such file or directory\n* unable to read client-key {{dir}}/gone.key for u due to open {{dir}}/gone.key: no such file or directory",
    },
    onCluster: true,
  },
  {
    title: "client certificate both as file and as data",
    files: only(
      api,
      `${bob}, client-certificate-data: {{base64 alice.crt}}, client-key-data: {{base64 alice.key}}`,
    ),
    kubectl: {
      says: "Error in configuration: \n* client-cert-data and client-cert are both specified for u. client-cert-data will override.\n* client-key-data and client-key are both specified for u; client-key-data will override",
    },
    onCluster: true,
  },
  {
    title: "client certificate flags replace the kubeconfig's data",
    files: only(api, "client-certificate-data: {{base64 alice.crt}}, client-key-data: {{base64 alice.key}}"),
    flags: ["--client-certificate", "{{bob.crt}}", "--client-key", "{{bob.key}}"],
    kubectl: { namespace: "default", certificate: "bob" },
    onCluster: true,
  },
];

const plugins: Configuration[] = [
  {
    title: "a credential plugin with a token",
    files: only(api, printing('{"token":"{{token}}"}')),
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a credential plugin with a client certificate",
    files: only(
      api,
      `exec: {command: ./plugin, ${plugin}, env: [{name: CERT, value: '{{alice.crt}}'}, {name: KEY, value: '{{alice.key}}'}]}`,
    ),
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a credential plugin is not run for a user with a token",
    files: only(api, `token: {{token}}, exec: {command: no-such-plugin, ${plugin}}`),
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "a credential plugin is not run for a user with a client certificate",
    files: only(api, `${alice}, exec: {command: no-such-plugin, ${plugin}}`),
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a credential plugin that is not installed",
    files: only(api, `exec: {command: no-such-plugin, ${plugin}, installHint: get it}`),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec: executable no-such-plugin not found",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin by a relative path that is not there",
    files: only(api, `exec: {command: ./gone, ${plugin}}`),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec: fork/exec {{dir}}/gone: no such file or directory",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin that fails",
    files: only(api, `exec: {command: sh, args: [-c, exit 3], ${plugin}}`),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec: executable sh failed with exit code 3",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin that answers in another version",
    files: only(
      api,
      printing('{"token":"t"}').replace(
        `${plugin}, env`,
        "apiVersion: client.authentication.k8s.io/v1beta1, env",
      ),
    ),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec plugin is configured to use API version client.authentication.k8s.io/v1beta1, plugin returned version client.authentication.k8s.io/v1",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin without a status",
    files: only(api, printing("null")),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec plugin didn't return a status field",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin with half a certificate",
    files: only(api, printing('{"clientCertificateData":"x"}')),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec plugin returned only certificate or key, not both",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin that must ask and has no terminal",
    files: only(
      api,
      `exec: {command: sh, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}`,
    ),
    kubectl: {
      says: "Unable to connect to the server: getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal",
    },
    onCluster: true,
  },
  {
    title: "a credential plugin of version v1 without an interactiveMode",
    files: only(api, "exec: {command: sh, apiVersion: client.authentication.k8s.io/v1}"),
    kubectl: { says: "error: interactiveMode must be specified for u to use exec authentication plugin" },
    onCluster: true,
  },
  {
    title: "a credential plugin of a version long gone",
    files: only(
      api,
      "exec: {command: sh, apiVersion: client.authentication.k8s.io/v1alpha1, interactiveMode: Never}",
    ),
    kubectl: { says: 'error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"' },
    onCluster: true,
  },
  {
    title: "a credential plugin that the user's kuberc forbids",
    files: {
      ...only(api, printing('{"token":"t"}')),
      ".kube/kuberc":
        "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n",
    },
    kubectl: {
      says: 'Unable to connect to the server: getting credentials: plugin "sh" not allowed: policy set to "DenyAll"',
    },
    onCluster: true,
  },
  {
    title: "a credential plugin that the user's kuberc does not list",
    files: {
      ...only(api, `exec: {command: ./plugin, ${plugin}}`),
      ".kube/kuberc":
        "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}]\n",
    },
    kubectl: {
      says: 'Unable to connect to the server: getting credentials: plugin path "{{dir}}/plugin" is not permitted by the credential plugin allowlist',
    },
    onCluster: true,
  },
  {
    title: "a credential plugin that the user's kuberc lists",
    files: {
      ...only(api, printing('{"token":"{{token}}"}')),
      ".kube/kuberc":
        "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: sh}]\n",
    },
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "oidc with an id-token that is still good",
    files: only(api, oidc(expiring(4_000_000_000))),
    kubectl: { namespace: "default", authorization: `Bearer ${expiring(4_000_000_000)}` },
  },
  {
    title: "oidc with an expired id-token and nothing to refresh it",
    files: only(api, oidc(expiring(1_000_000_000))),
    kubectl: {
      says: "Unable to connect to the server: No valid id-token, and cannot refresh without refresh-token",
    },
    onCluster: true,
  },
  {
    title: "oidc with an expired id-token and a refresh-token",
    files: only(api, oidc(expiring(1_000_000_000), ", refresh-token: r")),
    kubectl: {
      says: "The connection to the server {{authority api}} was refused - did you specify the right host or port?",
    },
    ours: { says: "Unable to connect to the server: the id-token of the oidc auth-provider has expired" },
    because:
      "kubectl goes to the issuer and stores a new refresh-token; whoever refreshes without storing it loses the login",
  },
  {
    title: "oidc without an issuer",
    files: only(api, "auth-provider: {name: oidc}"),
    kubectl: { says: "error: Must provide idp-issuer-url" },
    onCluster: true,
  },
  {
    title: "the gcp auth-provider, gone since 1.26",
    files: only(api, "token: t, auth-provider: {name: gcp}"),
    kubectl: {
      says: 'error: The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details',
    },
    onCluster: true,
  },
];

const impersonation: Configuration[] = [
  {
    title: "--as with groups, uid and extra fields",
    files: only(api, alice),
    flags: [
      "--as",
      "Jürgen",
      "--as-group",
      "g1",
      "--as-group",
      "g2",
      "--as-uid",
      "7",
      "--as-user-extra",
      "k.io/x=1",
      "--as-user-extra",
      "k.io/x=2",
    ],
    kubectl: {
      namespace: "default",
      certificate: "alice",
      impersonates: ["extra-k.io%2fx 1", "extra-k.io%2fx 2", "group g1", "group g2", "uid 7", "user Jürgen"],
    },
    onCluster: true,
  },
  {
    title: "impersonation of the kubeconfig, partly replaced by flags",
    files: only(api, `${alice}, as: me, as-groups: [g], as-uid: '1', as-user-extra: {k: [v, w]}`),
    flags: ["--as", "you", "--as-user-extra", "z=1", "--as-user-extra", "ignored"],
    kubectl: {
      namespace: "default",
      certificate: "alice",
      impersonates: ["extra-k v", "extra-k w", "extra-z 1", "group g", "uid 1", "user you"],
    },
    onCluster: true,
  },
  {
    title: "--as-group without --as",
    files: only(api, alice),
    flags: ["--as-group", "g"],
    kubectl: { says: "error: requesting uid, groups or user-extra for u without impersonating a user" },
    onCluster: true,
  },
];

const two = {
  "one/config": [
    "current-context: one",
    "clusters: [{name: c, cluster: {server: '{{api}}', certificate-authority: ca.crt}}]",
    `users: [{name: u, user: {${alice}}}]`,
    "contexts: [{name: one, context: {cluster: c, user: u, namespace: team-a}}]",
    "",
  ].join("\n"),
  "one/ca.crt": "{{content ca.crt}}",
  "two/config": [
    "current-context: two",
    "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9', tls-server-name: x}}]",
    `users: [{name: u, user: {token: two}}, {name: w, user: {${bob}}}]`,
    "contexts: [{name: two, context: {cluster: c, user: w, namespace: team-b}}, {name: one, context: {cluster: c, user: w}}]",
    "",
  ].join("\n"),
};

const files: Configuration[] = [
  {
    title: "the first of two files wins each name whole, and the current context",
    files: two,
    env: { KUBECONFIG: "{{dir}}/one/config:{{dir}}/two/config" },
    kubectl: { namespace: "team-a", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "missing files, empty entries and repeated ones are skipped",
    files: two,
    env: { KUBECONFIG: ":{{dir}}/one/config::{{dir}}/gone:{{dir}}/two/config:{{dir}}/one/config:" },
    flags: ["--context", "two"],
    kubectl: { namespace: "team-b", certificate: "bob" },
    onCluster: true,
  },
  {
    title: "a later file's current context counts when the first has none",
    files: { ...two, "one/config": two["one/config"].replace("current-context: one\n", "") },
    env: { KUBECONFIG: "{{dir}}/one/config:{{dir}}/two/config" },
    kubectl: { namespace: "team-b", certificate: "bob" },
    onCluster: true,
  },
  {
    title: "--kubeconfig is the only file",
    files: two,
    env: { KUBECONFIG: "{{dir}}/one/config" },
    flags: [
      "--kubeconfig",
      "{{dir}}/two/config",
      "--server",
      "{{api}}",
      "--certificate-authority",
      "{{ca.crt}}",
    ],
    kubectl: { namespace: "team-b", certificate: "bob" },
    onCluster: true,
  },
  {
    title: "~/.kube/config without $KUBECONFIG",
    files: { ".kube/config": config(api, alice, "namespace: team-a") },
    env: { KUBECONFIG: "" },
    kubectl: { namespace: "team-a", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "$KUBECONFIG that names nothing hides ~/.kube/config",
    files: { ".kube/config": config(api, alice) },
    env: { KUBECONFIG: "{{dir}}/gone" },
    kubectl: refused,
  },
  { title: "no configuration at all", env: { KUBECONFIG: "" }, kubectl: refused },
  { title: "an empty file", files: { config: "" }, kubectl: refused },
  {
    title: "--kubeconfig that does not exist",
    flags: ["--kubeconfig", "{{dir}}/gone"],
    kubectl: { says: "error: stat {{dir}}/gone: no such file or directory" },
    onCluster: true,
  },
  {
    title: "$KUBECONFIG that is a folder",
    env: { KUBECONFIG: "{{dir}}" },
    kubectl: { says: 'error: error loading config file "{{dir}}": read {{dir}}: is a directory' },
    onCluster: true,
  },
  {
    title: "two files that do not parse",
    files: { config: "users: {}\n", other: "contexts: [{name: 7}]\n" },
    env: { KUBECONFIG: "{{dir}}/config:{{dir}}/other" },
    kubectl: {
      says: 'error loading config file "{{dir}}/config": json: cannot unmarshal object into Go struct field Config.users of type []v1.NamedAuthInfo\nerror loading config file "{{dir}}/other": json: cannot unmarshal number into Go struct field NamedContext.contexts.name of type string',
    },
    onCluster: true,
  },
  {
    title: "YAML that is none",
    files: { config: "a: b: c\n" },
    kubectl: {
      says: 'error: error loading config file "{{dir}}/config": yaml: mapping values are not allowed in this context',
    },
    ours: {
      says: 'error: error loading config file "{{dir}}/config": yaml: line 1: mapping values are not allowed in this context',
    },
    because: "another parser, which always names the line",
  },
  {
    title: "YAML 1.1 takes yes for true",
    files: only(`${api}, insecure-skip-tls-verify: yes`, alice),
    kubectl: { says: "error: specifying a root certificates file with the insecure flag is not allowed" },
    onCluster: true,
  },
  {
    title: "a namespace that YAML takes for a number",
    files: only(api, alice, "namespace: 123"),
    kubectl: {
      says: 'error: error loading config file "{{dir}}/config": json: cannot unmarshal number into Go struct field Context.contexts.context.namespace of type string',
    },
    onCluster: true,
  },
  {
    title: "data that is no base64",
    files: only("server: '{{api}}', certificate-authority-data: '!!!'", alice),
    kubectl: {
      says: 'error: error loading config file "{{dir}}/config": illegal base64 data at input byte 0',
    },
    onCluster: true,
  },
  {
    title: "an object of another kind",
    files: { config: "apiVersion: v1\nkind: Pod\n" },
    kubectl: {
      says: 'error: error loading config file "{{dir}}/config": no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    },
    ours: {
      says: 'error: error loading config file "{{dir}}/config": no kind "Pod" is registered for version "v1"',
    },
    because: "where kubectl's source registers kinds helps nobody",
  },
  {
    title: "the same name twice in one file",
    files: { config: config(api, alice).replace("users: [", "users: [{name: u, user: {}}, ") },
    kubectl: {
      says: 'error: error loading config file "{{dir}}/config": error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: duplicate name "u" in list: [{u { []  []     [] map[]   <nil> <nil> []}} {u {{{alice.crt}} [] {{alice.key}} []     [] map[]   <nil> <nil> []}}]',
    },
    ours: { says: 'error: error loading config file "{{dir}}/config": duplicate name "u" in list users' },
    because: "kubectl prints the whole list, tokens and passwords included",
  },
  {
    title: "JSON, a byte order mark, anchors and merge keys",
    files: {
      config: `\uFEFF${config(api, alice).replace(/users: .*/, `users: [{name: v, user: &v {${alice}}}, {name: u, user: {<<: *v}}]`)}`,
    },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "only the first YAML document counts",
    files: { config: `${config(api, alice)}---\ncurrent-context: gone\n` },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
];

const selection: Configuration[] = [
  {
    title: "--context that does not exist",
    files: only(api, alice),
    flags: ["--context", "x"],
    kubectl: { says: "Error in configuration: context was not found for specified context: x" },
    onCluster: true,
  },
  {
    title: "--context that does not exist, with --namespace",
    files: only(api, alice),
    flags: ["--context", "x", "-n", "team-a"],
    kubectl: { says: 'error: context "x" does not exist' },
    onCluster: true,
  },
  {
    title: "--cluster that does not exist",
    files: only(api, alice),
    flags: ["--cluster", "x"],
    kubectl: { says: 'error: no server found for cluster "x"' },
    onCluster: true,
  },
  {
    title: "--user that does not exist",
    files: only(api, alice),
    flags: ["--user", "x"],
    kubectl: { says: 'error: auth info "x" does not exist' },
    onCluster: true,
  },
  {
    title: "a current context that does not exist",
    files: only(api, alice, "", "gone"),
    kubectl: { says: "Error in configuration: context was not found for specified context: gone" },
    onCluster: true,
  },
  {
    title: "--cluster and --user without any context",
    files: { config: config(api, alice).replace("current-context: main\n", "") },
    flags: ["--cluster", "c", "--user", "u"],
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "no current context",
    files: { config: config(api, alice).replace("current-context: main\n", "") },
    kubectl: refused,
  },
  {
    title: "$KUBERNETES_MASTER where there is no server",
    env: { KUBECONFIG: "", KUBERNETES_MASTER: "{{plain}}" },
    kubectl: { server: "plain", namespace: "default" },
  },
  {
    title: "--namespace over the context's",
    files: only(api, alice, "namespace: team-a"),
    flags: ["-n", "team-b"],
    kubectl: { namespace: "team-b", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "an empty --namespace leaves the context's",
    files: only(api, alice, "namespace: team-a"),
    flags: ["--namespace", ""],
    kubectl: { namespace: "team-a", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "--request-timeout that is no duration",
    files: only(api, alice),
    flags: ["--request-timeout", "1.5"],
    kubectl: {
      says: "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    },
    ofProgram: {
      says: "error: invalid value for --request-timeout: a whole number of seconds, or a number with its unit (1s, 2m, 3h), is needed",
    },
    onCluster: true,
  },
  {
    title: "a negative --request-timeout is none",
    files: only(api, alice),
    flags: ["--request-timeout", "-5s"],
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "--disable-compression",
    files: only(api, alice),
    flags: ["--disable-compression"],
    kubectl: { namespace: "default", certificate: "alice", gzip: false },
    onCluster: true,
  },
];

const servers: Configuration[] = [
  {
    title: "a plain HTTP server gets no login",
    files: only("server: '{{plain}}'", `token: t, ${alice}`),
    kubectl: { server: "plain", namespace: "default" },
  },
  {
    title: "a server without a scheme is plain HTTP, whatever certificates there are",
    files: only(`server: '127.0.0.1:{{port plain}}', ${authority}`, "token: t"),
    kubectl: { server: "plain", namespace: "default" },
  },
  {
    title: "impersonation goes to a plain HTTP server too",
    files: only("server: '{{plain}}'", "token: t, as: me"),
    kubectl: { server: "plain", namespace: "default", impersonates: ["user me"] },
  },
  {
    title: "HTTPS asked of a plain HTTP server",
    files: only("server: 'https://127.0.0.1:{{port plain}}', insecure-skip-tls-verify: true", "token: t"),
    kubectl: { says: "Unable to connect to the server: http: server gave HTTP response to HTTPS client" },
  },
  {
    title: "nothing listens",
    files: only(`server: 'https://127.0.0.1:1', ${authority}`, "token: t"),
    kubectl: {
      says: "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
    },
  },
  {
    title: "a name that does not exist",
    files: only(`server: 'https://nowhere.invalid', ${authority}`, "token: t"),
    kubectl: { says: "Unable to connect to the server: dial tcp: lookup nowhere.invalid: no such host" },
  },
  {
    title: "another scheme",
    files: only(`server: 'ftp://127.0.0.1:1', ${authority}`, "token: t"),
    kubectl: { says: 'Unable to connect to the server: unsupported protocol scheme "ftp"' },
  },
  {
    title: "a server that is no URL",
    files: only(`server: 'https://[::1', ${authority}`, "token: t"),
    kubectl: { says: 'error: host must be a URL or a host:port pair: "https://[::1"' },
  },
  {
    title: "an authority that did not sign",
    files: only("server: '{{api}}', certificate-authority: {{other-ca.crt}}", "token: t"),
    kubectl: unknownAuthority,
  },
  {
    title: "no authority where the system knows none that signed",
    files: only("server: '{{api}}'", "token: t"),
    kubectl: unknownAuthority,
    onCluster: true,
  },
  {
    title: "the system's roots by SSL_CERT_FILE",
    files: only("server: '{{api}}'", alice),
    env: { SSL_CERT_FILE: "{{ca.crt}}" },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "the system's roots by SSL_CERT_DIR",
    files: { ...only("server: '{{api}}'", alice), "roots/any.txt": "{{content ca.crt}}" },
    env: { SSL_CERT_DIR: "/nowhere:{{dir}}/roots" },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "an empty authority file trusts nobody",
    files: { ...only("server: '{{api}}', certificate-authority: empty", "token: t"), empty: "" },
    env: { SSL_CERT_FILE: "{{ca.crt}}" },
    kubectl: unknownAuthority,
    onCluster: true,
  },
  {
    title: "an authority that is no certificate",
    files: only("server: '{{api}}', certificate-authority-data: aGVsbG8=", "token: t"),
    kubectl: { says: "error: unable to load root certificates: unable to parse bytes as PEM block" },
    onCluster: true,
  },
  {
    title: "an authority that cannot be read",
    files: only("server: '{{api}}', certificate-authority: gone.crt", "token: t"),
    kubectl: {
      says: "error: unable to read certificate-authority {{dir}}/gone.crt for c due to open {{dir}}/gone.crt: no such file or directory",
    },
    onCluster: true,
  },
  {
    title: "an authority beside insecure-skip-tls-verify",
    files: only(`${api}, insecure-skip-tls-verify: true`, "token: t"),
    kubectl: { says: "error: specifying a root certificates file with the insecure flag is not allowed" },
    onCluster: true,
  },
  {
    title: "--insecure-skip-tls-verify clears the kubeconfig's authority",
    files: only("server: '{{api}}', certificate-authority: {{other-ca.crt}}", alice),
    flags: ["--insecure-skip-tls-verify"],
    kubectl: { namespace: "default", certificate: "alice" },
  },
  {
    title: "--certificate-authority clears the kubeconfig's data and skipping",
    files: only(
      "server: '{{api}}', insecure-skip-tls-verify: true, certificate-authority-data: {{base64 other-ca.crt}}",
      alice,
    ),
    flags: ["--certificate-authority", "{{ca.crt}}"],
    kubectl: { namespace: "default", certificate: "alice" },
  },
  {
    title: "an intermediate as the authority ends the chain",
    files: only("server: '{{below-intermediate}}', certificate-authority: {{intermediate.crt}}", "token: t"),
    kubectl: { server: "below-intermediate", namespace: "default", authorization: "Bearer t" },
  },
  {
    title: "the server's own certificate as the authority",
    files: only("server: '{{api}}', certificate-authority: {{server.crt}}", "token: t"),
    kubectl: { namespace: "default", authorization: "Bearer t" },
  },
  {
    title: "a certificate for another address",
    files: only(`server: '{{wrong-name}}', ${authority}`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for 10.9.9.9, not 127.0.0.1",
    },
  },
  {
    title: "a certificate for another name",
    files: only(`server: 'https://localhost:{{port wrong-name}}', ${authority}`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for other.test, not localhost",
    },
  },
  {
    title: "a certificate without addresses",
    files: only(`server: '{{only-names}}', ${authority}`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    },
  },
  {
    title: "a certificate with a common name alone",
    files: only(`server: 'https://localhost:{{port common-name}}', ${authority}`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead",
    },
  },
  {
    title: "an expired certificate",
    files: only(`server: '{{expired}}', ${authority}`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
    },
  },
  {
    title: "tls-server-name",
    files: only(`server: '{{wrong-name}}', ${authority}, tls-server-name: other.test`, "token: t"),
    kubectl: {
      server: "wrong-name",
      namespace: "default",
      authorization: "Bearer t",
      serverName: "other.test",
    },
  },
  {
    title: "--server clears the kubeconfig's tls-server-name",
    files: only(`server: 'https://127.0.0.1:1', ${authority}, tls-server-name: other.test`, "token: t"),
    flags: ["--server", "https://localhost:{{port api}}"],
    kubectl: { namespace: "default", authorization: "Bearer t", serverName: "localhost" },
  },
];

const proxies: Configuration[] = [
  {
    title: "proxy-url over HTTP with a login",
    files: only(`${named}, proxy-url: 'http://us%40er:p%3Aw@127.0.0.1:{{port http proxy}}'`, "token: t"),
    kubectl: { ...through, via: "http api.cluster.test:{{port api}} us@er:p:w" },
  },
  {
    title: "proxy-url over HTTPS, checked by the cluster's authority",
    files: only(`${named}, proxy-url: 'https://127.0.0.1:{{port https proxy}}'`, "token: t"),
    kubectl: { ...through, via: "https api.cluster.test:{{port api}}" },
  },
  {
    title: "proxy-url over SOCKS5 with a login: the proxy resolves the name",
    files: only(`${named}, proxy-url: 'socks5://u:p@127.0.0.1:{{port socks proxy}}'`, "token: t"),
    kubectl: { ...through, via: "socks api.cluster.test:{{port api}} u:p" },
  },
  {
    title: "proxy-url holds for loopback addresses too",
    files: only(`${api}, proxy-url: 'socks5://127.0.0.1:{{port socks proxy}}'`, "token: t"),
    kubectl: { namespace: "default", authorization: "Bearer t", via: "socks 127.0.0.1:{{port api}}" },
  },
  {
    title: "proxy-url that refuses",
    files: only(`${named}, proxy-url: 'http://127.0.0.1:{{port denying proxy}}'`, "token: t"),
    kubectl: { says: "Unable to connect to the server: Proxy Authentication Required" },
  },
  {
    title: "proxy-url that is not there",
    files: only(`${named}, proxy-url: 'http://nowhere.invalid'`, "token: t"),
    kubectl: {
      says: "Unable to connect to the server: proxyconnect tcp: dial tcp: lookup nowhere.invalid: no such host",
    },
  },
  {
    title: "proxy-url of an unknown scheme",
    files: only(`${named}, proxy-url: 'ftp://127.0.0.1:1'`, "token: t"),
    kubectl: {
      says: `error: invalid 'proxy-url' "ftp://127.0.0.1:1" for cluster "c": unsupported scheme "ftp", must be http, https, or socks5`,
    },
    onCluster: true,
  },
  {
    title: "proxy-url without a scheme",
    files: only(`${named}, proxy-url: '127.0.0.1:1'`, "token: t"),
    kubectl: {
      says: `error: invalid 'proxy-url' "127.0.0.1:1" for cluster "c": could not parse: 127.0.0.1:1`,
    },
    ours: { says: `error: invalid 'proxy-url' "127.0.0.1:1" for cluster "c": could not parse` },
    because: "the URL stands there already, and may hold a password",
  },
  {
    title: "HTTPS_PROXY",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}}" },
  },
  {
    title: "https_proxy without a scheme",
    files: only(named, "token: t"),
    env: { https_proxy: "127.0.0.1:{{port http proxy}}" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}}" },
  },
  {
    title: "proxy-url wins over HTTPS_PROXY",
    files: only(`${named}, proxy-url: 'socks5://127.0.0.1:{{port socks proxy}}'`, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:1" },
    kubectl: { ...through, via: "socks api.cluster.test:{{port api}}" },
  },
  {
    title: "HTTPS_PROXY is not for loopback addresses",
    files: only(api, alice),
    env: { HTTPS_PROXY: "http://127.0.0.1:1" },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "NO_PROXY by domain and port",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}", NO_PROXY: "x, .cluster.test:{{port api}}" },
    kubectl: { says: "Unable to connect to the server: dial tcp: lookup api.cluster.test: no such host" },
  },
  {
    title: "HTTP_PROXY is not for HTTPS servers",
    files: only(named, "token: t"),
    env: { HTTP_PROXY: "http://127.0.0.1:{{port http proxy}}" },
    kubectl: { says: "Unable to connect to the server: dial tcp: lookup api.cluster.test: no such host" },
  },
  {
    title: "HTTP_PROXY relays plain HTTP",
    files: only("server: 'http://api.cluster.test:{{port plain}}'", "token: t"),
    env: { HTTP_PROXY: "http://u:p@127.0.0.1:{{port http proxy}}" },
    kubectl: { server: "plain", namespace: "default", via: "relay api.cluster.test:{{port plain}} u:p" },
  },
];

const account = { token: "inside\n", "ca.crt": "{{content ca.crt}}", namespace: "team-c\n" };
const inside = { namespace: "team-c", authorization: "Bearer inside" };
const pod = { KUBECONFIG: "", KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "{{port api}}" };

const inCluster: Configuration[] = [
  { title: "inside a Pod", env: pod, inCluster: account, kubectl: inside },
  {
    title: "inside a Pod with --namespace",
    env: pod,
    flags: ["-n", "team-a"],
    inCluster: account,
    kubectl: { ...inside, namespace: "team-a" },
  },
  {
    title: "inside a Pod with POD_NAMESPACE",
    env: { ...pod, POD_NAMESPACE: "team-b" },
    inCluster: account,
    kubectl: { ...inside, namespace: "team-b" },
  },
  {
    title: "inside a Pod with --token",
    env: pod,
    flags: ["--token", "flag"],
    inCluster: account,
    kubectl: { ...inside, authorization: "Bearer flag" },
  },
  {
    title: "inside a Pod with --certificate-authority",
    env: pod,
    flags: ["--certificate-authority", "{{other-ca.crt}}"],
    inCluster: account,
    kubectl: unknownAuthority,
  },
  {
    title: "inside a Pod with --as, which turns to localhost",
    env: pod,
    flags: ["--as", "me"],
    inCluster: account,
    kubectl: refused,
  },
  {
    title: "inside a Pod with --request-timeout, which turns to localhost",
    env: pod,
    flags: ["--request-timeout", "5"],
    inCluster: account,
    kubectl: refused,
  },
  {
    title: "inside a Pod with an empty kubeconfig",
    env: { ...pod, KUBECONFIG: "{{dir}}/config" },
    files: { config: "" },
    inCluster: account,
    kubectl: inside,
  },
  {
    title: "inside a Pod with a kubeconfig: its server, the Pod's namespace",
    env: { ...pod, KUBECONFIG: "{{dir}}/config" },
    files: only(api, alice),
    inCluster: account,
    kubectl: { namespace: "team-c", certificate: "alice" },
  },
  {
    title: "inside a Pod without ca.crt: the system's roots",
    env: pod,
    inCluster: { token: "inside" },
    kubectl: unknownAuthority,
  },
  {
    title: "inside a Pod without a port",
    env: { ...pod, KUBERNETES_SERVICE_PORT: "" },
    inCluster: account,
    kubectl: refused,
  },
  {
    title: "inside a Pod with an empty token",
    env: pod,
    inCluster: { ...account, token: "" },
    kubectl: {
      says: 'error: read empty token from file "/var/run/secrets/kubernetes.io/serviceaccount/token"',
    },
  },
];

export const configurations: readonly Configuration[] = [
  ...login,
  ...plugins,
  ...impersonation,
  ...files,
  ...selection,
  ...servers,
  ...proxies,
  ...inCluster,
  ...byFlag,
  ...byPath,
  ...byProxy,
];
