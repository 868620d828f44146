declare module "autocannon" {
  interface Options {
    url: string;
    connections: number;
    duration: number;
    timeout: number;
    headers?: Readonly<Record<string, string>>;
  }
  interface Result {
    duration: number;
    "2xx": number;
    non2xx: number;
    errors: number;
    timeouts: number;
  }
  const autocannon: (options: Options) => Promise<Result>;
  export default autocannon;
}
