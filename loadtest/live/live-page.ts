import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LiveFrame } from "./live-frame.ts";
import { LIVE_HTML } from "./live-html.ts";

const MAX_FRAMES = 3_600;

/** A page that shows a run while it goes on, for whoever opens it on this machine. */
export class LivePage implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #frames: LiveFrame[] = [];
  readonly #viewers: Set<ServerResponse>;

  /** `port` 0 is any. Rejects with a RangeError that says what to do when it can't be had. */
  static async open(port: number): Promise<LivePage> {
    const viewers = new Set<ServerResponse>();
    let page: LivePage | undefined;
    const server = createServer((request, response) => {
      if (request.url === "/events" && page) page.#watch(response);
      else if (request.url === "/") {
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        response.end(LIVE_HTML);
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", ({ message }) =>
        reject(
          new RangeError(
            `--live-page: port ${port} can't be had (${message}): give another, or 0 for any.`,
          ),
        ),
      );
      server.listen(port, "127.0.0.1", resolve);
    });
    const close = async () => {
      for (const viewer of viewers) viewer.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    const bound = (server.address() as AddressInfo).port;
    page = new LivePage(`http://127.0.0.1:${bound}/`, viewers, close);
    return page;
  }

  private constructor(url: string, viewers: Set<ServerResponse>, close: () => Promise<void>) {
    this.url = url;
    this.#viewers = viewers;
    this.#close = close;
  }

  show(frame: LiveFrame): void {
    this.#frames.push(frame);
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
    for (const viewer of this.#viewers) viewer.write(eventOf(frame));
  }

  /** Whoever comes late sees what has been. */
  #watch(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    for (const frame of this.#frames) response.write(eventOf(frame));
    this.#viewers.add(response);
    response.on("close", () => this.#viewers.delete(response));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function eventOf(frame: LiveFrame): string {
  return `data: ${JSON.stringify(frame)}\n\n`;
}
