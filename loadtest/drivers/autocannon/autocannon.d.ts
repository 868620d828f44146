declare module "autocannon" {
  interface Options {
    url: string;
    connections: number;
    duration: number;
    timeout: number;
    headers?: Readonly<Record<string, string>>;
    method?: string;
    body?: Buffer;
    /** Requests a second, over all connections. */
    overallRate?: number;
  }
  interface Result {
    duration: number;
    "2xx": number;
    non2xx: number;
    errors: number;
    timeouts: number;
  }
  interface Run extends Promise<Result> {
    on(
      event: "response",
      heard: (client: unknown, status: number, bytes: number, responseMs: number) => void,
    ): void;
  }
  const autocannon: (options: Options) => Run;
  export default autocannon;
}
