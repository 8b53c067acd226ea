import type { Environment } from "../environment.ts";
import { fileWords, quoted } from "../answer/go-words.ts";
import type { Cluster, ExecConfig, User } from "./entries.ts";
import { proxyComplaint } from "../http/proxy.ts";
import { withoutUserInfo } from "../http/server-url.ts";

function unreadable(environment: Environment, path: string): string | undefined {
  try {
    environment.readFile(path);
    return undefined;
  } catch (error) {
    return fileWords(error, path);
  }
}

/** What kubectl says against a cluster before it uses it, each as it words it. clientcmd/validation.go, client-go 0.36. */
export function clusterComplaints(name: string, cluster: Cluster, environment: Environment): string[] {
  const complaints: string[] = [];
  const { proxyUrl, certificateAuthority: file } = cluster;
  if (cluster.server === undefined)
    complaints.push(
      name === "" ? "default cluster has no server defined" : `no server found for cluster ${quoted(name)}`,
    );
  const proxy = proxyUrl === undefined ? undefined : proxyComplaint(proxyUrl);
  if (proxyUrl !== undefined && proxy !== undefined)
    complaints.push(
      `invalid 'proxy-url' ${quoted(withoutUserInfo(proxyUrl))} for cluster ${quoted(name)}: ${proxy}`,
    );
  if (file !== undefined && cluster.certificateAuthorityData !== undefined)
    complaints.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
    );
  const problem = file === undefined ? undefined : unreadable(environment, file);
  if (problem !== undefined)
    complaints.push(`unable to read certificate-authority ${file} for ${name} due to ${problem}`);
  return complaints;
}

function certificateComplaints(name: string, user: User, environment: Environment): string[] {
  const complaints: string[] = [];
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData } = user;
  if (clientCertificate === undefined && clientCertificateData === undefined) return [];
  if (clientCertificate !== undefined && clientCertificateData !== undefined)
    complaints.push(
      `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
    );
  if (clientKey !== undefined && clientKeyData !== undefined)
    complaints.push(
      `client-key-data and client-key are both specified for ${name}; client-key-data will override`,
    );
  if (clientKey === undefined && clientKeyData === undefined)
    complaints.push(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  for (const [kind, path] of [
    ["client-cert", clientCertificate],
    ["client-key", clientKey],
  ] as const) {
    const problem = path === undefined ? undefined : unreadable(environment, path);
    if (problem !== undefined)
      complaints.push(`unable to read ${kind} ${path} for ${name} due to ${problem}`);
  }
  return complaints;
}

function execComplaints(name: string, exec: ExecConfig): string[] {
  const must = (what: string): string =>
    `${what} must be specified for ${name} to use exec authentication plugin`;
  const mode = exec.interactiveMode;
  return [
    ...(exec.command === "" ? [must("command")] : []),
    ...(exec.apiVersion === "" ? [must("apiVersion")] : []),
    ...exec.env.filter((one) => one.name === "").map(() => must("env variable name")),
    ...(mode === "" ? [must("interactiveMode")] : []),
    ...(["", "Never", "IfAvailable", "Always"].includes(mode)
      ? []
      : [`invalid interactiveMode for ${name}: ${quoted(mode)}`]),
  ];
}

/** What kubectl says against a user before it uses it. */
export function userComplaints(name: string, user: User, environment: Environment): string[] {
  const methods = [
    ...(user.token === undefined ? [] : ["token"]),
    ...(user.username === undefined && user.password === undefined ? [] : ["basicAuth"]),
  ];
  const impersonates =
    user.impersonateUid !== undefined ||
    user.impersonateGroups !== undefined ||
    user.impersonateUserExtra !== undefined;
  return [
    ...certificateComplaints(name, user, environment),
    ...(user.exec !== undefined && user.authProvider !== undefined
      ? [`authProvider cannot be provided in combination with an exec plugin for ${name}`]
      : []),
    ...(user.exec === undefined ? [] : execComplaints(name, user.exec)),
    ...(methods.length > 1
      ? [
          `more than one authentication method found for ${name}; found [${methods.join(" ")}], only one is allowed`,
        ]
      : []),
    ...(impersonates && user.impersonate === undefined
      ? [`requesting uid, groups or user-extra for ${name} without impersonating a user`]
      : []),
  ];
}
