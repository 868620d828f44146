import type { Client, Head } from "autocannon";
import { statusOfHttp } from "../../drivers/http/request.ts";
import { record } from "../../measure/histogram.ts";
import type { OperationRecord } from "../../measure/operation-record.ts";
import { statusOfLoss } from "../../measure/outcome/lost.ts";
import type { Redirects } from "../plan/redirects.ts";

const CLOSED = statusOfLoss(undefined);

/** What is heard of the requests of all connections. */
export interface Heard {
  readonly operation: OperationRecord;
  readonly redirects: Redirects;
}

/**
 * Counts what becomes of one connection's requests, one at a time, while it lasts: autocannon itself goes on for up to
 * a second more than it was told. It opens a connection again that the server closed, without a word: then a request
 * follows one of which nothing was heard. One that it wrote after an answer that ends its connection never arrived, by
 * its own doing: that was not sent.
 */
export function hearClient(
  client: Client,
  { operation, redirects }: Heard,
  lasts: () => boolean,
): void {
  const { counts, statuses } = operation;
  let isOpen = false;
  let isUnheard = false;
  let head: Head | undefined;
  let wasLast = false;
  const count = (as: "ok" | "failed" | "timeout", status = 0) => {
    if (!lasts() || wasLast) return;
    counts.sent++;
    counts[as]++;
    if (as === "failed") statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const lost = (as: "failed" | "timeout", status?: number) => {
    if (isUnheard) isUnheard = false;
    else if (isOpen) isOpen = false;
    else return;
    count(as, status);
    wasLast = false;
  };
  client.on("request", () => {
    isUnheard = isOpen;
    isOpen = true;
    if (!isUnheard) return;
    // The request after one that was too late is told before that is.
    queueMicrotask(() => isUnheard && lost("failed", CLOSED));
  });
  client.on("connError", (error) => lost("failed", statusOfLoss(error)));
  client.on("timeout", () => lost("timeout"));
  client.on("headers", (came) => {
    head = came;
  });
  client.on("response", (status, _bytes, responseMs) => {
    isOpen = false;
    // It gives up after whole seconds.
    const isLate = responseMs > operation.timeoutMs;
    const isGood = !isLate && statusOfHttp(status) === 0;
    if (lasts()) {
      record(operation.service, responseMs * 1000);
      if (isGood) record(operation.answered, responseMs * 1000);
      redirects.look(operation.name, { status, headers: headersOf(head) });
    }
    if (isLate) count("timeout");
    else count(isGood ? "ok" : "failed", status);
    wasLast = head?.shouldKeepAlive === false;
  });
}

function headersOf(head: Head | undefined): ReadonlyMap<string, string> {
  const { headers = [] } = head ?? {};
  const names = headers.filter((_, i) => i % 2 === 0);
  return new Map(names.map((name, i) => [name.toLowerCase(), headers[2 * i + 1]]));
}
