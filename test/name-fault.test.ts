import { expect, test } from "vitest";
import { nameFault } from "../src/rules/facts/name-fault.ts";

test.each([
  ["https://harbor.weft.test/loom/app:1", "harbor.weft.test/loom/app:1"],
  ["docker://loom/app", "loom/app"],
  [
    "https://harbor.weft.test/loom/app@sha256:abababababababababababababababababababababababababababababababab",
    "harbor.weft.test/loom/app@sha256:abababababababababababababababababababababababababababababababab",
  ],
  ["harbor.weft.test/loom/app:1 ", "harbor.weft.test/loom/app:1"],
  ["harbor.weft.test/loom/app: 1", "harbor.weft.test/loom/app:1"],
  ["harbor.weft.test / loom/app", "harbor.weft.test/loom/app"],
])("%s is meant as %s", (image, meant) => {
  expect(nameFault(image)?.meant).toBe(meant);
});

test.each([
  ["loom/app:", "no tag"],
  [":1.2", "before its tag"],
  ["/app:1.2", "first slash"],
  ["loom/app:4.5980468e+07", "a number"],
  ["loom/app:1e+06", "a number"],
  ["https://Harbor/Loom", "no scheme"],
  ["https://hub.weft.test/r/loom/app", "no scheme"],
  ["https://hub.weft.test:8443/r/loom/app", "no scheme"],
  ["https://hub.weft.test:8443", "no scheme"],
  ["loom latest", "white space"],
  ["harbor.weft.test/loom/app 1.0", "white space"],
])("of %s it says why, and not what is meant", (image, says) => {
  const fault = nameFault(image);
  expect(fault?.says).toContain(says);
  expect(fault).not.toHaveProperty("meant");
});

test.each(["loom/app:1e07", "localhost:5000/app", "loom/App:1", "loom/app:1+build", "loom//app:1"])(
  "of %s it says nothing",
  (image) => {
    expect(nameFault(image)).toBeUndefined();
  },
);
