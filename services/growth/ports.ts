import type { Origin } from "./domain/figures/day-figures.ts";

/** What a checkpoint consists of, and from where on the log is needed with it. */
export interface Manifest {
  /** Records of frames from here on are not in the blobs. */
  readonly position: number;
  readonly users: number;
  /** Event keys in the blobs are numbers `eventsFrom` to `events`. */
  readonly eventsFrom: number;
  readonly events: number;
  /** The day that was the newest begun. */
  readonly today: number;
  /** Of a feed of earlier versions: each generation with its last row that was taken in, as text. */
  readonly feed: readonly (readonly [string, string])[];
  /** All of them; a name stands for one content for ever. */
  readonly blobs: readonly string[];
}

/** Where posts were sent from. */
export interface PostOrigins {
  /** All fields empty when the post is deleted or unknown. Errors are DomainErrors. */
  of(postId: bigint): Promise<Origin>;
}

/** Told of the records of one frame: bytes[from..to). */
export type OnRecords = (bytes: Buffer, from: number, to: number) => void;

/**
 * The durable side of the service: a log of frames, and checkpoints, which are named blobs under one
 * manifest. One process writes; another that opens the same journal ends it.
 */
export interface Journal {
  /** Bytes that the journal fills at the head of each frame. */
  readonly headBytes: number;
  /**
   * Makes a frame durable behind those before it; resolves to the position where the next one begins. One
   * at a time. Rejects when that is not certain: nothing may be appended any more.
   */
  append(frame: Buffer): Promise<number>;
  /** Writes a blob, durably. One that is there already is the same. */
  writeBlob(name: string, bytes: Uint8Array): Promise<void>;
  /** Puts a manifest in the place of the last one, then removes blobs and frames that it does not need. */
  checkpoint(manifest: Manifest): Promise<void>;
  /** Where the next frame begins; it only rises. */
  readonly position: number;
  close(): Promise<void>;
}

/** A journal as it was found. To be read in this order: blobs, then the log. */
export interface StoredJournal {
  /** Undefined: there is no checkpoint. */
  readonly manifest: Manifest | undefined;
  readBlob(name: string): Promise<Buffer>;
  /** Tells of all frames from the manifest's position on, in order; then the journal is ours. */
  replay(onRecords: OnRecords): Promise<Journal>;
}
