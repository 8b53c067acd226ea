import { stringify } from "yaml";
import type { Json } from "../../evidence/field.ts";
import { admit } from "../../evidence/gate/admit.ts";

/** Objects as several YAML documents: a bundle is what kubectl would have printed, less all values of Secrets. */
export function toBundle(documents: readonly Json[]): string {
  return documents
    .filter((document) => document["kind"] !== undefined)
    .map((document) =>
      stringify(String(document["kind"]).endsWith("List") ? document : admit(document), {
        lineWidth: 0,
        aliasDuplicateObjects: false,
      }),
    )
    .join("---\n");
}
