import { existedElsewhere } from "../claims/same-image.ts";
import { templateDifferences } from "../claims/template-difference.ts";
import { parseImageReference } from "../../pull/image-reference.ts";
import type { CauseId } from "../causes.ts";
import { runsRepository } from "../facts/running-before.ts";
import { endWaitingJob, officialInCache } from "../fix/image.ts";
import { nodeOf } from "./connect.ts";
import { loadCommand } from "../facts/distribution.ts";
import { hasNoList, hostOf } from "../facts/listed.ts";
import { isOfficialImage, isOpenToAll } from "../facts/node-login.ts";
import { cloudRegistry, isDockerHub, isOwnNode } from "../facts/registry.ts";
import { movedClaims, movedImage } from "../claims/moved-image.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";
import { templateVariable } from "../facts/template-variable.ts";

function repositoryOf(failed: FailedPull): string {
  const { reference } = failed.pull;
  return reference.ok ? reference.name : failed.pull.image.image;
}

function version(failed: FailedPull): string {
  const { reference } = failed.pull;
  if (!reference.ok) return "this reference";
  if (reference.digest !== undefined) return `digest ${reference.digest.slice(0, 19)}…`;
  return `tag ${reference.tag ?? "latest"}`;
}

/** The node has pulled another tag of it, so the repository exists. */
function repositoryKnown(failed: FailedPull): boolean {
  const { node } = failed.evidence;
  const { reference } = failed.pull;
  if (node.state !== "found" || !reference.ok) return false;
  return node.value.imageNames.some((name) => {
    const other = parseImageReference(name);
    return other.ok && other.name === reference.name;
  });
}

function movedFix(failed: FailedPull): readonly Fix[] {
  const advice = movedImage(failed.pull.reference);
  return advice === undefined
    ? []
    : [{ summary: `Change the image: ${advice}`, effect: "writes", lasting: true }];
}

/** A 404 to a HEAD request carries no sentence: an absent tag and an absent repository look the same. */
function mayBeRepository(failed: FailedPull): readonly CauseId[] {
  const isKnown = repositoryKnown(failed) || runsRepository(failed) !== undefined;
  return failed.failure.reading.namesMissing === "manifest" || isKnown ? [] : ["repository-not-found"];
}

/**
 * docker's first protocol knew no 401 for an image: whom nobody knows was told that there is none (docker before 1.10,
 * graph/pull_v1.go). Until 1.12 docker asks by it again after a 401 of the second, and tells of that only (distribution/pull.go).
 */
function mayBeHidden(failed: FailedPull): readonly CauseId[] {
  const { message } = failed.failure;
  if (!/\bError: image \S{1,512} not found\b/.test(message)) return [];
  const family = cloudRegistry(hostOf(failed));
  const { node } = failed.evidence;
  const isElsewhere = node.state === "found" && !isOwnNode(family, node.value.providerId);
  const nodeLogsIn = family?.nodesLogIn === "always" && !(isElsewhere && node.value.providerId !== undefined);
  switch (failed.pull.sent) {
    case "anonymous":
      return [nodeLogsIn ? "node-credential-failed" : "no-pull-secret"];
    case "unknown":
      return nodeLogsIn || isOpenToAll(failed) || !hasNoList(failed) ? [] : ["no-pull-secret"];
    default:
      return [];
  }
}

/** Docker Hub answers for an official image that there is none, or that it may not be seen, which comes to the same. */
function refusedOfficial(failed: FailedPull): boolean {
  return (
    isOfficialImage(failed) &&
    failed.failure.reading.kind !== "repository-not-found" &&
    failed.pull.sent !== "credential"
  );
}

