/** The two engines, side by side: all that differs between them. */
import { join } from "node:path";
import { installCassandra } from "./cassandra/installation.ts";
import { cqlContactPointOf, NODE_PROFILES, nodeProgram } from "./cassandra/program.ts";
import { checkAmqp, checkCql } from "./checks.ts";
import type { Program, ProgramName } from "./processes/programs.ts";
import type { BrokerPlace } from "./rabbitmq/environment.ts";
import { endStrayEpmd } from "./rabbitmq/epmd.ts";
import { assertSpeaksAmqp } from "./rabbitmq/greeting.ts";
import { installRabbitmq } from "./rabbitmq/installation.ts";
import { policyCommands, setPolicies } from "./rabbitmq/policies.ts";
import { amqpUrlOf, brokerProgram, epmdProgram } from "./rabbitmq/programs.ts";
import type { EngineSettings } from "./settings.ts";
import { type EnginesState, enginesFolder, type Way } from "./state/state.ts";
import type { StartTools } from "./ways/context.ts";

export interface EngineKind {
  readonly key: "amqp" | "cql";
  readonly title: string;
  /** The variable that names an engine which already runs. */
  readonly addressVariable: string;
  readonly portVariable: string;
  readonly dockerService: string;
  /** In the order they start in; they end in the reverse order. */
  readonly programs: readonly ProgramName[];
  readonly given: (settings: EngineSettings) => readonly string[] | undefined;
  /** Where it is when we start it. */
  readonly own: (settings: EngineSettings) => readonly string[];
  readonly firstPort: (settings: EngineSettings) => number;
  readonly recorded: (state: EnginesState) => readonly string[] | undefined;
  /** Throws when something else listens there. Asked once, before a driver that would choke. */
  readonly recognise: (addresses: readonly string[]) => Promise<void>;
  /** Throws when it does not answer; gives what the state says of an engine that does. */
  readonly check: (addresses: readonly string[]) => Promise<Partial<EnginesState>>;
  /** Ends what the engine started by itself, once the engine has ended. */
  readonly sweep: (settings: EngineSettings) => Promise<void>;
  /** The state without this engine. */
  readonly forget: (state: EnginesState) => EnginesState;
  /** What an engine that answers is told, each time; of one that others run only `say` speaks. */
  readonly configure: (way: Way, settings: EngineSettings, tools: StartTools) => Promise<void>;
  readonly prepare: (settings: EngineSettings, tools: StartTools) => Promise<readonly Program[]>;
}

const LOCALHOST = "127.0.0.1";

const AMQP: EngineKind = {
  key: "amqp",
  title: "RabbitMQ",
  addressVariable: "TIDINGS_AMQP_URL",
  portVariable: "TIDINGS_ENGINES_AMQP_PORT",
  dockerService: "rabbitmq",
  programs: ["epmd", "rabbitmq"],
  given: ({ amqpUrl }) => (amqpUrl === undefined ? undefined : [amqpUrl]),
  own: (settings) => [amqpUrlOf(settings)],
  firstPort: ({ amqpPort }) => amqpPort,
  recorded: ({ amqpUrl }) => (amqpUrl === undefined ? undefined : [amqpUrl]),
  recognise: ([amqpUrl = ""]) => assertSpeaksAmqp(amqpUrl),
  check: async ([amqpUrl = ""]) => {
    await checkAmqp(amqpUrl);
    return { amqpUrl };
  },
  sweep: ({ amqpPort }) => endStrayEpmd(amqpPort + 2),
  forget: ({ amqpUrl: _url, way: { amqp: _way, ...way }, ...rest }) => ({ ...rest, way }),
  configure: async (way, settings, { say }) => {
    const { amqpPrefix } = settings;
    if (way === "local") {
      await setPolicies(await brokerPlace(settings, say), amqpPrefix);
    } else {
      say("RabbitMQ is not ours to configure: the limits of its queues are set there by");
      for (const words of policyCommands(amqpPrefix)) say(`  ${words.map(quoted).join(" ")}`);
    }
  },
  prepare: async (settings, { say }) => {
    const place = await brokerPlace(settings, say);
    return [epmdProgram(place), brokerProgram(place)];
  },
};

async function brokerPlace(
  { dataDir, amqpPort }: EngineSettings,
  say: (line: string) => void,
): Promise<BrokerPlace> {
  return {
    folder: join(enginesFolder(dataDir), "rabbitmq"),
    installation: await installRabbitmq(say),
    amqpPort,
    distributionPort: amqpPort + 1,
    epmdPort: amqpPort + 2,
  };
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word}'`;
}

const CQL: EngineKind = {
  key: "cql",
  title: "Cassandra (or ScyllaDB)",
  addressVariable: "TIDINGS_CQL_CONTACT_POINTS",
  portVariable: "TIDINGS_ENGINES_CQL_PORT",
  dockerService: "scylla",
  programs: ["cassandra"],
  given: ({ cqlContactPoints }) => cqlContactPoints,
  own: (settings) => [cqlContactPointOf({ ...settings, listenAddress: LOCALHOST })],
  firstPort: ({ cqlPort }) => cqlPort,
  recorded: ({ cqlContactPoints }) => cqlContactPoints,
  recognise: async () => {}, // its driver says so by itself
  check: async (cqlContactPoints) => {
    const { dataCenter } = await checkCql(cqlContactPoints);
    return { cqlContactPoints, cqlLocalDataCenter: dataCenter };
  },
  sweep: async () => {}, // it starts nothing
  configure: async () => {}, // services make their keyspace and tables
  forget: ({ cqlContactPoints: _points, cqlLocalDataCenter: _name, ...rest }) => {
    const { cql: _way, ...way } = rest.way;
    return { ...rest, way };
  },
  prepare: async ({ dataDir, cacheDir, cqlPort }, { say, signal }) => {
    const node = nodeProgram({
      ...(await installCassandra(cacheDir, say, signal)),
      folder: join(enginesFolder(dataDir), "cassandra"),
      listenAddress: LOCALHOST,
      cqlPort,
      storagePort: cqlPort + 1,
      seeds: [`${LOCALHOST}:${cqlPort + 1}`],
      initialToken: "0",
      profile: NODE_PROFILES.shared,
    });
    return [node];
  },
};

export const ENGINE_KINDS: readonly EngineKind[] = [AMQP, CQL];
