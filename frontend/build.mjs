// Builds static/ from these sources: `npm ci && npm run build`. Needed by nobody who only runs or tests.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const modules = join(here, "node_modules");
for (const folder of ["css", "js", "fonts", "img"]) mkdirSync(join(out, folder), { recursive: true });

const { css } = sass.compile(join(here, "scss", "vs.scss"), {
  loadPaths: [modules, join(here, "scss")],
  style: "expanded",
  quietDeps: true,
});
const smaller = await esbuild.transform(css, { loader: "css", minify: true, target: "chrome100" });
const licence = "/* Contains GOV.UK Frontend, MIT licence: see static/LICENCES.txt */\n";
writeFileSync(join(out, "css", "vs.css"), licence + smaller.code);

const shared = { bundle: true, minify: true, target: "es2021", legalComments: "none" };
await esbuild.build({
  ...shared,
  entryPoints: [join(here, "js", "app.js")],
  outfile: join(out, "js", "app.js"),
  format: "esm",
});
await esbuild.build({
  ...shared,
  entryPoints: [join(here, "js", "boot.js")],
  outfile: join(out, "js", "boot.js"),
  format: "iife",
});
copyFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "js", "htmx.min.js"));
for (const folder of ["fonts", "img"]) {
  for (const name of readdirSync(join(here, folder))) {
    copyFileSync(join(here, folder, name), join(out, folder, name));
  }
}
copyFileSync(join(here, "LICENCES.txt"), join(out, "LICENCES.txt"));
mkdirSync(join(here, "..", "tests", "browser"), { recursive: true });
copyFileSync(
  join(modules, "axe-core", "axe.min.js"),
  join(here, "..", "tests", "browser", "axe.min.js"),
);

const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"))).version;
const python = process.env.PYTHON ?? "python3";
const sources = execFileSync(python, ["-B", join(here, "hash_sources.py")], { encoding: "utf8" }).trim();
const build = {
  sources,
  "govuk-frontend": version("govuk-frontend"),
  "htmx.org": version("htmx.org"),
  "axe-core": version("axe-core"),
};
writeFileSync(join(out, "build.json"), JSON.stringify(build, null, 2) + "\n");
console.log(JSON.stringify(build));
