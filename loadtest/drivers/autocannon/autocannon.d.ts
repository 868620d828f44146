declare module "autocannon" {
  export interface Options {
    url: string;
    connections: number;
    duration: number;
    timeout: number;
    headers?: Readonly<Record<string, string>>;
    method?: string;
    body?: Buffer;
    /** Requests a second, over all connections. */
    overallRate?: number;
    /** Its own figures are not made up. */
    skipAggregateResult?: boolean;
    /** Of each connection, before it is opened. */
    setupClient?: (client: Client) => void;
  }
  export interface Client {
    on(event: "headers", heard: (head: Head) => void): void;
    on(event: "request" | "timeout", heard: () => void): void;
    on(event: "connError", heard: (error: Error) => void): void;
    on(event: "response", heard: (status: number, bytes: number, responseMs: number) => void): void;
  }
  export interface Head {
    readonly shouldKeepAlive: boolean;
    /** Names and values in turns, as they came. */
    readonly headers: readonly string[];
  }
  interface Result {
    duration: number;
    "2xx": number;
    non2xx: number;
    errors: number;
    timeouts: number;
  }
  /** Ends early, with what there is by then; there once its connections are set up, as when the first of them is told. */
  interface Running extends Promise<Result> {
    stop?(): void;
  }
  const autocannon: (options: Options) => Running;
  export default autocannon;
}
