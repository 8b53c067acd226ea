/**
 * Registries whose hosts tell how a node usually logs in to them. Only what the provider's own naming fixes is keyed
 * on: these suffixes cannot belong to anybody else.
 */
export interface RegistryFamily {
  readonly name: string;
  readonly cloud: string;
  /** What usually logs the node in. */
  readonly nodeLogin: string;
  /** As what kubelets up to this minor version logged in by themselves (pkg/credentialprovider/aws, azure, gcp). */
  readonly builtIn?: BuiltIn;
  /**
   * - `always`: nodes of that cloud log in by themselves, and nobody needs a pull secret
   * - `perhaps`: they do where somebody set it up; as usual is a pull secret
   */
  readonly nodesLogIn: "always" | "perhaps";
  /** The spec.providerID of that cloud's nodes. */
  readonly nodes: RegExp;
  /** Nobody is refused before having been asked for a login, so a 403 answers one. */
  readonly asksFirst?: true;
  /** A login that it does not know is told 401, a good one without the right 403. */
  readonly refusesApart?: true;
  /** It has one answer for both. */
  readonly refusesAlike?: true;
}

export interface BuiltIn {
  readonly upTo: number;
  readonly identity: string;
  /** What the node needs besides the identity's right to pull. */
  readonly also?: string;
}

const families: readonly (RegistryFamily & { readonly host: RegExp })[] = [
  {
    name: "Amazon ECR",
    cloud: "aws",
    host: /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn|sc2s\.sgov\.gov|c2s\.ic\.gov)$/,
    nodeLogin: "the ecr-credential-provider with the node's IAM role",
    builtIn: { upTo: 26, identity: "the node's IAM role" },
    nodesLogIn: "always",
    nodes: /^aws:/,
    asksFirst: true,
    refusesApart: true,
  },
  {
    name: "Azure Container Registry",
    cloud: "azure",
    host: /^[a-z0-9-]+(\.[a-z0-9-]+)*\.azurecr\.(io|cn|us|de)$/i,
    nodeLogin: "the acr-credential-provider with the kubelet's managed identity",
    // Switched off by default in 1.29.
    builtIn: { upTo: 28, identity: "the identity in the kubelet's azure.json" },
    nodesLogIn: "always",
    // Its firewall refuses before.
    nodes: /^azure:/,
    refusesAlike: true,
  },
  {
    name: "Google Artifact Registry",
    cloud: "google",
    host: /^([a-z0-9-]+-docker\.pkg\.dev|docker\.pkg\.dev|(([a-z]+\.)?gcr\.io))$/,
    nodeLogin: "the gcr provider with the node's service account",
    builtIn: {
      upTo: 28,
      identity: "the node's service account",
      also: "the node the scope devstorage.read_only",
    },
    nodesLogIn: "always",
    nodes: /^gce:/,
    asksFirst: true,
    refusesApart: true,
  },
  {
    name: "Yandex Container Registry",
    cloud: "yandex",
    host: /^cr\.(?:[a-z0-9-]+\.)?(?:yandex|cloud\.yandex\.net)$/,
    nodeLogin: "the node group's service account",
    nodesLogIn: "always",
    nodes: /^yandex:/,
  },
  {
    name: "Oracle's OCIR",
    cloud: "oracle",
    host: /^([a-z0-9-]+\.ocir\.io|ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com)$/,
    nodeLogin:
      "the credential provider for OCIR with the instance principal, which an IAM policy lets read the repository",
    nodesLogIn: "perhaps",
    nodes: /^(oci:\/\/|ocid1\.)/,
    refusesAlike: true,
  },
  {
    name: "Alibaba Cloud's ACR",
    cloud: "alibaba",
    host: /^(registry(-vpc|-internal)?\.[a-z0-9-]+\.aliyuncs\.com|([a-z0-9-]+\.)+cr\.aliyuncs\.com)$/,
    nodeLogin: "the credential helper for ACR with the node's RAM role",
    nodesLogIn: "perhaps",
    nodes: /^(alicloud:\/\/|[a-z]{2}-[a-z0-9-]+\.i-)/,
  },
  {
    name: "IBM Cloud Container Registry",
    cloud: "ibm",
    host: /^([a-z0-9-]+\.)*icr\.io$/,
    nodeLogin: "the cluster's Secret all-icr-io, which IBM puts into namespace default only",
    nodesLogIn: "perhaps",
    nodes: /^ibm:/,
  },
  {
    name: "DigitalOcean's registry",
    cloud: "digitalocean",
    host: /^registry\.digitalocean\.com$/,
    nodeLogin: "the cluster's registry integration (doctl kubernetes cluster registry add)",
    nodesLogIn: "perhaps",
    nodes: /^digitalocean:/,
  },
  {
    name: "Scaleway's registry",
    cloud: "scaleway",
    host: /^rg\.[a-z0-9-]+\.scw\.cloud$/,
    nodeLogin: "what whoever runs the cluster set up on its nodes",
    nodesLogIn: "perhaps",
    nodes: /^scaleway:/,
  },
  {
    name: "Tencent Cloud's TCR",
    cloud: "tencent",
    host: /^([a-z0-9-]+\.tencentcloudcr\.com|[a-z]*ccr\.ccs\.tencentyun\.com)$/,
    nodeLogin: "the cluster's TCR add-on",
    nodesLogIn: "perhaps",
    nodes: /^qcloud:/,
  },
];

