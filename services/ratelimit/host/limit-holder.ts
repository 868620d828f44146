import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Amounts, NodeLimits } from "../domain/amounts.ts";
import type { LimitPath } from "../domain/limits/path.ts";
import { LeaseHolder } from "../domain/local/lease-holder.ts";
import type { LocalNode } from "../domain/local/local-node.ts";
import { LocalTree } from "../domain/local/local-tree.ts";
import { SteadyTime } from "../domain/local/steady-time.ts";
import { NO_NODE } from "../domain/tree/htb-tree.ts";
import type { LeaseSource } from "./lease-source.ts";

export interface LimitHolderOptions {
  readonly source: LeaseSource;
  /** Another for each process that lives; the same after its restart, as it has nothing then. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What became of one request. */
export type Taken =
  /** `shadowed`: it would have been refused by this node, whose limit is only being tried out. */
  | { readonly kind: "allowed"; readonly shadowed: LimitPath | undefined }
  | {
      readonly kind: "refused";
      /** Infinity: more was asked than a burst ever holds. */
      readonly retryAfterMs: number;
      readonly refusedBy: LimitPath;
    }
  /** No lease covers the path: it is asked for, and until it comes the caller decides by itself. */
  | { readonly kind: "unknown" }
  /** Nothing limits the path. */
  | { readonly kind: "unlimited" };

/** Whoever gives one-time bursts remembers them: a node that is made anew asks for what is left of its own. */
export type NodeBoots = Pick<LocalTree, "setBoots" | "boot" | "bootLeft" | "tookOfBoot">;

const TICK_MS = 100;
const SWEEP_TICKS = 100;
/** Who uses what nothing limits asks so often whether something does by now. */
const PROBE_MS = 5_000;
const WATCH_AGAIN_MS = 1_000;
const ALLOWED: Taken = { kind: "allowed", shadowed: undefined };
const UNKNOWN: Taken = { kind: "unknown" };
const UNLIMITED: Taken = { kind: "unlimited" };

/**
 * Decides in this process by leases of the limit tree's nodes: no call a request, one call a refresh for
 * all leases. When the coordinator is away it goes on with what it has: to the end of each lease, then with
 * its safe share.
 */
export class LimitHolder implements AsyncDisposable {
  readonly #options: LimitHolderOptions;
  readonly #time = new SteadyTime();
  readonly #tree: LocalTree;
  readonly #leases: LeaseHolder;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  readonly #watching: Promise<void>;
  #asking: Promise<void> | undefined;
  #isAway = false;
  #nextProbeMs = 0;

  constructor(options: LimitHolderOptions) {
    this.#options = options;
    this.#tree = new LocalTree(this.#nowUs());
    this.#leases = new LeaseHolder(this.#tree);
    this.#loop = this.#run();
    this.#watching = this.#watch();
  }

  /** Leases in hand. */
  get held(): number {
    return this.#leases.held;
  }

  /** May so many operations and bytes be done at the path now? When allowed they are counted. */
  take(path: LimitPath, ops: number, bytes: number): Taken {
    const nowUs = this.#nowUs();
    const node = this.#tree.nodeOf(path, nowUs);
    if (node) return this.#takeAt(node, ops, bytes, nowUs);
    return this.#seek(path) ? UNLIMITED : UNKNOWN;
  }

  /** As `take`, for who keeps the node: half the cost. Undefined when no lease covers the path yet. */
  nodeOf(path: LimitPath): LocalNode | undefined {
    const node = this.#tree.nodeOf(path, this.#nowUs());
    if (!node) this.#seek(path);
    return node;
  }

  takeAt(node: LocalNode, ops: number, bytes: number): Taken {
    if (node.index === NO_NODE) return this.take(node.path, ops, bytes);
    return this.#takeAt(node, ops, bytes, this.#nowUs());
  }

