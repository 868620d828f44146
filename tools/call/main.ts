import type { DescMethod } from "@bufbuild/protobuf";
import { InvalidArgumentError } from "commander";
import { ConfigError } from "../../services/platform/config/config.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { Command } from "../command-line/command.ts";
import { addressOf } from "./address.ts";
import { findMethod, findService, loadApi, shortName, UsageError } from "./api.ts";
import { describe, listServices } from "./describe.ts";
import { failureText } from "./failure.ts";
import { invoke } from "./invoke.ts";
import { printMessage } from "./json.ts";
import { requestsOf } from "./requests.ts";

interface Options {
  readonly header: readonly (readonly [string, string])[];
  readonly address?: string;
  readonly on?: string;
  readonly deadline?: number;
}

const DEADLINE_MS = 10_000;
const EXAMPLES = `
Examples:
  npm run call -- timeline GetTimeline '{"viewer_id":"7"}'
  npm run call -- friend ListFriends '{"user_id":"7"}' --deadline 2000
  npm run call -- health Check --on friend
  npm run call -- describe post CreatePost`;

const program = new Command("npm run call --")
  .description("Calls any method of the mesh with JSON; prints the answers as JSON, one a line.")
  .argument(
    "<service>",
    "post, friend, timeline, ranking, event, engagement, erasure, ratelimit, bookstore, growth, health, or a full name",
  )
  .argument("<method>", "such as GetTimeline")
  .argument("[json...]", 'the request; several for a stream of requests; "-" reads lines', [])
  .option("-H, --header <name:value>", "sent with the call; may be repeated", header, [])
  .option("--address <host:port>", "where to call; else from TIDINGS_* and the default ports")
  .option(
    "--on <process>",
    "which process to call for event (post) and health; with TIDINGS_TLS=1 the one that must answer",
  )
  .option("--deadline <ms>", "how long the call may take; 10000, or no end for a stream", positive)
  .addHelpText("after", EXAMPLES)
  .action(call);

program
  .command("list")
  .description("lists services and methods")
  .action(async () => console.log(listServices(await loadApi())));
program
  .command("describe")
  .description("explains a service, a method with its messages, or a message by its full name")
  .argument("<name>")
  .argument("[method]")
  .action(async (name, method) => console.log(describe(await loadApi(), name, method)));

async function call(serviceName: string, methodName: string, texts: string[], options: Options) {
  const api = await loadApi();
  const service = findService(api, serviceName);
  const method = findMethod(service, methodName);
  const name = options.on ?? (shortName(service) === "event" ? "post" : shortName(service));
  const address = options.address ?? addressOf(name, process.env);
  const answers = invoke({
    address,
    method,
    requests: requestsOf(api, method, texts, process.stdin),
    headers: options.header,
    credentials: await toolCredentials(),
    to: name,
    deadlineMs: options.deadline ?? (isStreamed(method) ? undefined : DEADLINE_MS),
  });
  try {
    for await (const answer of answers) console.log(printMessage(api, method.output, answer));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    console.error(await failureText(error, name, address));
    process.exitCode = 1;
  }
}

/** A live stream goes on until Ctrl-C. */
function isStreamed({ methodKind }: DescMethod): boolean {
  return methodKind !== "unary";
}

function header(text: string, before: Options["header"]): Options["header"] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("write it as name:value.");
  return [...before, [name, value]];
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("a number of ms from 1.");
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UsageError || error instanceof ConfigError) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}
