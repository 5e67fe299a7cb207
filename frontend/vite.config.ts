import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const INITIAL_SCRIPT_BYTES = 45 * 1024;
const INITIAL_STYLE_BYTES = 12 * 1024;
const LATER_SCRIPT_BYTES = 25 * 1024;
/** The terminal is as large as it is. */
const LATER_EXCEPTIONS: Readonly<Record<string, number>> = { Terminal: 90 * 1024 };

/** Fails the build when what the first page loads, or what one tab loads later, is larger, compressed, than the budget. */
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
      Object.values(bundle).forEach((one) => {
        if (one.type !== "chunk" || initial.has(one.fileName)) return;
        const later = compressed(new Set([one.fileName]));
        const most = LATER_EXCEPTIONS[one.name] ?? LATER_SCRIPT_BYTES;
        if (later > most) this.error(`${one.fileName} has ${later} bytes of script, more than its budget of ${most}`);
      });
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
