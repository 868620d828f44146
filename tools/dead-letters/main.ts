/** `npm run dead-letters -- list | replay | drop`: messages that the worker gave up. */
import { InvalidArgumentError } from "commander";
import { grpcFriends } from "../../services/fanout/adapters/grpc/grpc-friends.ts";
import { type BusChannels, openBus } from "../../services/fanout/adapters/open-bus.ts";
import { readFanoutConfig } from "../../services/fanout/config.ts";
import type { Friends } from "../../services/fanout/ports.ts";
import { connect } from "../../services/platform/grpc/client/client.ts";
import type { EventBus } from "../../services/platform/messaging/bus.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { explainFailure } from "../mesh/explain-failure.ts";
import {
  type Action,
  type Deactivate,
  dropping,
  listing,
  listingAsJson,
  replaying,
} from "./actions.ts";
import { deactivateAtOwners } from "./deactivate.ts";
import { postOf } from "./letter.ts";
import { addressesOf, namingOwners } from "./queue-owners.ts";
import { takeLetters } from "./take-letters.ts";

interface Options {
  readonly limit: number;
  readonly post?: bigint;
  readonly json?: boolean;
}

interface Mesh {
  readonly bus: Pick<EventBus, "publish">;
  readonly friends: Friends;
  readonly deactivate: Deactivate;
}

const MAX_LETTERS = 10_000;
const PATIENCE_MS = 5_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Does `actionOf` to the letters of the mesh that TIDINGS_* names. */
async function work(
  done: string,
  options: Options,
  actionOf: (mesh: Mesh, json: boolean) => Action,
): Promise<void> {
  const config = readFanoutConfig(process.env);
  const log = createLogger("dead-letters", process.env.TIDINGS_LOG_LEVEL || "error");
  const calls = { log, credentials: await toolCredentials() };
  using post = connect(config.postAddresses, { ...calls, to: "post" });
  using friend = connect(config.friendAddresses, { ...calls, to: "friend" });
  using deactivate = deactivateAtOwners(config.timelineAddresses, { ...calls, to: "timeline" });
  const neighbour = (to: "engagement" | "erasure") =>
    connect(addressesOf(to, process.env), { ...calls, to });
  using engagement = neighbour("engagement");
  using erasure = neighbour("erasure");
  // Letters are in the post process; a neighbour that is not there must not keep anybody from reading them.
  await using buses = new AsyncDisposableStack();
  const open = async (channels: BusChannels) =>
    buses.adopt(await openBus(config, channels, log), (one) => one.close());
  const letters = await open({ post, friend });
  const all = await open({ post, friend, engagement, erasure });
  const bus = namingOwners(all, process.env);
  const mesh = { bus, friends: grpcFriends(friend), deactivate };
  const action = actionOf(mesh, options.json === true);
  let failures = 0;
  let matched = 0;
  const taken = await takeLetters(
    letters,
    { limit: options.limit, patienceMs: PATIENCE_MS },
    async (letter) => {
      if (options.post !== undefined && postOf(letter)?.postId !== options.post)
        return { kind: "requeue" };
      matched++;
      return action(letter).catch((error: Error) => {
        failures++;
        process.stderr.write(`Left on the queue: ${error.message}\n`);
        return { kind: "requeue" };
      });
    },
  );
  if (failures > 0) process.exitCode = 1;
  if (options.json) {
    say(JSON.stringify({ [done]: matched - failures, failed: failures, unreadable: taken.bad }));
    return;
  }
  if (taken.bad > 0) say(`${taken.bad} messages on the queue are no dead letters, and stay there.`);
  say(`${matched - failures} ${done}${failures > 0 ? `, ${failures} failed` : ""}.`);
}

function postId(text: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError("the id of a post, in digits");
}

const program = new Command("npm run dead-letters --").description(
  "Messages that a subscriber gave up, of the mesh that TIDINGS_* names.",
);

function command(
  name: string,
  help: string,
  done: string,
  actionOf: (mesh: Mesh, json: boolean) => Action,
): void {
  program
    .command(name)
    .description(help)
    .option("--json", "JSON, one object a line; the last one counts")
    .option("--limit <n>", "letters at most", wholeBetween(1, MAX_LETTERS), 1_000)
    .option("--post <id>", "only those about this post", postId)
    .action((options: Options) => work(done, options, actionOf));
}

command("list", "show why each was given up, what it is about, and when", "listed", (_, json) =>
  json ? listingAsJson(say) : listing(say, Date.now()),
);
command("replay", "send them through their queues again", "replayed", ({ bus }) => replaying(bus));
command(
  "drop",
  "remove them; viewers they did not reach fill their timelines anew at their next read",
  "dropped",
  ({ friends, deactivate }) => dropping(friends, deactivate),
);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(
    `${await explainFailure(error, "post", addressesOf("post", process.env).join(","))}\n`,
  );
  process.exitCode = 1;
}
