import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { integer } from "../../../services/platform/config/variables.ts";
import { seededRandom } from "../../../services/platform/storage/log/testing/random.ts";
import type { Engines } from "../../engines/engines.ts";
import { writeState } from "../../engines/state/state.ts";
import { type Slowness, startSlowLink } from "./slow-link.ts";

/** What `npm test` reads. */
export const SLOW_SETTINGS = {
  seed: integer("TIDINGS_TEST_SLOW", {
    default: 0,
    min: 0,
    max: 2_147_483_647,
    help: "a seed: tests meet a slow disk, slow engines, late starts and busy cores; 0: as they are",
  }),
};

const ANSWERS = { answerMs: [20, 120], stallMs: 3_000, stallEveryMs: 20_000 } as const;
const SYNC_MS = [5, 80] as const;
/** Of a process of a mesh, and of each service by its own. */
const START_MOST_MS = 4_000;
const SOURCE = join(import.meta.dirname, "slow-processes.c");

export interface SlowMachineOptions {
  readonly seed: number;
  /** Those that run, if any do. */
  readonly engines: Engines | undefined;
  /** Of what is made here. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/**
 * What tests are told so that their disk and their engines are slow, as variables; what stands before the engines is
 * in `ending`.
 */
export async function slowMachine(
  { seed, engines, folder, say }: SlowMachineOptions,
  ending: AsyncDisposableStack,
): Promise<Readonly<Record<string, string>>> {
  await mkdir(folder, { recursive: true });
  const slow = await slowProcesses(folder, seed, say);
  if (!engines) return slow;
  const slowness = { ...ANSWERS, random: seededRandom(seed) };
  const { amqpUrl, cqlContactPoints, ...rest } = engines;
  const broker = new URL(amqpUrl);
  broker.port = await linkTo(broker.port, slowness, ending);
  const points = cqlContactPoints.map(async (point) => {
    const [host = "", port = ""] = point.split(":");
    return `${host}:${await linkTo(port, slowness, ending)}`;
  });
  await writeState(folder, {
    ...{ ...rest, amqpUrl: broker.href, cqlContactPoints: await Promise.all(points) },
    // They are another folder's to end.
    pids: {},
  });
  say(
    `Answers of the engines take ${ANSWERS.answerMs.join(" to ")} ms longer, and up to ` +
      `${ANSWERS.stallMs} ms once in ${ANSWERS.stallEveryMs} ms (seed ${seed}).`,
  );
  return { ...slow, TIDINGS_DATA_DIR: folder };
}

async function linkTo(
  port: string,
  slowness: Slowness,
  ending: AsyncDisposableStack,
): Promise<string> {
  return String(ending.use(await startSlowLink(Number(port), slowness)).port);
}

async function slowProcesses(
  folder: string,
  seed: number,
  say: (line: string) => void,
): Promise<Readonly<Record<string, string>>> {
  const library = join(folder, "slow-processes.so");
  try {
    await promisify(execFile)("cc", ["-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]);
  } catch (error) {
    say(`Disk and starts are as fast as they are: ${(error as Error).message}`);
    return {};
  }
  const [least, most] = SYNC_MS;
  say(
    `Syncs take ${least} to ${most} ms longer, and each service begins up to ${START_MOST_MS} ms late ` +
      `(seed ${seed}).`,
  );
  return {
    LD_PRELOAD: library,
    SLOW_SEED: String(seed),
    SLOW_SYNC_LEAST_MS: String(least),
    SLOW_SYNC_MOST_MS: String(most),
    SLOW_START_MOST_MS: String(START_MOST_MS),
  };
}
