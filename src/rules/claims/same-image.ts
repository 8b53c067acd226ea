import type { RunningImage } from "../../evidence/running-images.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** Another Pod that runs the very image; on another node where there is one, since nodes differ in logins and content. */
function runsElsewhere(failed: FailedPull): RunningImage | undefined {
  const { pod, running } = failed.evidence;
  const others = (running.get(failed.pull.image.image) ?? []).filter(
    ({ ref }) => ref.name !== pod.name || ref.namespace !== pod.namespace,
  );
  return others.find(({ node }) => node !== pod.node) ?? others[0];
}

function nameOf(failed: FailedPull, { ref }: RunningImage): string {
  return ref.namespace === failed.evidence.pod.namespace ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** Where a login lacks or is refused: that another Pod has the image shows what differs. */
export function openedElsewhere(failed: FailedPull): readonly Claim[] {
  const other = runsElsewhere(failed);
  if (other === undefined) return [];
  const secrets = other.pullSecrets.filter((name) => !failed.evidence.pod.pullSecrets.includes(name));
  const how =
    secrets.length > 0
      ? `it names pull secret ${secrets.join(", ")}`
      : `${other.node} has a login for it, or had the image already`;
  return [claim(`Pod ${nameOf(failed, other)} runs this image on node ${other.node}: ${how}.`, other.ref)];
}

/** Where the registry has no such tag: it had one when another Pod pulled it, so it was deleted or the path differs. */
export function existedElsewhere(failed: FailedPull): readonly Claim[] {
  const other = runsElsewhere(failed);
  if (other === undefined) return [];
  return [
    claim(
      `Pod ${nameOf(failed, other)} runs this image on node ${other.node}, so it has existed, or was loaded there.`,
      other.ref,
    ),
  ];
}

/** Where content is at fault: what runs on another node is sound, and unless the tag has moved since, this node or its way is not. */
export function soundElsewhere(failed: FailedPull): readonly Claim[] {
  const other = runsElsewhere(failed);
  if (other === undefined || other.node === failed.evidence.pod.node) return [];
  return [
    claim(
      `Pod ${nameOf(failed, other)} runs this image on node ${other.node}, so what was pulled there is sound.`,
      other.ref,
    ),
  ];
}
