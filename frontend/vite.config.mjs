/** The build: four entry points, one manifest that the pages' template tags read. */
import { defineConfig } from "vite";
import { licences } from "./licences.mjs";

export default defineConfig({
  base: "/static/",
  plugins: [licences()],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    // A source map would publish file names and comments: none is made.
    sourcemap: false,
    // CSP's default-src has no data: for fonts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        site: "src/entrypoints/site.ts",
        read: "src/entrypoints/read.ts",
        progress: "src/entrypoints/progress.ts",
        card: "src/entrypoints/card.ts",
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
  },
});
