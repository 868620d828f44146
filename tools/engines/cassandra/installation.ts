/** Cassandra's jars through Maven, once per user, and the Java that runs them. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runTool } from "../processes/spawning.ts";

export interface CassandraInstallation {
  readonly jars: string;
  readonly agent: string;
  readonly java: string;
}

type Say = (line: string) => void;

const POM = join(import.meta.dirname, "pom.xml");
const JAVA_VERSIONS = ["17", "11"]; // what Cassandra 5.0 runs on
const JAVA_ON_DEBIAN = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java";

/** Finds Java, and the jars in the cache or through Maven (100 jars, 67 MB). */
export async function installCassandra(
  cacheDir: string,
  say: Say,
  signal?: AbortSignal,
): Promise<CassandraInstallation> {
  const java = await findJava();
  const version = parsePomVersion(await readFile(POM, "utf8"));
  const jars = join(cacheDir, `cassandra-${version}`);
  if (!existsSync(jars)) {
    say(`Fetching Cassandra ${version} through Maven, once, to ${jars}`);
    await fetchJars(jars, signal);
  }
  return { jars, agent: join(jars, findAgent(await readdir(jars))), java };
}

/** Into a folder beside, which is then renamed: there is never half a set of jars. */
async function fetchJars(jars: string, signal?: AbortSignal): Promise<void> {
  const partial = `${jars}.partial-${process.pid}`;
  await mkdir(dirname(jars), { recursive: true });
  try {
    const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"];
    const where = ["-f", POM, `-DoutputDirectory=${partial}`];
    await runTool("mvn", ["-q", "-B", ...goal, ...where], { signal });
    await rename(partial, jars).catch((error) => {
      if (!existsSync(jars)) throw error; // someone else was first
    });
  } catch (error) {
    signal?.throwIfAborted();
    const advice = "Install Maven (apt-get install -y maven), or see that it reaches a repository.";
    throw new Error(`Cassandra could not be fetched. ${advice}\n${(error as Error).message}`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function findJava(): Promise<string> {
  const home = process.env.JAVA_HOME;
  const candidates = [...(home ? [join(home, "bin", "java")] : []), "java", JAVA_ON_DEBIAN];
  for (const java of candidates) {
    const version = await runTool(java, ["-version"]).then(parseJavaVersion, () => undefined);
    if (version !== undefined && JAVA_VERSIONS.includes(version)) return java;
  }
  throw new Error(
    `Cassandra needs Java ${JAVA_VERSIONS.join(" or ")}, and none was found in JAVA_HOME or on ` +
      "the PATH: apt-get install -y openjdk-17-jre-headless",
  );
}

/** `openjdk version "17.0.15" 2025-04-15` -> `17` */
export function parseJavaVersion(text: string): string | undefined {
  return /version "(\d+)/.exec(text)?.[1];
}

/** The pom is the one place that names the version. */
export function parsePomVersion(pom: string): string {
  const version = /<artifactId>cassandra-all<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error(`${POM} names no version of cassandra-all`);
  return version;
}

/** Cassandra measures objects through the jamm agent, and does not start without it. */
export function findAgent(jars: readonly string[]): string {
  const agent = jars.find((name) => /^jamm-.*\.jar$/.test(name));
  if (agent === undefined) {
    throw new Error("No jamm jar beside the Cassandra jars: delete that folder, and try again");
  }
  return agent;
}
