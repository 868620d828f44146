import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for what does not fit into memory; it is made when it is first asked for. */
export class TemporaryFolder {
  readonly #parent: string;
  #path: string | undefined;
  #files = 0;

  constructor(parent: string = tmpdir()) {
    this.#parent = parent;
  }

  /** A name that nobody has used. */
  newFile(): string {
    this.#path ??= mkdtempSync(join(this.#parent, "erasure-"));
    this.#files += 1;
    return join(this.#path, String(this.#files));
  }

  [Symbol.dispose](): void {
    if (this.#path) rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
