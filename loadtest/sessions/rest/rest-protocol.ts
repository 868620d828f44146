import { writeText } from "../../../population/people/texts.ts";
import type { Population } from "../../../population/population.ts";
import type { MicroClock } from "../../drivers/driver.ts";
import type { Step } from "../../run/step.ts";
import type { PostListener, Protocol } from "../asking.ts";
import { PAGE_ENTRIES } from "../grpc/grpc-protocol.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";
import { reactionChain, type Wanted } from "../own-reactions.ts";
import { pageIn, postIdIn, requestOf } from "./rest-messages.ts";
import { restReactions, wantedOn } from "./rest-reactions.ts";
import type { Tokens } from "./tokens.ts";

export interface RestProtocolOptions {
  readonly operations: OperationTable;
  readonly gateways: readonly string[];
  /** Below 0: not in this slice. */
  readonly ownerOf: (viewer: number) => number;
  readonly tokens: Tokens;
  readonly population: Pick<Population, "text" | "reactions">;
  /** Unlike any other run's. */
  readonly run: string;
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
      const { reactions } = names;
      const speaker =
        reactions && restReactions(tokens, reactions, (name) => add(name, TIMEOUT_MS));
      return (feed, from, when) => {
        if (ownerOf(feed.viewer) < 0) return NO_STEPS;
        // Signed when the step is made: ahead of its time.
        const viewerToken = tokens(feed.viewer);
        let wanted: readonly Wanted[] = [];
        const step: Step = {
          ...when,
          operation,
          message() {
            const token = from === "top" ? undefined : feed.token;
            if (token === "") return "nothing";
            const path = token ? `${PAGE}&page_token=${encodeURIComponent(token)}` : PAGE;
            return requestOf(viewerToken, { method: "GET", path });
          },
          answered(message) {
            const page = pageIn(message);
            feed.token = page.next_page_token ?? "";
            if (!speaker) return;
            wanted = wantedOn(page, options, { viewer: feed.viewer, session: when.session });
          },
          ...(speaker && {
            next: (nowMicros) => reactionChain(speaker, options, wanted, nowMicros),
          }),
        };
        return [step];
      };
    },
    posts(name) {
      const operation = add(name, TIMEOUT_MS);
      return ({ author, textNumber, requestId }, when) => {
        const message = requestOf(tokens(author), {
          method: "POST",
          path: "/v1/posts",
          body: { text: writeText(population.text(author, textNumber)), request_id: requestId },
        });
        return {
          ...when,
          operation,
          message: () => message,
          answered(answer) {
            listener?.acknowledged(author, postIdIn(answer), clock.nowMicros(), textNumber);
          },
          failed: () => listener?.unknown?.(author, clock.nowMicros()),
        };
      };
    },
  };
}
