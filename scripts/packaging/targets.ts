/** A Bun as it comes from npm. The integrity is the package's, as `npm view NAME@VERSION dist.integrity` shows it. */
export interface BunPackage {
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
  readonly bun: BunPackage;
}

const version = "1.4.5";

/** The packages called `-baseline`, for processors without AVX2, hold the same programs in this version. */
export const targets: readonly Target[] = [
  {
    os: "linux",
    arch: "amd64",
    bun: {
      name: "@oven/bun-linux-x64",
      version,
      integrity:
        "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
      program: "bin/bun",
    },
  },
  {
    os: "linux",
    arch: "arm64",
    bun: {
      name: "@oven/bun-linux-aarch64",
      version,
      integrity:
        "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
      program: "bin/bun",
    },
  },
  {
    os: "darwin",
    arch: "amd64",
    bun: {
      name: "@oven/bun-darwin-x64",
      version,
      integrity:
        "sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
      program: "bin/bun",
    },
  },
  {
    os: "darwin",
    arch: "arm64",
    bun: {
      name: "@oven/bun-darwin-aarch64",
      version,
      integrity:
        "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
      program: "bin/bun",
    },
  },
  {
    os: "windows",
    arch: "amd64",
    bun: {
      name: "@oven/bun-windows-x64",
      version,
      integrity:
        "sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
      program: "bin/bun.exe",
    },
  },
];

/** `linux_amd64`, as it stands in the names of archives. */
export const targetName = ({ os, arch }: Pick<Target, "os" | "arch">): string => `${os}_${arch}`;

export const programName = (os: Target["os"]): string => `kubectl-why_pull${os === "windows" ? ".exe" : ""}`;

/** The Bun that runs on this machine and makes the executables of all platforms. Throws where it would not be one of the pinned ones. */
export function builderBun(): BunPackage {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const own = targets.find((target) => target.os === process.platform && target.arch === arch);
  if (own?.os !== "linux") throw new Error("executables are made on Linux, amd64 or arm64");
  return own.bun;
}
