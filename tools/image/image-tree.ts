import { execFile } from "node:child_process";
import { cp, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a service is made of, below the checkout. Its packages come beside these. */
const SOURCES = ["services", "population", "erasure", "gen", "package.json"];
/** What the console is made of besides: the commands and reports that it shows. */
const OF_CONSOLE = [
  "console",
  ...["calls/plan", "live", "measure", "report", "results"].map((room) => `loadtest/${room}`),
  ...["dead-letters", "mesh", "timeline"].map((room) => `tools/${room}`),
];
/** What takes and restores backups: for who has the image alone. */
const OF_BACKUPS = ["backup", "command-line", "restore"].map((room) => `tools/${room}`);
const NODE = "usr/local/bin/node";
/** What no process reads: types, maps, words, and tests. */
const NEEDLESS =
  /\.(d\.[cm]?ts|map|md|markdown|flow|test\.ts)$|(^|\/)(testing|testdata|tests?|__tests__|examples?|benchmarks?|docs|\.github)(\/|$)/;
const TYPES = /(^|\/)node_modules\/@types(\/|$)/;
/** The packages that bring Node: the program alone goes into the image. */
const NODE_PACKAGE = /(^|\/)node_modules\/node(\/|$)/;

/** Whether a file or folder of the checkout belongs into the image. `path` is below the checkout. */
export function isWanted(path: string): boolean {
  const posix = path.split(sep).join("/");
  return !NEEDLESS.test(posix) && !TYPES.test(posix) && !NODE_PACKAGE.test(posix);
}

/** Makes the files of the image that deploy/Dockerfile builds, below `out`; gives their bytes. */
export async function makeImageTree(root: string, out: string): Promise<number> {
  const app = join(out, "app");
  await mkdir(app, { recursive: true });
  const copy = (path: string) =>
    cp(join(root, path), join(app, path), {
      recursive: true,
      filter: (from) =>
        isWanted(relative(root, from)) && !isOthers(relative(join(root, path), from)),
    });
  const sources = [...SOURCES, ...OF_CONSOLE, ...OF_BACKUPS];
  for (const path of [...sources, ...(await packages(root))]) await copy(path);
  await mkdir(join(out, "usr/local/bin"), { recursive: true });
  await cp(await realpath(join(root, "node_modules/node/bin/node")), join(out, NODE));
  return bytesOf(out);
}

/** Folders of the packages that services need, below the checkout: npm knows which. */
async function packages(root: string): Promise<readonly string[]> {
  const { stdout } = await run("npm", ["ls", "--omit=dev", "--all", "--parseable"], { cwd: root });
  const folders = stdout.split("\n").filter((line) => line.startsWith(root) && line !== root);
  return [...new Set(folders.map((folder) => relative(root, folder)))].filter(isWanted);
}

/** Packages within a package are copied when npm names them, and else not needed. */
const isOthers = (below: string) => below === "node_modules";

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
