import { type DomainCode, DomainError } from "../../../services/platform/grpc/errors/errors.ts";

const SIGNS_OF_CHANGE: ReadonlySet<DomainCode> = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED"]);

/**
 * Where a viewer's timeline is. Begins with what the target said, and follows shards that move: an owner
 * that is gone is asked no more, and any other process names the one that took over.
 */
export class Owners {
  readonly #addresses: readonly string[];
  readonly #ownerOf: (viewer: number) => number;
  readonly #moved = new Map<number, string>();

  constructor(addresses: readonly string[], ownerOf: (viewer: number) => number) {
    this.#addresses = addresses;
    this.#ownerOf = ownerOf;
  }

  of(viewer: number): string {
    return this.#moved.get(viewer) ?? this.#addresses[this.#ownerOf(viewer)];
  }

  /** A call at `address` failed: the next one may go elsewhere. */
  failed(viewer: number, address: string, error: unknown): void {
    if (!(error instanceof DomainError) || !SIGNS_OF_CHANGE.has(error.code)) return;
    if (this.of(viewer) !== address) return; // another call was told before
    const named = error.metadata.owner;
    const next = this.#addresses[(this.#addresses.indexOf(address) + 1) % this.#addresses.length];
    this.#moved.set(viewer, named && this.#addresses.includes(named) ? named : next);
  }
}
