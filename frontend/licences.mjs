/** Writes `licences.txt` beside the built scripts: every package in them with its licence, as the licences ask. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "licences.txt";
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
const HEAD = `The scripts of these pages contain the packages below, as their authors published them.
Each is named with its version and licence; its own licence text follows.`;
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The Vite plugin; the build fails at a package whose licence text can't be given. */
export function licences() {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
      const source = licencesOf(chunks.flatMap(({ modules }) => Object.keys(modules)));
      this.emitFile({ type: "asset", fileName: FILE, source });
    },
  };
}

/** The text for the packages that these module files belong to. */
export function licencesOf(modules) {
  const folders = modules.flatMap((id) => PACKAGE.exec(id.replace(/^\0/, ""))?.[0] ?? []);
  const parts = [...new Set(folders)].sort().map(describe);
  return `${[HEAD, ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

function describe(folder) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${about.name} ${about.version} (${about.license})\n\n${textOf(folder, about)}`;
}

/** The package's licence file, else what its README says under "License", else the MIT text where it names that. */
function textOf(folder, about) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (names.length > 0)
    return names
      .sort()
      .map((name) => read(folder, name))
      .join("\n\n");
  const readme = existsSync(join(folder, "README.md")) ? read(folder, "README.md") : "";
  const section = /^(?:#+ *)?licen[cs]e\b.*\n[\s\S]*permission is hereby granted[\s\S]*$/im.exec(
    readme,
  );
  if (section) return section[0];
  if (about.license !== "MIT") throw new Error(`${about.name} brings no text of its licence.`);
  const from = about.repository?.url ?? about.repository ?? about.homepage ?? "npm";
  return `Copyright (c) the authors of ${about.name} (${from}; the package has no notice of its own)\n\n${MIT}`;
}

function read(folder, name) {
  return readFileSync(join(folder, name), "utf8").trim();
}
