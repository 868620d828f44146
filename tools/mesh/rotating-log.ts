import {
  createWriteStream,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from "node:fs";
import { dirname } from "node:path";

export interface RotatingLogOptions {
  readonly path: string;
  /** A file that is longer is set aside, as PATH.1; the older ones move on. */
  readonly maxBytes: number;
  /** How many are kept beside the one that is written. */
  readonly keptFiles: number;
  /** It takes nothing for now: its disk is full, or away. Told once until a line is written again. */
  readonly onLost: (error: Error) => void;
}

/** Lines name people, their addresses and what went wrong with them. */
const OWN_ALONE = 0o600;

/** Lines into a file that never takes more than (keptFiles + 1) * maxBytes, and a line, of the disk. */
export class RotatingLog {
  readonly #options: RotatingLogOptions;
  #stream: WriteStream | undefined;
  #bytes: number;
  /** Said once, until a line is written again. */
  #isLost = false;
  #isEnded = false;

  constructor(options: RotatingLogOptions) {
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    this.#bytes = statSync(options.path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#isEnded) return;
    if (this.#bytes >= this.#options.maxBytes) this.#rotate();
    // Its disk may have room again.
    if (this.#stream === undefined || this.#stream.destroyed) this.#stream = this.#open();
    const text = `${line}\n`;
    this.#bytes += Buffer.byteLength(text);
    this.#stream?.write(text, (error) => {
      if (!error) this.#isLost = false;
    });
  }

  /** What was written is in the file, or lost. */
  end(): Promise<void> {
    this.#isEnded = true;
    return ended(this.#stream);
  }

  /** The file that was written keeps its stream until all of it is there: a name is all that changes. */
  #rotate(): void {
    const { path, keptFiles } = this.#options;
    void ended(this.#stream);
    try {
      rmSync(`${path}.${keptFiles}`, { force: true });
      for (let i = keptFiles - 1; i >= 1; i--) move(`${path}.${i}`, `${path}.${i + 1}`);
      if (keptFiles > 0) move(path, `${path}.1`);
      else rmSync(path, { force: true });
    } catch (error) {
      this.#lost(error as Error);
    }
    this.#bytes = 0;
    this.#stream = this.#open();
  }

  /** Opened at once: a stream that opened its path later might find the name moved. */
  #open(): WriteStream | undefined {
    const { path } = this.#options;
    const lost = (error: Error) => this.#lost(error);
    try {
      const fd = openSync(path, "a", OWN_ALONE);
      // One of an earlier version was for everybody; another's is as they made it.
      if (fstatSync(fd).uid === process.getuid?.()) fchmodSync(fd, OWN_ALONE);
      const stream = createWriteStream(path, { fd });
      // A full disk costs the log, not the process.
      return stream.on("error", lost);
    } catch (error) {
      lost(error as Error);
      return undefined;
    }
  }

  #lost(error: Error): void {
    if (!this.#isLost) this.#options.onLost(error);
    this.#isLost = true;
  }
}

function move(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}

/** One that failed has nothing left to write. */
function ended(stream: WriteStream | undefined): Promise<void> {
  if (stream === undefined || stream.destroyed) return Promise.resolve();
  return new Promise((done) => {
    stream.once("close", done);
    stream.end();
  });
}
