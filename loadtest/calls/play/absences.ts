import type { Driver } from "../../drivers/driver.ts";

const LOOK_MS = 1_000;

/** For how long each address had no connection: of several the others have its calls, and nothing fails. */
export class AbsentAddresses implements Disposable {
  readonly #driver: Pick<Driver, "away">;
  readonly #seconds = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(driver: Pick<Driver, "away">) {
    this.#driver = driver;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Once a second. */
  look(): void {
    for (const address of this.#driver.away?.() ?? []) {
      this.#seconds.set(address, (this.#seconds.get(address) ?? 0) + 1);
    }
  }

  sentences(): readonly string[] {
    return [...this.#seconds].map(
      ([address, seconds]) =>
        `${address} took no connection for some ${seconds} s of the run: where there are other addresses, they had its calls.`,
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
