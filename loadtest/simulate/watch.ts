import { rateAt, ratesOverDay } from "./day-curve.ts";
import type { Depths, Mesh } from "./mesh/mesh.ts";
import type { Model } from "./model.ts";

/** So many looks at the depth of queues a window. */
const LOOKS_A_WINDOW = 10;
/** An owner that has nothing but pages to do still appends, slowly. */
const MAX_PAGE_SHARE = 0.95;

/** What a window's mean depths, and shares of CPU, are of. */
export type Utilisation = Readonly<
  Record<"post" | "broker" | "friend" | "fanout" | "timeline", number>
>;

/** Looks at the mesh through the run, and keeps a row a window. */
export class Watch {
  readonly depths: Depths[] = [];
  readonly utilisation: Utilisation[] = [];
  /** In the window. */
  readonly posts: number[] = [];
  readonly entries: number[] = [];
  readonly #mesh: Mesh;
  readonly #model: Model;
  readonly #windowMicros: number;
  readonly #pages: ReturnType<typeof ratesOverDay>;
  readonly #look: number;
  #looksLeft = 0;
  #sums: Depths | undefined;
  #before = { posts: 0, entries: 0, busy: {} as Record<string, number> };

  constructor(mesh: Mesh, model: Model, windowMicros: number) {
    this.#mesh = mesh;
    this.#model = model;
    this.#windowMicros = windowMicros;
    const { pagesADay, zones } = model.load;
    this.#pages = ratesOverDay(pagesADay / model.processes.timeline, zones);
    this.#look = mesh.events.kind(() => this.#onLook());
  }

  /** For so many windows. */
  start(windows: number): void {
    this.#looksLeft = windows * LOOKS_A_WINDOW;
    this.#setPages();
    this.#lookLater();
  }

  #lookLater(): void {
    const { events } = this.#mesh;
    events.at(events.now + this.#windowMicros / LOOKS_A_WINDOW, this.#look);
  }

  /** Pages take their share of the owners' time: a slower owner, not one more queue. */
  #setPages(): void {
    const share = rateAt(this.#pages, this.#mesh.events.now) * this.#model.costs.timeline.page;
    this.#mesh.owners.pageShare = Math.min(MAX_PAGE_SHARE, share);
  }

  #onLook(): void {
    const now = this.#mesh.depths();
    const sums = this.#sums;
    this.#sums = sums ? mapDepths(now, (depth, name) => depth + sums[name]) : now;
    this.#setPages();
    if (--this.#looksLeft % LOOKS_A_WINDOW === 0) this.#endWindow();
    if (this.#looksLeft > 0) this.#lookLater();
  }

  #endWindow(): void {
    const { workers, parts } = this.#mesh;
    if (this.#sums) this.depths.push(mapDepths(this.#sums, (sum) => sum / LOOKS_A_WINDOW));
    this.#sums = undefined;
    const posts = parts.posts.acknowledged();
    this.posts.push(posts - this.#before.posts);
    this.entries.push(workers.entries - this.#before.entries);
    const busy = this.#busy(posts);
    const share = (tier: keyof Utilisation, threads: number) =>
      (busy[tier] - (this.#before.busy[tier] ?? 0)) / this.#windowMicros / threads;
    const { pageShare } = this.#mesh.owners;
    this.utilisation.push({
      post: share("post", parts.posts.threads.count),
      broker: share("broker", 1),
      friend: share("friend", parts.friends.threads.count),
      fanout: share("fanout", parts.threads.count),
      // Appends were reckoned as slower by what pages take.
      timeline: share("timeline", this.#mesh.owners.threads.count) * (1 - pageShare) + pageShare,
    });
    this.#before = { posts, entries: workers.entries, busy };
  }

  /** us of CPU until now, by tier. */
  #busy(posts: number): Utilisation {
    const { parts, owners, broker } = this.#mesh;
    // Where posts come as they are durable, what it took to make them so is not in the course of events.
    const creating = broker === undefined ? 0 : posts * this.#model.costs.post.create;
    return {
      post: parts.posts.threads.busy + creating,
      broker: broker?.busy ?? 0,
      friend: parts.friends.threads.busy,
      fanout: parts.threads.busy,
      timeline: owners.threads.busy,
    };
  }
}

function mapDepths(depths: Depths, value: (depth: number, name: keyof Depths) => number): Depths {
  const entries = Object.entries(depths) as [keyof Depths, number][];
  return Object.fromEntries(entries.map(([name, depth]) => [name, value(depth, name)])) as Depths;
}
