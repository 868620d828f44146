import { readFileSync } from "node:fs";
import type { DescMethod } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { processSnapshot } from "../../loadtest/measure/machine/process-use.ts";
import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import type { FuzzTarget } from "./play/target.ts";
import { routeTargets } from "./routes/route-targets.ts";
import { everyMethod, portOf } from "./rpcs/methods.ts";
import { PlainClients } from "./rpcs/plain-clients.ts";
import { openRpcTargets } from "./rpcs/rpc-targets.ts";

/** The gateway's own limits are another test's. */
const ROOMY = {
  TIDINGS_GATEWAY_RATE_LIMIT: "10000000",
  TIDINGS_GATEWAY_STREAM_OPENINGS: "10000000",
  TIDINGS_GATEWAY_STREAMS_PER_USER: "1000",
};
const HEALTH = "/grpc.health.v1.Health/Check";
const HEALTH_MS = 10_000;
const NOTHING = new Uint8Array();
const USER = 7n;
const LAST_WORDS = 3;
const WORDS_CHARACTERS = 2_000;

/** What a process has used. */
export interface Used {
  readonly cpuSeconds: number;
  readonly residentMiB: number;
}

/** Why processes ended, the latest last. */
function fatalLines(logFile: string): readonly string[] {
  const lines = readFileSync(logFile, "utf8").split("\n");
  const fatal = lines.filter((line) => line.startsWith('{"level":60,'));
  return fatal.slice(-LAST_WORDS).map((line) => line.slice(0, WORDS_CHARACTERS));
}

/** A whole mesh with all its neighbours, of which every RPC and route can be asked. */
export class FuzzedMesh implements AsyncDisposable {
  readonly targets: readonly FuzzTarget[];
  readonly #mesh: TestMesh;
  readonly #plain: PlainClients;
  readonly #open: AsyncDisposableStack;

  private constructor(
    mesh: TestMesh,
    plain: PlainClients,
    targets: readonly FuzzTarget[],
    open: AsyncDisposableStack,
  ) {
    this.#mesh = mesh;
    this.#plain = plain;
    this.targets = targets;
    this.#open = open;
  }

  static async start(): Promise<FuzzedMesh> {
    await using open = new AsyncDisposableStack();
    const mesh = await startTestMesh({ neighbours: NEIGHBOURS, env: ROOMY });
    open.defer(() => mesh.end());
    const plain = open.use(new PlainClients());
    const addressOf = (method: DescMethod) => `${mesh.host}:${portOf(method, mesh.ports)}`;
    const rpcs = await openRpcTargets(everyMethod(), addressOf, plain);
    open.defer(() => rpcs.driver.close());
    const token = await developmentToken(USER, { TIDINGS_DATA_DIR: mesh.dataDir });
    const routes = await routeTargets(`http://${mesh.host}:${mesh.ports.gateway}`, token);
    return new FuzzedMesh(mesh, plain, [...rpcs.targets, ...routes], open.move());
  }

  /** With what was said last: the log goes with the mesh. */
  get broken(): Promise<string> {
    const { broken, logFile } = this.#mesh;
    return broken.then((how) => [how, ...fatalLines(logFile)].join("\n  "));
  }

  /** Throws when a process does not say how it is. */
  async checkHealth(): Promise<void> {
    const serving = this.#mesh.plans.filter(({ name, port }) => port && name !== "gateway");
    for (const { label, host, port } of serving) {
      const { code, details } = await this.#plain.ask(
        `${host}:${port}`,
        HEALTH,
        NOTHING,
        HEALTH_MS,
      );
      // Its one answer is taken, and the rest not waited for.
      if (code !== status.OK && code !== status.CANCELLED)
        throw new Error(`${label} does not say how it is: ${code} ${details}`);
    }
  }

  /** By process, this one last. */
  used(): ReadonlyMap<string, Used> {
    const processes = [...this.#mesh.processes, ["fuzzer", process] as const];
    return new Map(
      processes.flatMap(([label, { pid }]) => {
        const used = processSnapshot(pid);
        return used ? [[label, used] as const] : [];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
  }
}
