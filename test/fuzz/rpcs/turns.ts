import type { Socket } from "node:net";
import { type Dial, dialPlain } from "../../../loadtest/drivers/connect-to.ts";

/** Sockets whose writes of one turn of the event loop leave together: one costs both sides as much as a small call. */
export class Turns {
  readonly #sockets = new Set<Socket>();
  #isCorked = false;

  readonly dial: Dial = (address, signal) => {
    const socket = dialPlain(address, signal);
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  };

  /** What is written from now on waits for the end of this turn. */
  begin(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    const sockets = [...this.#sockets];
    for (const socket of sockets) socket.cork();
    setImmediate(() => {
      this.#isCorked = false;
      for (const socket of sockets) socket.uncork();
    });
  }
}
