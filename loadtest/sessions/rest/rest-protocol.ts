import { writeText } from "../../../population/people/texts.ts";
import type { Population } from "../../../population/population.ts";
import type { MicroClock } from "../../drivers/driver.ts";
import type { RestRequest } from "../../drivers/rest/request.ts";
import type { Step } from "../../run/step.ts";
import type { PostListener, Protocol } from "../asking.ts";
import { PAGE_ENTRIES } from "../grpc/grpc-protocol.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";
import type { Tokens } from "./tokens.ts";

export interface RestProtocolOptions {
  readonly operations: OperationTable;
  readonly gateways: readonly string[];
  /** Below 0: not in this slice. */
  readonly ownerOf: (viewer: number) => number;
  readonly tokens: Tokens;
  readonly population: Pick<Population, "text">;
  readonly clock: MicroClock;
  readonly listener?: PostListener | undefined;
  readonly pageTimeoutMs: number;
}

const PAGE = `/v1/timeline?include=posts&limit=${PAGE_ENTRIES}`;
const NO_STEPS: readonly Step[] = [];

/** As apps do it: one request for a page with its posts, JSON, and each person's own token. */
export function restProtocol(options: RestProtocolOptions): Protocol {
  const { operations, gateways, ownerOf, tokens, population, clock, listener } = options;
  const add = (name: string, timeoutMs: number) =>
    operations.add(name, "rest", { path: "", addresses: gateways, timeoutMs });
  return {
    pages(names) {
      const operation = add(names.page, options.pageTimeoutMs);
      return (feed, from, when) => {
        if (ownerOf(feed.viewer) < 0) return NO_STEPS;
        const headers = headersOf(tokens, feed.viewer);
        const step: Step = {
          ...when,
          operation,
          message() {
            const token = from === "top" ? undefined : feed.token;
            if (token === "") return "nothing";
            const path = token ? `${PAGE}&page_token=${encodeURIComponent(token)}` : PAGE;
            return encoded({ method: "GET", path, headers });
          },
          answered(message) {
            feed.token = textIn(message, "next_page_token") ?? "";
          },
        };
        return [step];
      };
    },
    posts(name) {
      const operation = add(name, TIMEOUT_MS);
      return ({ author, textNumber, requestId }, when) => {
        const message = encoded({
          method: "POST",
          path: "/v1/posts",
          headers: headersOf(tokens, author),
          body: { text: writeText(population.text(author, textNumber)), request_id: requestId },
        });
        return {
          ...when,
          operation,
          message: () => message,
          answered(answer) {
            const postId = BigInt(textIn(answer, "post_id") ?? 0);
            listener?.acknowledged(author, postId, clock.nowMicros(), textNumber);
          },
          failed: () => listener?.unknown?.(author, clock.nowMicros()),
        };
      };
    },
  };
}

/** Signed when the step is made: ahead of its time. */
function headersOf(tokens: Tokens, person: number) {
  return { authorization: `Bearer ${tokens(person)}` };
}

function encoded(request: RestRequest): Uint8Array {
  return Buffer.from(JSON.stringify(request));
}

/** A text at the top of the gateway's answer; undefined when there is none. Throws when it is no JSON. */
function textIn(message: Uint8Array, field: string): string | undefined {
  const value: unknown = JSON.parse(Buffer.from(message).toString())[field];
  return typeof value === "string" ? value : undefined;
}
