import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What a network does to what passes. */
export type LinkFault =
  /** Everything arrives later. */
  | { readonly kind: "latency"; readonly ms: number }
  /** Nothing arrives; new connections are taken, and lead nowhere. What was sent arrives when it ends. */
  | { readonly kind: "blackhole" }
  /** What is asked arrives, and no answer does. */
  | { readonly kind: "one-way" }
  /** Every connection is reset, new ones too. */
  | { readonly kind: "reset" }
  /** The far ends of all connections have vanished without a word; new connections work. */
  | { readonly kind: "half-open" };

/** Passes TCP connections on to a port of this machine, well or badly. */
export interface TcpProxy extends AsyncDisposable {
  /** "host:port". */
  readonly address: string;
  /** From now on; undefined: none. */
  setFault(fault: LinkFault | undefined): void;
  /** Breaks every connection; new ones are taken. */
  breakConnections(): void;
  /** Passes nothing on any more, and keeps the connections: a peer that does not read. */
  stall(): void;
  /** Breaks every connection, and refuses new ones: the end of a process, seen from outside. */
  cut(): void;
}

const HOST = "127.0.0.1";

/** `at`: the address that it listens on. */
export async function startTcpProxy(targetPort: () => number, at = HOST): Promise<TcpProxy> {
  const links = new Set<Link>();
  let fault: LinkFault | undefined;
  const server = createServer((near) => {
    const link = new Link(near, connect(targetPort(), HOST));
    links.add(link);
    link.onGone(() => links.delete(link));
    link.apply(fault?.kind === "half-open" ? undefined : fault);
  });
  await new Promise<void>((resolve) => server.listen(0, at, resolve));
  const breakConnections = () => {
    for (const link of links) link.destroy();
  };
  const setFault = (next: LinkFault | undefined) => {
    fault = next;
    for (const link of links) link.apply(next);
  };
  const cut = () => {
    server.close();
    breakConnections();
  };
  return {
    address: `${at}:${(server.address() as AddressInfo).port}`,
    setFault,
    breakConnections,
    stall: () => {
      for (const link of links) link.apply({ kind: "blackhole" });
    },
    cut,
    [Symbol.asyncDispose]: async () => cut(),
  };
}

/** One connection through the proxy, both ways. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  /** Ends of which nothing is taken. */
  readonly #held = new Set<Socket>();
  #delayMs = 0;
  #isHalfOpen = false;

  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    this.#pass(near, far);
    this.#pass(far, near);
  }

  apply(fault: LinkFault | undefined): void {
    this.#delayMs = fault?.kind === "latency" ? fault.ms : 0;
    const isSilent = fault?.kind === "blackhole";
    this.#hold(this.#near, isSilent);
    this.#hold(this.#far, isSilent || fault?.kind === "one-way");
    if (fault?.kind === "reset") this.destroy();
    if (fault?.kind !== "half-open") return;
    this.#isHalfOpen = true;
    this.#far.destroy();
  }

  /** As a reset: neither end is told politely. */
  destroy(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  onGone(tell: () => void): void {
    this.#near.once("close", tell);
  }

  #pass(from: Socket, to: Socket): void {
    from.on("error", () => {});
    from.on("data", (bytes: Buffer) => this.#later(() => this.#write(from, to, bytes)));
    from.on("end", () => this.#later(() => to.end()));
    from.on("close", () => {
      if (!this.#isHalfOpen) this.#later(() => to.destroy());
    });
  }

  #hold(end: Socket, isHeld: boolean): void {
    this.#held[isHeld ? "add" : "delete"](end);
    end[isHeld ? "pause" : "resume"]();
  }

  #write(from: Socket, to: Socket, bytes: Buffer): void {
    if (to.destroyed || to.write(bytes)) return;
    from.pause();
    to.once("drain", () => this.#held.has(from) || from.resume());
  }

  /** In order, for timers of one length are. */
  #later(act: () => void): void {
    if (this.#delayMs === 0) act();
    else setTimeout(act, this.#delayMs);
  }
}
