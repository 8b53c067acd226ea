import { configDefaults, defineConfig } from "vitest/config";

/** `--mode all` runs the long property suites, too: thousands of damaged, hostile and secret inputs. */
export default defineConfig(({ mode }) => ({
  test: {
    testTimeout: 60_000,
    exclude: mode === "all" ? configDefaults.exclude : [...configDefaults.exclude, "test/properties/**"],
  },
}));
