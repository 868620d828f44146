/** RabbitMQ from the distribution's package, without letting the package start a service. */
import { existsSync } from "node:fs";
import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../processes/spawning.ts";

type Say = (line: string) => void;

const PACKAGE_FOLDER = "/usr/lib/rabbitmq/lib";
/** Asked by every Debian package before it starts its service; 101 forbids it. */
const POLICY_FILE = "/usr/sbin/policy-rc.d";
const POLICY = "#!/bin/sh\n# Written by tidings while it installs RabbitMQ.\nexit 101\n";
const INSTALL = ["install", "-y", "--no-install-recommends", "rabbitmq-server"];
/** Somebody else may be installing something. */
const WAIT_FOR_LOCK = ["-o", "DPkg::Lock::Timeout=120"];

/** Gives the folder that holds `sbin/rabbitmq-server`. Installs the package if it may. */
export async function installRabbitmq(say: Say): Promise<string> {
  const found = await findServer();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(
      `RabbitMQ is not in ${PACKAGE_FOLDER}. As root on Debian: apt-get ${INSTALL.join(" ")}\n` +
        "Or set TIDINGS_AMQP_URL to a broker that runs, or start Docker.",
    );
  }
  say(`Installing RabbitMQ: apt-get ${INSTALL.join(" ")}`);
  await withoutServices(aptInstall);
  const installed = await findServer();
  if (installed === undefined) {
    throw new Error(`The package rabbitmq-server brought nothing to ${PACKAGE_FOLDER}`);
  }
  return installed;
}

async function findServer(): Promise<string | undefined> {
  const names = await readdir(PACKAGE_FOLDER).catch(() => []);
  const name = newestServer(names);
  return name === undefined ? undefined : join(PACKAGE_FOLDER, name);
}

/** `rabbitmq_server-3.10.8`: the highest version by numbers, not by letters. */
export function newestServer(names: readonly string[]): string | undefined {
  return names
    .filter((name) => name.startsWith("rabbitmq_server-"))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);
}

/**
 * A fresh machine has no package lists, so a first failure may only mean that. It cannot be
 * interrupted: half an installation is worse than a wait.
 */
async function aptInstall(): Promise<void> {
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" } };
  const install = () => runTool("apt-get", [...WAIT_FOR_LOCK, ...INSTALL], options);
  await install().catch(async () => {
    await runTool("apt-get", ["update"], options);
    await install();
  });
}

async function withoutServices(install: () => Promise<void>): Promise<void> {
  const mine = !existsSync(POLICY_FILE);
  if (mine) {
    await writeFile(POLICY_FILE, POLICY);
    await chmod(POLICY_FILE, 0o755);
  }
  try {
    await install();
  } finally {
    if (mine) await rm(POLICY_FILE, { force: true });
  }
}
