import { createSecureContext } from "node:tls";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { type Dial, dialTls } from "../../drivers/connect-to.ts";
import type { Driver, MicroClock, Target } from "../../drivers/driver.ts";
import { openGrpcDriver } from "../../drivers/grpc/grpc-driver.ts";
import { openHttp1Driver } from "../../drivers/http/http1-driver.ts";
import { openHttp2Driver } from "../../drivers/http/http2-driver.ts";
import { tryHttp1 } from "../../drivers/http/try-http1.ts";
import { openRawDriver } from "../../drivers/http2/raw-driver.ts";
import { headersFrom } from "../data/token.ts";
import type { Reflected } from "../methods/reflection.ts";
import type { CallScenario, TargetSpec, TlsSpec } from "../spec/call-scenario.ts";
import type { CallPlan } from "./call-plan.ts";
import { tlsOptions } from "./tls-options.ts";

const ALPN = { grpc: "h2", "http/2": "h2", "http/1.1": "http/1.1" } as const;

/** The driver of a run's calls. Rejects when a target can't be reached, naming it. */
export async function openCallDriver(
  {
    scenario,
    driver,
    connections,
    mostConnections,
    generator,
    firstCall = 0,
  }: Omit<CallPlan, "descriptors">,
  targets: readonly Target[],
  clock: MicroClock,
): Promise<Driver> {
  const { protocol, tls } = scenario.target;
  const dial = await dialOf(scenario.target);
  const options = {
    connections,
    mostConnections,
    clock,
    dial,
    isTls: tls !== undefined,
    authority: tls?.serverName,
  };
  if (protocol === "http/1.1") {
    if (generator === 0 && firstCall === 0) {
      await Promise.all(scenario.target.addresses.map((address) => tryHttp1(address, dial)));
    }
    return openHttp1Driver(targets, options);
  }
  if (protocol === "http/2") return openHttp2Driver(targets, options);
  if (driver !== "grpc-js") return openRawDriver(targets, options);
  const streams = targets.find(({ framed }) => framed);
  if (streams) throw new RangeError(`${streams.path} is a stream: use --driver raw.`);
  return openGrpcDriver(targets, { ...options, ...(await channelOf(tls)) });
}

async function dialOf({
  protocol,
  tls,
}: Pick<CallScenario["target"], "protocol" | "tls">): Promise<Dial | undefined> {
  if (!tls) return undefined;
  return dialTls({ ...(await tlsOptions(tls)), ALPNProtocols: [ALPN[protocol]] });
}

/**
 * How the first server of a target is asked for its methods: with the headers of its calls, a token too, for many let
 * nobody ask who shows none. Rejects as the token's command does.
 */
export async function reflectionOf({
  addresses,
  tls,
  headers,
  token,
}: TargetSpec): Promise<Reflected> {
  const shown = { ...headers, ...(token && (await headersFrom(token))) };
  return { address: addresses[0], ...(await channelOf(tls)), headers: shown };
}

/** How grpc-js reaches a target: for its driver, and for reflection. */
export async function channelOf(tls: TlsSpec | undefined): Promise<{
  readonly credentials: ChannelCredentials;
  readonly channelOptions: Readonly<Record<string, string | number>>;
  readonly isTls: boolean;
}> {
  if (!tls) {
    return { credentials: credentials.createInsecure(), channelOptions: {}, isTls: false };
  }
  const { serverName } = tls;
  const { ca, cert, key } = await tlsOptions(tls);
  const context = createSecureContext({ ca, cert, key });
  return {
    credentials: credentials.createFromSecureContext(context, {
      rejectUnauthorized: !tls.insecure,
    }),
    isTls: true,
    channelOptions:
      serverName === undefined
        ? {}
        : { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName },
  };
}
