import { alice, api, config, type Configuration, only, plugin, printing, refused } from "./configuration.ts";

/** Paths are those of the file that they stand in. */
export const byPath: readonly Configuration[] = [
  {
    title: "an authority and certificates by paths relative to the kubeconfig",
    files: {
      "sub/config": config(
        "server: '{{api}}', certificate-authority: tls/ca",
        "client-certificate: tls/crt, client-key: ../key",
      ),
      "sub/tls/ca": "{{content ca.crt}}",
      "sub/tls/crt": "{{content alice.crt}}",
      key: "{{content alice.key}}",
    },
    env: { KUBECONFIG: "{{dir}}/sub/config" },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "paths of the second file are relative to the second file",
    files: {
      "one/config": `current-context: main\ncontexts: [{name: main, context: {cluster: c, user: u}}]\n`,
      "two/config": config("server: '{{api}}', certificate-authority: ca", "tokenFile: token"),
      "two/ca": "{{content ca.crt}}",
      "two/token": "{{token}}",
    },
    env: { KUBECONFIG: "{{dir}}/one/config:{{dir}}/two/config" },
    kubectl: { namespace: "default", authorization: "Bearer {{token}}" },
    onCluster: true,
  },
  {
    title: "--kubeconfig relative to the current folder",
    files: {
      "sub/config": config("server: '{{api}}', certificate-authority: ca", alice),
      "sub/ca": "{{content ca.crt}}",
    },
    flags: ["--kubeconfig", "sub/config"],
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a tilde in $KUBECONFIG is a letter like others",
    files: { ".kube/config": config(api, alice) },
    env: { KUBECONFIG: "~/.kube/config" },
    kubectl: refused,
  },
  {
    title: "a credential plugin by a path relative to the kubeconfig",
    files: {
      "sub/config": config(
        api,
        `exec: {command: ../plugin, ${plugin}, env: [{name: CERT, value: '{{alice.crt}}'}, {name: KEY, value: '{{alice.key}}'}]}`,
      ),
    },
    env: { KUBECONFIG: "{{dir}}/sub/config" },
    kubectl: { namespace: "default", certificate: "alice" },
    onCluster: true,
  },
  {
    title: "a credential plugin whose token has white space around it",
    files: only(api, printing('{"token":" t "}')),
    kubectl: { namespace: "default", authorization: "Bearer  t" },
  },
  {
    title: "an authority both as data and as a file",
    files: only(
      "server: '{{api}}', certificate-authority: {{other-ca.crt}}, certificate-authority-data: {{base64 ca.crt}}",
      alice,
    ),
    kubectl: {
      says: "error: certificate-authority-data and certificate-authority are both specified for c. certificate-authority-data will override.",
    },
    onCluster: true,
  },
  {
    title: "an authority as data beside a file that is not there",
    files: only(
      "server: '{{api}}', certificate-authority: nowhere, certificate-authority-data: {{base64 ca.crt}}",
      alice,
    ),
    kubectl: {
      says: "Error in configuration: \n* certificate-authority-data and certificate-authority are both specified for c. certificate-authority-data will override.\n* unable to read certificate-authority {{dir}}/nowhere for c due to open {{dir}}/nowhere: no such file or directory",
    },
    onCluster: true,
  },
];
