import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Saturation, saturate } from "../drivers/autocannon/saturate.ts";
import type { Resources } from "../results/resources.ts";
import type { Fill, MachineDescription } from "../results/run-result.ts";
import { createTokens } from "../sessions/rest/tokens.ts";
import { type GatewayGet, gatewayHttps, getFromGateway } from "../target/gateway-https.ts";
import { startSampler } from "../target/sampling/sampler.ts";
import type { OpenTarget, TargetDescription } from "../target/target.ts";
import { TargetError } from "../target/target-error.ts";

export interface SaturateOptions {
  readonly target: Pick<
    OpenTarget,
    "addresses" | "description" | "drained" | "metrics" | "processes" | "tokenEnv"
  >;
  readonly fill: (() => Promise<Fill>) | undefined;
  readonly machine: MachineDescription;
  /** What was typed. */
  readonly command: string;
  /** With a query, as the gateway takes it. */
  readonly path: string;
  /** Who asks. */
  readonly person: number;
  readonly connections: number;
  readonly seconds: number;
}

/** The file that a saturation leaves behind. Its figures are no latencies, and no capacity. */
export interface SaturationResult extends Saturation {
  readonly kind: "saturation";
  readonly version: 1;
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly machine: MachineDescription;
  readonly target: TargetDescription;
  readonly path: string;
  readonly person: number;
  readonly connections: number;
  readonly seconds: number;
  readonly resources: Resources;
  /** Of autocannon: CPU seconds a second. */
  readonly generatorCpuShare: number;
  readonly fill: Fill | undefined;
}

/** Of a timeline that has to be filled first. */
const FIRST_ANSWER_MS = 10_000;
const DRAIN_MS = 60_000;
const MAX_SHOWN = 200;

/** How much of one request the gateway answers when it is asked as fast as it can be, and what that takes. */
export async function saturateGateway(options: SaturateOptions): Promise<SaturationResult> {
  const { target, fill, machine, command, path, person, connections, seconds } = options;
  const tokens = await createTokens(target.tokenEnv, Date.now());
  const headers = { authorization: `Bearer ${tokens(person)}` };
  const https = await gatewayHttps(target.tokenEnv);
  const place = target.addresses.gateway[0] + path;
  const url = `${https ? "https" : "http"}://${place}`;
  await checkAnswer(place, { https, headers });
  await target.drained(DRAIN_MS);
  const filled = await fill?.();
  const startedAt = new Date().toISOString();
  const before = process.cpuUsage();
  const startMs = performance.now();
  const sampler = startSampler(target, { measuredInMs: 0 });
  const saturation = await saturate({ url, connections, seconds, headers });
  const { user, system } = process.cpuUsage(before);
  const generatorCpuShare = (user + system) / 1000 / (performance.now() - startMs);
  return {
    kind: "saturation",
    version: 1,
    command,
    startedAt,
    machine,
    target: target.description,
    path,
    person,
    connections,
    seconds,
    ...saturation,
    resources: await sampler.stop(),
    generatorCpuShare,
    fill: filled,
  };
}

/** One request, so that thousands of refusals are not taken for an answer. Throws TargetError. */
async function checkAnswer(place: string, by: Omit<GatewayGet, "signal">): Promise<void> {
  const request = getFromGateway(place, { ...by, signal: AbortSignal.timeout(FIRST_ANSWER_MS) });
  const [answer] = (await once(request, "response").catch((error: Error) => {
    throw new TargetError(`No answer to GET ${place}: ${error.message}.`);
  })) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode === 200) return;
  throw new TargetError(
    `GET ${place} answers ${answer.statusCode} (${body.slice(0, MAX_SHOWN)}): give another --path or --person.`,
  );
}
