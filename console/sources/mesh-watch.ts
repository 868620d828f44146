import { BOOKSTORE_GAUGES, BOOKSTORE_HISTOGRAMS } from "../../services/model/metrics/bookstore.ts";
import { PENDING_PREFIX } from "../../services/model/metrics/pending.ts";
import { COUNTERS, GAUGES, HISTOGRAMS } from "../../services/model/metrics.ts";
import { readExposition, type Series } from "../../services/platform/telemetry/read-exposition.ts";
import type { ProcessPages } from "./process-pages.ts";

/** All processes at one moment. */
export interface MeshSample {
  /** Monotonic. */
  readonly atMs: number;
  /** Undefined: no answer. */
  readonly pages: ReadonlyMap<string, readonly Series[] | undefined>;
  /** Why there is none. */
  readonly silences: ReadonlyMap<string, string>;
}

/** Two moments: rates are what changed between them. */
export interface MeshWindow {
  readonly before: MeshSample;
  readonly now: MeshSample;
}

/** Rates are taken over so long, when the console has been watched for so long. */
const WINDOW_MS = 15_000;
/** Of somebody who comes first. */
const FIRST_WINDOW_MS = 1_000;
/** Two who look at one moment see the same. */
const FRESH_MS = 1_000;
/** What is older than a minute says nothing of now. */
const KEPT_MS = 60_000;

const HISTOGRAM_SERIES = ["bucket", "count", "sum"];
const WANTED = new Set<string>([
  ...[...Object.values(HISTOGRAMS), ...Object.values(BOOKSTORE_HISTOGRAMS)].flatMap(({ name }) =>
    HISTOGRAM_SERIES.map((series) => `${name}_${series}`),
  ),
  ...Object.values(BOOKSTORE_GAUGES).map(({ name }) => name),
  ...Object.values(COUNTERS).map(({ name }) => name),
  ...Object.values(GAUGES).map(({ name }) => name),
]);
const isWanted = (name: string) => WANTED.has(name) || name.startsWith(PENDING_PREFIX);

/** Looks at the metrics of all processes, when somebody asks: a console that nobody watches costs nothing. */
export class MeshWatch {
  readonly #pages: Pick<ProcessPages, "all" | "clock">;
  #samples: readonly MeshSample[] = [];
  #taking: Promise<void> | undefined;

  constructor(pages: Pick<ProcessPages, "all" | "clock">) {
    this.#pages = pages;
  }

  /** What happened lately. Takes a second for who comes first. */
  async window(): Promise<MeshWindow> {
    const { clock } = this.#pages;
    await this.#refresh();
    if (this.#samples.length === 1) {
      await clock.delay(FIRST_WINDOW_MS);
      await this.#refresh();
    }
    const now = this.#samples[this.#samples.length - 1];
    const others = this.#samples.slice(0, -1);
    // Who comes back after a while has the last look before; else there is one as long ago as a window.
    const before = others.find(({ atMs }) => now.atMs - atMs <= WINDOW_MS) ?? others.at(-1) ?? now;
    return { before, now };
  }

  /** Those who ask at once share one look. */
  async #refresh(): Promise<void> {
    const newest = this.#samples[this.#samples.length - 1];
    if (newest && this.#pages.clock.monotonicMs() - newest.atMs < FRESH_MS) return;
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined;
    });
    await this.#taking;
  }

  async #take(): Promise<void> {
    const { clock } = this.#pages;
    const answers = [...(await this.#pages.all("/metrics"))];
    const atMs = clock.monotonicMs();
    const pages = answers.map(([label, page]) => {
      const series = "text" in page ? readExposition(page.text, isWanted) : undefined;
      return [label, series] as const;
    });
    const silences = answers.flatMap(([label, page]) =>
      "silence" in page ? [[label, page.silence] as const] : [],
    );
    const kept = this.#samples.filter((sample) => atMs - sample.atMs <= KEPT_MS);
    this.#samples = [...kept, { atMs, pages: new Map(pages), silences: new Map(silences) }];
  }
}
