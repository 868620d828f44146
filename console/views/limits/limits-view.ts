import type { Amount, LimitStatus, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import { type Column, type Html, html, table } from "../../page/html.ts";
import type { View } from "../view.ts";

type Limits = Pick<Client<typeof RateLimitServiceService>, "listLimits">;

interface Amounts {
  readonly ops?: string;
  readonly bytes?: string;
}

interface LimitNode {
  readonly path: string;
  /** Below the root: 0 is a root. */
  readonly depth: number;
  readonly rate: Amounts;
  readonly ceiling: Amounts;
  readonly leased: Amounts;
  readonly wanted: Amounts;
  readonly holders: number;
  readonly weight: number;
  readonly priority: number;
  readonly shadow: boolean;
}

interface LimitTree {
  readonly revision: string;
  readonly below: string;
  readonly limits: readonly LimitNode[];
  readonly next_page_token: string;
}

const PAGE_LIMITS = 500;
const HOUR_SECONDS = 3_600n;

/** /console/limits: the trees of limits, and what is leased of each node now. */
export function limitsView(limits: Limits): View {
  return {
    path: "/limits",
    name: "Limits",
    refreshSeconds: 5,
    open: async ({ query }) => {
      const below = query.get("below") ?? "";
      const found = await limits.listLimits({
        path: below,
        pageSize: PAGE_LIMITS,
        pageToken: query.get("token") ?? "",
      });
      const data: LimitTree = {
        revision: String(found.revision),
        below,
        limits: found.limits.map(nodeOf),
        next_page_token: found.nextPageToken,
      };
      return { title: below ? `Limits below ${below}` : "Limits", data, body: limitsPage(data) };
    },
  };
}

function nodeOf({ limit, leased, wanted, holders }: LimitStatus): LimitNode {
  const path = limit?.path ?? "";
  const perSeconds = BigInt(limit?.perSeconds || 1);
  const rate = (amount: Amount | undefined): Amount => ({
    ops: amount?.ops && (amount.ops * HOUR_SECONDS) / perSeconds,
    bytes: amount?.bytes && amount.bytes / perSeconds,
  });
  return {
    path,
    depth: path.split("/").length - 1,
    rate: amountsOf(rate(limit?.rate)),
    ceiling: amountsOf(rate(limit?.ceiling)),
    leased: amountsOf(leased),
    wanted: amountsOf(wanted),
    holders,
    weight: limit?.weight ?? 1,
    priority: limit?.priority ?? 0,
    shadow: limit?.shadow ?? false,
  };
}

function amountsOf(amount: Amount | undefined): Amounts {
  return {
    ...(amount?.ops !== undefined && { ops: String(amount.ops) }),
    ...(amount?.bytes !== undefined && { bytes: String(amount.bytes) }),
  };
}

const COLUMNS: readonly Column[] = [
  { name: "Node" },
  { name: "Assured" },
  { name: "Ceiling" },
  { name: "Leased now" },
  { name: "Wanted now" },
  { name: "Holders", isNumber: true },
  { name: "Weight", isNumber: true },
  { name: "Priority", isNumber: true },
];

function limitsPage({ limits, revision, below, next_page_token }: LimitTree): Html {
  if (limits.length === 0) return html`<p>Nothing is limited${below && ` below ${below}`}.</p>`;
  const more = new URLSearchParams({ below, token: next_page_token });
  return html`<p class="hint">Revision ${revision}. Operations an hour, bytes a second. An indent is a step down the tree.</p>
${table("The tree", COLUMNS, limits.map(limitRow))}
${next_page_token !== "" && html`<p><a href="/console/limits?${String(more)}">The limits that follow</a></p>`}`;
}

function limitRow(node: LimitNode) {
  const { path, depth, rate, ceiling, leased, wanted, holders, weight, priority, shadow } = node;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const below = new URLSearchParams({ below: path });
  return [
    html`${"\u2003".repeat(depth)}<a href="/console/limits?${String(below)}">${name}</a>${shadow && " (shadow)"}`,
    amountText(rate),
    amountText(ceiling),
    amountText(leased),
    amountText(wanted),
    ...[holders, weight, priority],
  ];
}

function amountText({ ops, bytes }: Amounts): string {
  const number = (text: string) => Number(text).toLocaleString("en");
  const parts = [
    ...(ops === undefined ? [] : [`${number(ops)} ops`]),
    ...(bytes === undefined ? [] : [`${number(bytes)} B`]),
  ];
  return parts.join(", ") || "none";
}
