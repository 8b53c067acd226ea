import { type Configuration, named, only, through } from "./configuration.ts";

const noName = { says: "Unable to connect to the server: dial tcp: lookup api.cluster.test: no such host" };

/** What Go's net/http and client-go know of proxies beyond the usual. */
export const byProxy: readonly Configuration[] = [
  {
    title: "HTTPS_PROXY over SOCKS5",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "socks5://127.0.0.1:{{port socks proxy}}" },
    kubectl: { ...through, via: "socks api.cluster.test:{{port api}}" },
  },
  {
    title: "HTTPS_PROXY with a login",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://u:p@127.0.0.1:{{port http proxy}}" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}} u:p" },
  },
  {
    title: "HTTPS_PROXY wins over https_proxy",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}", https_proxy: "http://127.0.0.1:1" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}}" },
  },
  {
    title: "ALL_PROXY is not for Go",
    files: only(named, "token: t"),
    env: { ALL_PROXY: "http://127.0.0.1:{{port http proxy}}" },
    kubectl: noName,
  },
  {
    title: "NO_PROXY=*",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}", NO_PROXY: "*" },
    kubectl: noName,
  },
  {
    title: "NO_PROXY of a parent domain without its dot",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}", no_proxy: "test" },
    kubectl: noName,
  },
  {
    title: "NO_PROXY of another port",
    files: only(named, "token: t"),
    env: { HTTPS_PROXY: "http://127.0.0.1:{{port http proxy}}", NO_PROXY: "api.cluster.test:1" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}}" },
  },
  {
    title: "proxy-url is not for NO_PROXY to decide",
    files: only(`${named}, proxy-url: 'http://127.0.0.1:{{port http proxy}}'`, "token: t"),
    env: { NO_PROXY: "*" },
    kubectl: { ...through, via: "http api.cluster.test:{{port api}}" },
  },
  {
    title: "proxy-url relays plain HTTP",
    files: only(
      "server: 'http://api.cluster.test:{{port plain}}', proxy-url: 'http://127.0.0.1:{{port http proxy}}'",
      "token: t",
    ),
    kubectl: { server: "plain", namespace: "default", via: "relay api.cluster.test:{{port plain}}" },
  },
  {
    title: "proxy-url of SOCKS5 with names, which clientcmd does not know",
    files: only(`${named}, proxy-url: 'socks5h://127.0.0.1:1'`, "token: t"),
    kubectl: {
      says: `error: invalid 'proxy-url' "socks5h://127.0.0.1:1" for cluster "c": unsupported scheme "socks5h", must be http, https, or socks5`,
    },
    onCluster: true,
  },
];
