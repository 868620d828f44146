import { service as healthService } from "grpc-health-check";
import type { Call, Implementation } from "../call.ts";
import { notFound } from "../errors/errors.ts";

export const HEALTH_SERVICE = "grpc.health.v1.Health";

type Serving = "SERVING" | "NOT_SERVING";

interface HealthRequest {
  readonly service: string;
}

interface HealthResponse {
  /** SERVICE_UNKNOWN is for Watch alone: Check answers NOT_FOUND. */
  readonly status: Serving | "SERVICE_UNKNOWN";
}

/** grpc.health.v1 for a server that serves all its services or none. "" stands for the server. */
export class Health {
  #isServing = true;
  readonly #services: ReadonlySet<string>;
  readonly #changes = new Set<() => void>();

  constructor(services: readonly string[]) {
    this.#services = new Set(["", ...services]);
  }

  get isServing(): boolean {
    return this.#isServing;
  }

  setServing(isServing: boolean): void {
    if (isServing === this.#isServing) return;
    this.#isServing = isServing;
    for (const changed of this.#changes) changed();
  }

  get implementation(): Implementation {
    const handlers = {
      Check: (request: HealthRequest) => this.#check(request),
      List: () => this.#list(),
      Watch: (request: HealthRequest, call: Call) => this.#watch(request, call),
    };
    return { definition: healthService, handlers };
  }

  #check({ service }: HealthRequest): HealthResponse {
    const status = this.#statusOf(service);
    if (!status) throw notFound("service", service);
    return { status };
  }

  #list(): { statuses: Record<string, HealthResponse> } {
    const names = [...this.#services];
    return {
      statuses: Object.fromEntries(names.map((service) => [service, this.#check({ service })])),
    };
  }

  async *#watch({ service }: HealthRequest, call: Call): AsyncIterable<HealthResponse> {
    const { signal } = call;
    let wake = () => {};
    const changed = () => wake();
    this.#changes.add(changed);
    signal.addEventListener("abort", changed);
    let last: HealthResponse["status"] | undefined;
    try {
      while (!signal.aborted) {
        const status = this.#statusOf(service) ?? "SERVICE_UNKNOWN";
        if (status !== last) yield { status };
        else await new Promise<void>((resolve) => (wake = resolve));
        last = status;
      }
    } finally {
      this.#changes.delete(changed);
    }
  }

  #statusOf(service: string): Serving | undefined {
    if (!this.#services.has(service)) return undefined;
    return this.#isServing ? "SERVING" : "NOT_SERVING";
  }
}
