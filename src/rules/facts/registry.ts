/**
 * Registries whose hosts tell how a node usually logs in to them, and how long their logins last. Only what the
 * provider's own naming fixes is keyed on: these suffixes cannot belong to anybody else.
 */
export interface RegistryFamily {
  readonly name: string;
  /** What usually logs the node in. */
  readonly nodeLogin?: string;
  /** What a node of that cloud has at the beginning of its spec.providerID. */
  readonly nodes?: string;
}

const families: readonly (RegistryFamily & { readonly host: RegExp })[] = [
  {
    name: "Amazon ECR",
    host: /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn|sc2s\.sgov\.gov|c2s\.ic\.gov)$/,
    nodeLogin: "the ecr-credential-provider with the node's IAM role",
    nodes: "aws:",
  },
  {
    name: "Azure Container Registry",
    host: /^[a-z0-9-]+(\.[a-z0-9-]+)*\.azurecr\.(io|cn|us|de)$/i,
    nodeLogin: "the acr-credential-provider with the kubelet's managed identity",
    nodes: "azure:",
  },
  {
    name: "Google Artifact Registry",
    host: /^([a-z0-9-]+-docker\.pkg\.dev|docker\.pkg\.dev|(([a-z]+\.)?gcr\.io))$/,
    nodeLogin: "the gcr provider with the node's service account",
    nodes: "gce:",
  },
];

/** The provider whose nodes log in by themselves, or undefined for a registry that knows only pull secrets. */
export function cloudRegistry(host: string): RegistryFamily | undefined {
  return families.find((family) => family.host.test(host));
}

/** The node belongs to the registry's own cloud, so that it is meant to log in by itself. */
export function isOwnNode(host: string, providerId: string | undefined): boolean {
  const nodes = cloudRegistry(host)?.nodes;
  return nodes !== undefined && providerId?.startsWith(nodes) === true;
}

export function isDockerHub(host: string): boolean {
  return host === "docker.io";
}

/** Host and port of a registry key. */
export function authorityOfKey(key: string): string {
  return key.replace(/^[a-z]+:\/\//i, "").split(/[/?#]/)[0] ?? "";
}
