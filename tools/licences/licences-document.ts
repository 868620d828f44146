/** As much of package-lock.json as is read. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  /** Not there when the services run. */
  readonly dev?: boolean;
}

/** Licences that may be used with Apache-2.0 without asking anybody, by their SPDX names. */
const TAKEN: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
  "Zlib",
]);
/** Of tools that are run, and whose code is in nothing that is given away. */
const TAKEN_FOR_TOOLS: ReadonlySet<string> = new Set([
  ...TAKEN,
  "MPL-2.0",
  "CC-BY-4.0",
  "Python-2.0",
]);

interface Used {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly isTool: boolean;
}

/** Every package of the lock file, once a version. */
function packagesOf({ packages }: Lock): readonly Used[] {
  const all = new Map<string, Used>();
  for (const [path, { version = "", license = "none said", dev = false }] of Object.entries(
    packages,
  )) {
    const name = path.split("node_modules/").at(-1) ?? "";
    if (name === "") continue;
    const key = `${name}@${version}`;
    const isTool = dev && (all.get(key)?.isTool ?? true);
    all.set(key, { name, version, licence: license, isTool });
  }
  return [...all.values()];
}

/** Whether one of an expression's choices, with all that it joins, is taken. */
function isTaken(licence: string, taken: ReadonlySet<string>): boolean {
  const choices = licence.replace(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((one) => taken.has(one.trim())));
}

/** Packages whose licence somebody has to look at. */
export function questionable(lock: Lock): readonly string[] {
  return packagesOf(lock)
    .filter(({ licence, isTool }) => !isTaken(licence, isTool ? TAKEN_FOR_TOOLS : TAKEN))
    .map(({ name, version, licence }) => `${name}@${version}: ${licence}`);
}

const HEAD = `# Licences

Made by \`npm run licences\` from package-lock.json: everything that \`npm ci\` may install, for all platforms. A test
fails when this is not true any more, or a licence comes that is not among those that may be used without asking.
`;

/** docs/licences.md. */
export function licencesDocument(lock: Lock): string {
  const packages = packagesOf(lock);
  const part = (title: string, isTool: boolean) => {
    const groups = Map.groupBy(
      packages.filter((one) => one.isTool === isTool),
      ({ licence }) => licence,
    );
    const rows = [...groups]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([licence, used]) => {
        const names = used.map(({ name, version }) => `${name} ${version}`).toSorted();
        return `| ${licence} | ${used.length} | ${names.join(", ")} |`;
      });
    return `## ${title}\n\n| licence | packages | which |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  };
  return [HEAD, part("When the services run", false), part("Tools and tests", true)].join("\n");
}
