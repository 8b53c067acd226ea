import { pathOf } from "../gather/cluster/api-paths.ts";
import type { Reader } from "../gather/cluster/reader.ts";
import type { Scope, Target } from "../gather/cluster/scope.ts";

/**
 * That there is no Pod at all is another answer than that none fails: the namespace may be misspelt, and who may not
 * read Namespaces gets an empty list for it (kubectl: "No resources found in shpo namespace.", exit code 0).
 */
export function noPods(reader: Reader, targets: readonly Target[], scope: Scope): string {
  const { namespace, selector, fieldSelector } = scope;
  const [target] = targets;
  if (target !== undefined) return `there are no Pods on ${target.kind.toLowerCase()} ${target.name}.`;
  const place = namespace === undefined ? "in the cluster" : `in namespace ${namespace}`;
  const isSeen =
    namespace === undefined || reader.found(pathOf("Namespace", undefined, namespace)) !== undefined;
  const doubt = isSeen ? "" : " Whether there is such a namespace could not be read.";
  return selector === undefined && fieldSelector === undefined
    ? `there are no Pods ${place}.${doubt}`
    : `no Pod ${place} fits the selector.${doubt}`;
}
