import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { generatedFiles } from "../scripts/docs.ts";

const files = await generatedFiles();
const root = fileURLToPath(new URL("../", import.meta.url));

describe("the generated parts of the documentation", () => {
  test.for([...files])("are in step with the program: %s", ([path, text]) => {
    const now = existsSync(root + path) ? readFileSync(root + path, "utf8") : "";
    expect(now === text ? "in step" : `${path} is out of step: npm run docs writes it anew`).toBe("in step");
  });

  test("are filled in every page", () => {
    const empty = [...files].filter(
      ([path, text]) =>
        path.startsWith("docs/rules/") &&
        path !== "docs/rules/README.md" &&
        !/: header -->\n`[\s\S]+: example -->\nA case of the tests: /.test(text),
    );
    expect(empty.map(([path]) => path)).toEqual([]);
  });
});
