import fc from "fast-check";
import type { FuzzTarget } from "../play/target.ts";
import { askRoute } from "./ask-route.ts";
import { type OpenApi, operationsOf } from "./operations.ts";
import { requestsTo } from "./requests.ts";

/** Every route of the gateway at `url`, as it documents them, with a user's token. */
export async function routeTargets(url: string, token: string): Promise<readonly FuzzTarget[]> {
  const answer = await fetch(`${url}/openapi.json`);
  const document = (await answer.json()) as OpenApi;
  return operationsOf(document).map((operation): FuzzTarget => {
    const requests = requestsTo(operation);
    return {
      name: `${operation.method} ${operation.path}`,
      kind: "route",
      ask: (random) => {
        const seed = Math.floor(random() * 2 ** 32) | 0;
        const [request] = fc.sample(requests, { seed, numRuns: 1 });
        return askRoute({ url, token }, operation, request);
      },
    };
  });
}
