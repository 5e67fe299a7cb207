import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const INITIAL_SCRIPT_BYTES = 60 * 1024;
const INITIAL_STYLE_BYTES = 12 * 1024;

/** Fails the build when what the first page loads, compressed, is larger than the budget. */
function budget(): Plugin {
  return {
    name: "berth-budget",
    generateBundle(_options, bundle) {
      const initial = new Set<string>();
      const styles = new Set<string>();
      const visit = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== "chunk" || initial.has(name)) return;
        initial.add(name);
        chunk.viteMetadata?.importedCss.forEach((style) => styles.add(style));
        chunk.imports.forEach(visit);
      };
      Object.values(bundle).forEach((one) => {
        if (one.type === "chunk" && one.isEntry) visit(one.fileName);
      });
      const compressed = (names: Set<string>): number =>
        [...names].reduce((sum, name) => {
          const one = bundle[name];
          return sum + (one ? gzipSync(one.type === "chunk" ? one.code : one.source).length : 0);
        }, 0);
      const script = compressed(initial);
      const style = compressed(styles);
      if (script > INITIAL_SCRIPT_BYTES || style > INITIAL_STYLE_BYTES) {
        this.error(`the first page loads ${script} bytes of script and ${style} of style, more than the budget`);
      }
      this.info(`first page: ${script} bytes of script, ${style} of style (gzip)`);
    },
  };
}

export default defineConfig({
  plugins: [budget()],
  publicDir: false,
  build: {
    target: "es2023",
    cssTarget: ["chrome125", "firefox125", "safari17.5"],
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: "src/main.tsx" },
  },
  test: { include: ["src/**/*.spec.{ts,tsx}"] },
});
