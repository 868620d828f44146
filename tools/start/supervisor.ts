import type { Clock } from "../../services/platform/clock/clock.ts";

/** What became of a service that nobody asked to end. */
export interface Death {
  readonly label: string;
  /** "was ended by SIGKILL". */
  readonly how: string;
  readonly lastWords: string;
}

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const WINDOW_MS = 60_000;
/** Before the first restart within a minute, and before the second, ms. The third death is the last. */
const WAITS_MS = [500, 3_000] as const;

export type Verdict = { readonly kind: "restart"; readonly waitMs: number } | { kind: "give-up" };

/** What follows a death, from when this service died before, ms. */
export function verdictOn(earlierMs: readonly number[], nowMs: number): Verdict {
  const recent = earlierMs.filter((diedMs) => nowMs - diedMs < WINDOW_MS);
  const waitMs = WAITS_MS[recent.length];
  return waitMs === undefined ? { kind: "give-up" } : { kind: "restart", waitMs };
}

/** Starts services again that died, and gives up on one that keeps dying. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #deaths = new Map<string, number[]>();
  readonly #over = Promise.withResolvers<string>();
  #restart: ((label: string) => Promise<void>) | undefined;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
  }

  /** From now on: who dies before that ends the start. Resolves with the reason to end the mesh. */
  watch(restart: (label: string) => Promise<void>): Promise<string> {
    this.#restart = restart;
    return this.#over.promise;
  }

  readonly died = ({ label, how, lastWords }: Death): void => {
    const restart = this.#restart;
    if (!restart) return;
    const { clock, say } = this.#deps;
    const nowMs = clock.monotonicMs();
    const deaths = this.#deaths.getOrInsertComputed(label, () => []);
    const verdict = verdictOn(deaths, nowMs);
    deaths.push(nowMs);
    if (verdict.kind === "give-up") {
      this.#over.resolve(`${label} ${how}, the third time within a minute:\n${lastWords}`);
      return;
    }
    say(`${label} ${how}; it is started again in ${verdict.waitMs / 1_000} s`);
    clock
      .delay(verdict.waitMs)
      .then(() => restart(label))
      .then(
        () => say(`${label} is ready again`),
        () => {}, // it died again, and was told so here; or the mesh is stopping
      );
  };
}
