/**
 * Joins what the command line loads into few files: reading hundreds of small ones takes longer than checking a config.
 * The entries stay where TypeScript's compiler has written them, their parts lie beside them.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join("dist", "src", "commands");
const entries = ["index", "not-found", "execute"].map((name) => join(folder, `${name}.js`));

/** Libraries of many small files that all commands load; the others are found in `node_modules` as ever. */
const joined = ["@oclif/core", "chevrotain"];

/** A joined file still knows where it was: files of ours are found from there. */
const whereabouts = {
  name: "whereabouts",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]dist[\\/](src|grammar)[\\/].*\.js$/ }, ({ path }) => {
      const place = relative(join(root, folder), path).split(sep).join("/");
      const own = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
      const text = readFileSync(path, "utf8");
      return { contents: text.replaceAll("import.meta.url", own), resolveDir: dirname(path) };
    });
  },
};

/** oclif looks for commands in folders with this, and ours are a list. */
const withoutGlob = {
  name: "without-glob",
  setup: ({ onResolve, onLoad }) => {
    const namespace = "without-glob";
    onResolve({ filter: /^tinyglobby$/ }, ({ path, importer }) =>
      importer.includes("@oclif") ? { path, namespace } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, () => ({ contents: "module.exports = {};" }));
  },
};

/** CommonJS libraries ask for Node's own modules by `require`. */
const banner = `import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url), __filename = new URL(import.meta.url).pathname, __dirname = __filename;`;

export async function joinCommands() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const external = Object.keys(dependencies).filter((name) => !joined.includes(name));
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outbase: "dist",
    outdir: "dist",
    chunkNames: "src/commands/part-[hash]",
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    sourcesContent: false,
    external: external.flatMap((name) => [name, `${name}/*`]),
    banner: { js: banner },
    plugins: [whereabouts, withoutGlob],
    logLevel: "warning",
  });
}
