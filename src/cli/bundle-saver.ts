import type { Json } from "../evidence/field.ts";
import { printable } from "../text/printable.ts";
import type { DiagnoseFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** What writes the bundle that --save-bundle asks for, and says so. Throws UserError at once where it would take the place of what is read. */
export async function bundleSaver(
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<(documents: readonly Json[]) => void> {
  const file = flags.saveBundle;
  if (file === undefined) return () => undefined;
  const { refuseInput, saveBundle } = await import("../gather/files/save-bundle.ts");
  refuseInput(file, inputsOf(flags, terminal));
  return (documents) => terminal.complain(printable(`${saveBundle(file, documents)}\n`));
}

/** Files that the program reads, which a bundle must not take the place of. */
function inputsOf(flags: DiagnoseFlags, { env }: Terminal): readonly string[] {
  const {
    filename = [],
    credentialProviderConfig,
    kubeconfig,
    clientKey,
    clientCertificate,
    certificateAuthority,
  } = flags;
  const named = [credentialProviderConfig, kubeconfig, clientKey, clientCertificate, certificateAuthority];
  const own = (env["KUBECONFIG"] ?? "").split(process.platform === "win32" ? ";" : ":");
  const home = env["HOME"] === undefined ? [] : [`${env["HOME"]}/.kube/config`];
  return [...filename, ...named.filter((file) => file !== undefined), ...own, ...home].filter(
    (file) => file !== "" && file !== "-",
  );
}
