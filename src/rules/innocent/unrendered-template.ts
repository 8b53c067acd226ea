import { claim, type Rule } from "../rule.ts";
import { ranBefore } from "../claims/running-before.ts";
import { undo } from "../fix/undo.ts";
import { said } from "../facts/listed.ts";
import { templateVariable } from "../facts/template-variable.ts";

/** A value that a template or a pipeline never filled in, left in the image reference. */
export const unrenderedTemplate: Rule = {
  id: "unrendered-template",
  explains: [
    "invalid-image-name",
    "manifest-not-found",
    "repository-not-found",
    "auth-denied-or-missing-repo",
  ],
  check: (failed) => {
    const { image, reference } = failed.pull;
    const left = templateVariable(image.image);
    if (left === undefined) return undefined;
    return {
      confidence: reference.ok ? "likely" : "certain",
      summary: `"${left}" was left in the image reference ${image.image}: a template variable that nothing filled in.`,
      because: [claim(`The image is "${image.image}".`, image.ref), said(failed), ...ranBefore(failed)],
      confirm:
        "Look at what the chart or pipeline rendered: helm template, kustomize build, or the job's variables.",
      fixes: [
        ...undo(failed),
        { summary: "Give the template the value it lacks and apply it again.", effect: "writes" },
      ],
      rivals: reference.ok ? ["manifest-not-found"] : [],
    };
  },
};
