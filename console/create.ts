import type { Clock } from "../services/platform/clock/clock.ts";
import { systemClock } from "../services/platform/clock/system-clock.ts";
import { openCredentials } from "../services/platform/grpc/credentials/open-credentials.ts";
import { listenHttp } from "../services/platform/lifecycle/listen-http.ts";
import { type Served, serveFront } from "../services/platform/lifecycle/serve.ts";
import type { Logger } from "../services/platform/telemetry/logger.ts";
import { createMetrics } from "../services/platform/telemetry/metrics.ts";
import { openTracer } from "../services/platform/telemetry/tracing/open-tracer.ts";
import { readAdminToken } from "./access/admin-token.ts";
import type { ConsoleConfig } from "./config.ts";
import { createConsoleApp } from "./http/app.ts";
import { readProcesses } from "./processes.ts";
import { DeadLetters } from "./sources/dead-letters.ts";
import { connectMesh, type MeshClients } from "./sources/mesh-clients.ts";
import { MeshWatch } from "./sources/mesh-watch.ts";
import { ProcessPages } from "./sources/process-pages.ts";
import { bookstoreView } from "./views/bookstore/bookstore-view.ts";
import { jobsView, jobView } from "./views/jobs/jobs-view.ts";
import { limitsView } from "./views/limits/limits-view.ts";
import { mapView } from "./views/map/map-view.ts";
import { personView } from "./views/person/person-view.ts";
import { postView } from "./views/post/post-view.ts";
import { letterView, queuesView, replayLetter } from "./views/queues/queues-view.ts";
import { runsView, runView } from "./views/runs/runs-view.ts";
import { ShardWatch, shardsView } from "./views/shards/shards-view.ts";
import type { View } from "./views/view.ts";

export interface ConsoleOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Builds and starts the console: it asks the services, their metrics and the bus, and keeps nothing. */
export async function createConsole(
  config: ConsoleConfig,
  { log, clock = systemClock }: ConsoleOverrides,
): Promise<Served> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "console", config, log });
  const metrics = createMetrics("console", tracer);
  const credentials = await openCredentials(starting, {
    service: "console",
    ...{ config, log, metrics, clock },
  });
  const token = await readAdminToken(config.tokenFile, config.dataDir);
  const pages = new ProcessPages(readProcesses(config.processes), credentials, { clock });
  const clients = await connectMesh(starting, config, { log, metrics, credentials });
  const letters = new DeadLetters(clients.bus);
  const shards = starting.use(new ShardWatch({ timelines: clients.timelines, clock }));
  const queues = { ...clients, letters, mayReplay: config.mayReplay };
  const { runsDir } = config;
  const watch = new MeshWatch(pages);
  const views: readonly View[] = [
    mapView(watch),
    postView({ ...clients, pages, letters }),
    personView(clients),
    queuesView(queues),
    letterView(queues),
    shardsView(shards),
    ...neighbourViews(clients, config, watch),
    runsView({ runsDir, clock }),
    runView({ runsDir }),
  ];
  const actions = [replayLetter(queues)];
  const app = createConsoleApp({ token, views, actions, clock, log });
  const { host, metricsPort } = config;
  const metered = { config: { host, metricsPort }, metrics, credentials };
  return await serveFront(starting, { ...metered, open: () => listenHttp(app, config) });
}

/** Of those that run beside the mesh. */
function neighbourViews(
  { erasures, limits }: Pick<MeshClients, "erasures" | "limits">,
  config: Pick<ConsoleConfig, "bookstoreAddresses">,
  watch: MeshWatch,
): readonly View[] {
  return [
    ...(erasures ? [jobsView(erasures), jobView(erasures)] : []),
    ...(limits ? [limitsView(limits)] : []),
    ...(config.bookstoreAddresses.length > 0 ? [bookstoreView(watch)] : []),
  ];
}
