import { DomainError } from "../../services/platform/grpc/errors/errors.ts";

/**
 * Parts of a page that may fail by themselves: a service that is down costs its part, and the page says so.
 */
export class Attempts {
  readonly problems: string[] = [];

  /** What it resolves to; undefined when it fails, for a reason that is kept. */
  async at<T>(what: string, work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.problems.push(`${what}: ${reasonOf(error)}`);
      return undefined;
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError && error.code === "UNAVAILABLE" && !error.reason) {
    return `does not answer (${error.message})`;
  }
  return error instanceof Error ? error.message : String(error);
}