/** The provider of a cloud whose nodes may log in by themselves, or undefined for a registry that knows only pull secrets. */
export function cloudRegistry(host: string): RegistryFamily | undefined {
  return families.find((family) => family.host.test(host));
}

/** The node belongs to the registry's own cloud. */
export function isOwnNode(family: RegistryFamily | undefined, providerId: string | undefined): boolean {
  return family?.nodes.test(providerId ?? "") === true;
}

/** It sends everybody to a token server, so whoever asks for Basic is somebody else: a mirror or a proxy. */
export function asksForTokens(host: string): boolean {
  return opensToStrangers(host) || ["google", "azure"].includes(cloudRegistry(host)?.cloud ?? "");
}

/** It gives everybody what is public, so a stranger whom it refuses asks for what is private, or for what is not there. */
export function opensToStrangers(host: string): boolean {
  return isDockerHub(host) || /^(?:ghcr\.io|quay\.io|registry\.gitlab\.com)$/.test(host);
}

/** Stores of the same providers, where registries keep blobs and to which they send whoever pulls. */
const publicSuffixes =
  /(?:^|\.)(?:docker\.(?:io|com)|s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?|googleapis\.com|core\.windows\.net|cloudfront\.net|cloudflarestorage\.com)$/;

/** Everybody's: its name and its certificate are right for all others, so what is wrong with them is between it and the node. */
export function isPublicHost(host: string): boolean {
  const name = host.replace(/:443$/, "").toLowerCase();
  return (
    publicSuffixes.test(name) ||
    takesNoLogins(name) ||
    asksForTokens(name) ||
    /^(?:public\.ecr\.aws|nvcr\.io)$/.test(name) ||
    cloudRegistry(name) !== undefined
  );
}

/** All that it has is open to everybody, so a login is never what is missing. k8s.gcr.io is registry.k8s.io's first name. */
export function takesNoLogins(host: string): boolean {
  return /^(?:registry\.k8s\.io|k8s\.gcr\.io|mcr\.microsoft\.com)$/.test(host);
}

/** It serves what was pushed to it and nothing of another registry's, so what it answers is its own. */
export function isNoCache(host: string): boolean {
  return /^(?:(?:(?:registry-1|index|auth)\.)?docker\.io|ghcr\.io|public\.ecr\.aws|registry\.gitlab\.com)$/.test(
    host,
  );
}

export function isDockerHub(host: string): boolean {
  return host === "docker.io";
}

/** Host and port of a registry key. */
export function authorityOfKey(key: string): string {
  return key.replace(/^[a-z]+:\/\//i, "").split(/[/?#]/)[0] ?? "";
}