function officialName({ pull: { reference } }: FailedPull): string {
  return reference.ok ? reference.repository.replace(/^library\//, "") : "?";
}

function imageWords({ pull: { image, reference } }: FailedPull): string {
  return reference.ok && !reference.hostGiven
    ? `The image ${image.image} names no host, so it is ${reference.name}.`
    : `The image is ${image.image}.`;
}

/** A name without a host is often that of an image which somebody built and never pushed. */
function officialFixes(failed: FailedPull): readonly Fix[] {
  const command = loadCommand(failed);
  const { policy } = failed.pull.image;
  const asks =
    policy === "Always"
      ? " and set imagePullPolicy IfNotPresent, since Always asks Docker Hub all the same"
      : "";
  if (command === undefined)
    return [
      {
        summary: `If it was built on your own machine: push it to a registry that the node reaches, or load it onto node ${nodeOf(failed)}${asks}.`,
        effect: "writes",
      },
    ];
  return [
    {
      summary: `If it was built on your own machine: load it onto the node${asks}.`,
      command,
      effect: "writes",
    },
  ];
}

/** Other registries whose names can stand in a repository's path, and Docker Hub's own repositories. */
const upstream =
  /\/(library|docker\.io|(?:registry-1|index)\.docker\.io|ghcr\.io|quay\.io|(?:[a-z]+\.)?gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|public\.ecr\.aws)\//;

/** The registry behind a cache, as the repository's path names it: a cache whose registry is away says that it has nothing. */
function cacheOf({ pull: { reference } }: FailedPull): string | undefined {
  if (!reference.ok || isDockerHub(reference.registry)) return undefined;
  const [, segment] = upstream.exec(`/${reference.repository}`.replace(/^\/library\//, "/")) ?? [];
  return segment === "library" ? "Docker Hub" : segment;
}

/** Of a repository that is not stored, which in a proxy project is one that could not be fetched as well. */
function isHarborsSentence({ failure: { message, reading } }: FailedPull): boolean {
  return (
    reading.namesMissing === "repository" &&
    /: repository [^\s/]+\/\S+ not found$/.test(message.trimEnd().slice(-600))
  );
}

function awayBehind(failed: FailedPull): readonly CauseId[] {
  return cacheOf(failed) === undefined ? [] : ["registry-server-error"];
}

function cacheClaims(failed: FailedPull): ReturnType<NonNullable<InnocentRow["claims"]>> {
  const behind = cacheOf(failed);
  return behind === undefined
    ? []
    : [
        claim(
          `By its path it is a cache of ${behind}; some caches say the same when they do not reach what is behind them, or may not.`,
          failed.pull.image.ref,
        ),
      ];
}

export const imageRows: readonly InnocentRow[] = [
  {
    id: "manifest-not-found",
    kind: "manifest-not-found",
    applies: (f) => templateVariable(f.pull.image.image) === undefined,
    summary: (f) =>
      mayBeRepository(f).length > 0
        ? `${hostOf(f)} has no ${version(f)} of ${repositoryOf(f)}, or no such repository.`
        : `${hostOf(f)} has no ${version(f)} of ${repositoryOf(f)}.`,
    claims: (f) => [
      claim(`The image is ${f.pull.image.image}.`, f.pull.image.ref),
      ...cacheClaims(f),
      ...movedClaims(f),
      ...existedElsewhere(f),
      ...templateDifferences(f),
    ],
    confirm: (f) =>
      `List the tags of ${repositoryOf(f)} at the registry${mayBeHidden(f).length > 0 ? ", with a login that may see them" : ""}: they tell whether the tag or the repository is absent.`,
    fixes: (f) => [
      ...movedFix(f),
      {
        summary: `Correct the tag or digest in the image, or push ${version(f)} to ${repositoryOf(f)}.${endWaitingJob(f)}`,
        effect: "writes",
      },
    ],
    rivals: (f) => [...mayBeRepository(f), ...mayBeHidden(f), ...awayBehind(f)],
  },
  {
    id: "repository-not-found",
    kind: ["repository-not-found", "auth-denied-or-missing-repo", "auth-required"],
    applies: (f) =>
      templateVariable(f.pull.image.image) === undefined &&
      (f.failure.reading.kind === "repository-not-found" || refusedOfficial(f)),
    confidence: (f) => (refusedOfficial(f) ? "likely" : "certain"),
    summary: (f) =>
      refusedOfficial(f)
        ? `Docker Hub has no official image ${officialName(f)}: docker.io/library holds Docker's own public images only.`
        : `${hostOf(f)} says that there is no repository ${repositoryOf(f)}.`,
    claims: (f) => [
      claim(imageWords(f), f.pull.image.ref),
      ...(refusedOfficial(f)
        ? [claim("Official images are open to all, so no login would change the answer.", f.failure.ref)]
        : []),
      ...cacheClaims(f),
      ...movedClaims(f),
      ...existedElsewhere(f),
      ...templateDifferences(f),
    ],
    confirm: (f) =>
      refusedOfficial(f)
        ? `Look for ${officialName(f)} among Docker's official images, or ask who built it where they pushed it.`
        : `Look for ${repositoryOf(f)} at the registry: account, project, region and spelling are parts of its name.`,
    fixes: (f) => [
      ...movedFix(f),
      ...(refusedOfficial(f) ? officialFixes(f) : []),
      {
        summary: `${
          refusedOfficial(f)
            ? `Or write the image as it was pushed: with its registry's host, or with the account of Docker Hub that owns it (docker.io/ACCOUNT/${officialName(f)}).`
            : `Correct the repository's name in the image, or create ${repositoryOf(f)} and push to it.`
        }${endWaitingJob(f)}`,
        effect: "writes",
      },
      ...(isHarborsSentence(f) ? officialInCache(f) : []),
    ],
    rivals: awayBehind,
  },
];