  /** Resolves when the coordinator has answered about the path. Rejects when it can't be reached. */
  async ready(path: LimitPath): Promise<void> {
    while (this.#asking) await this.#asking.catch(() => {});
    if (this.#tree.nodeOf(path, this.#nowUs()) || this.#seek(path)) return;
    await this.#askNow();
  }

  /** Asks for all leases anew, after the limits were changed. */
  renew(): Promise<void> {
    return this.#askFor(undefined);
  }

  /** What the node's own ceiling leaves now; undefined without a lease or a limit. */
  available(path: LimitPath): Amounts | undefined {
    const nowUs = this.#nowUs();
    const node = this.#tree.nodeOf(path, nowUs);
    return node && this.#tree.available(node, nowUs);
  }

  /** The limits of the node that decides about the path; undefined without a lease or a limit. */
  limitsOf(path: LimitPath): NodeLimits | undefined {
    const node = this.#tree.nodeOf(path, this.#nowUs());
    return node && this.#tree.book.limitOf(node.path)?.limits;
  }

  /** The one-time bursts of VMs that boot, by their nodes. */
  get boots(): NodeBoots {
    return this.#tree;
  }

  /** Stops asking, and gives the leases back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Error("closing"));
    await Promise.all([this.#loop, this.#watching]);
    const { source, holder, clock } = this.#options;
    const gone = this.#leases.letGo(clock.monotonicMs(), this.#nowUs(), true);
    if (gone.length > 0) await source.release(holder, gone).catch(() => {});
  }

  #takeAt(node: LocalNode, ops: number, bytes: number, nowUs: number): Taken {
    const waitUs = this.#tree.decide(node, ops, bytes, nowUs);
    if (waitUs === 0) return ALLOWED;
    const { refusedBy } = this.#tree;
    if (this.#tree.book.limitOf(refusedBy)?.shadow) return { kind: "allowed", shadowed: refusedBy };
    return { kind: "refused", retryAfterMs: Math.ceil(waitUs / 1_000), refusedBy };
  }

  /** True: nothing limits the path, as far as known; limits that came since are asked about now and then. */
  #seek(path: LimitPath): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#leases.knowsLimits) {
      this.#leases.seek(path, nowMs);
      return false;
    }
    const point = this.#tree.book.leasePoint(path);
    if (point !== undefined) {
      this.#leases.seek(point, nowMs);
    } else if (nowMs >= this.#nextProbeMs) {
      this.#nextProbeMs = nowMs + PROBE_MS;
      this.#leases.seek(path, nowMs);
    }
    return point === undefined;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    for (let tick = 1; ; tick++) {
      await clock.delay(TICK_MS, signal).catch(() => {});
      if (signal.aborted) return;
      this.#leases.apply(this.#times(), this.#nowUs());
      if (!this.#asking) {
        await this.#askNow().catch((error: unknown) => {
          if (!this.#isAway) log.warn({ err: error }, "no coordinator of limits: going on without");
          this.#isAway = true;
        });
      }
      if (tick % SWEEP_TICKS === 0) this.#sweep();
    }
  }

  /** Hints only: without them leases are renewed in their time. */
  async #watch(): Promise<void> {
    const { source, holder, clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await source.watch(holder, (paths) => this.#heard(paths), signal).catch(() => {});
      await clock.delay(WATCH_AGAIN_MS, signal).catch(() => {});
    }
  }

  /** Others want what these leases give, or what they lacked is there: each is renewed at once. */
  #heard(paths: readonly LimitPath[]): void {
    // What fails is tried again at the next tick.
    this.#askFor(paths).catch(() => {});
  }

  /** An answer that is on its way may be of before: so it is waited for, and then asked anew. */
  async #askFor(paths: readonly LimitPath[] | undefined): Promise<void> {
    while (this.#asking) await this.#asking.catch(() => {});
    this.#leases.askSoon(paths);
    await this.#askNow();
  }

  #askNow(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { source, holder, log } = this.#options;
    for (;;) {
      const asked = this.#times();
      const asks = this.#leases.asksDue(asked);
      if (asks.length === 0) return;
      try {
        const { revision } = this.#tree.book;
        const { grants, book } = await source.lease(holder, asks, revision);
        if (book) this.#leases.setBook(book, this.#nowUs());
        this.#leases.answered(asks, grants, asked, this.#nowUs());
        if (this.#isAway) log.info("the coordinator of limits is back");
        this.#isAway = false;
      } catch (error) {
        this.#leases.failed(asks, this.#times());
        throw error;
      }
    }
  }

  #sweep(): void {
    const { source, holder, clock } = this.#options;
    this.#tree.sweep(this.#nowUs());
    const gone = this.#leases.letGo(clock.monotonicMs(), this.#nowUs());
    // When it is not heard the leases end by themselves.
    if (gone.length > 0) source.release(holder, gone).catch(() => {});
  }

  #times() {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
  }

  #nowUs(): number {
    return this.#time.at(this.#options.clock.monotonicMs() * 1_000);
  }
}
