import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { type Dial, dialTls, type TlsOptions } from "../../drivers/connect-to.ts";
import type { Driver, MicroClock, Target } from "../../drivers/driver.ts";
import { openGrpcDriver } from "../../drivers/grpc/grpc-driver.ts";
import { openHttp1Driver } from "../../drivers/http/http1-driver.ts";
import { openHttp2Driver } from "../../drivers/http/http2-driver.ts";
import { openRawDriver } from "../../drivers/http2/raw-driver.ts";
import type { CallScenario, TlsSpec } from "../spec/call-scenario.ts";
import type { CallPlan } from "./call-plan.ts";

const ALPN = { grpc: "h2", "http/2": "h2", "http/1.1": "http/1.1" } as const;

/** The driver of a run's calls. Rejects when a target can't be reached, naming it. */
export async function openCallDriver(
  { scenario, driver, connections }: Pick<CallPlan, "scenario" | "driver" | "connections">,
  targets: readonly Target[],
  clock: MicroClock,
): Promise<Driver> {
  const { protocol, tls } = scenario.target;
  const options = {
    connections,
    clock,
    dial: await dialOf(scenario.target),
    authority: tls?.serverName,
  };
  if (protocol === "http/1.1") return openHttp1Driver(targets, options);
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

async function tlsOptions({ ca, cert, key, serverName, insecure }: TlsSpec): Promise<TlsOptions> {
  return {
    ...(ca !== undefined && { ca: await pem("tls.ca", ca) }),
    ...(cert !== undefined && { cert: await pem("tls.cert", cert) }),
    ...(key !== undefined && { key: await pem("tls.key", key) }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecure && { rejectUnauthorized: false }),
  };
}

/** How grpc-js reaches a target: for its driver, and for reflection. */
export async function channelOf(tls: TlsSpec | undefined): Promise<{
  readonly credentials: ChannelCredentials;
  readonly channelOptions: Readonly<Record<string, string | number>>;
}> {
  if (!tls) return { credentials: credentials.createInsecure(), channelOptions: {} };
  const { serverName } = tls;
  const { ca, cert, key } = await tlsOptions(tls);
  const context = createSecureContext({ ca, cert, key });
  return {
    credentials: credentials.createFromSecureContext(context, {
      rejectUnauthorized: !tls.insecure,
    }),
    channelOptions:
      serverName === undefined
        ? {}
        : { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName },
  };
}

async function pem(field: string, file: string): Promise<Buffer> {
  return await readFile(file).catch((error: Error) => {
    throw new RangeError(`${field}: ${file} can't be read: ${error.message}.`);
  });
}
