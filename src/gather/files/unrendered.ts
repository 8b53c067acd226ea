import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { quote } from "../../text/shell-word.ts";
import { UserError } from "../../user-error.ts";

/**
 * Refuses a Helm chart, and a kustomization, whose files are not what would be applied: images, names and Secrets are put in when they are
 * rendered, and what stands in the files may be another image than the one that is deployed.
 */
export async function refuseUnrendered(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const inside = new Set([basename(name), ...(await entriesOf(name))]);
    if (inside.has("Chart.yaml"))
      throw new UserError(
        `${name} is a Helm chart, and its manifests are not made yet`,
        `Render it first: helm template NAME ${quote(folderOf(name))} | kubectl why-pull can-pull -f -`,
        3,
      );
    if (kustomizations.some((file) => inside.has(file)))
      throw new UserError(
        `${name} is a kustomization, which changes what its files say`,
        `Build it first: kubectl kustomize ${quote(folderOf(name))} | kubectl why-pull can-pull -f -`,
        3,
      );
  }
}

/** As kustomize recognises one (api/konfig, RecognizedKustomizationFileNames). */
const kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** The names in a folder; none where it is no folder, of which its reading will speak. */
async function entriesOf(name: string): Promise<readonly string[]> {
  try {
    return await readdir(name);
  } catch {
    return [];
  }
}

function folderOf(name: string): string {
  return /^(?:Chart|[Kk]ustomization)(?:\.ya?ml)?$/.test(basename(name))
    ? name.slice(0, -basename(name).length) || "."
    : name;
}
