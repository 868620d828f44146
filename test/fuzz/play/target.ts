/** 0 to 1. */
export type Random = () => number;

/** What came of a call. */
export interface Outcome {
  /** As "0" of gRPC, or "404" of HTTP. */
  readonly status: string;
  /** What no request may bring a service to. */
  readonly fault?: string | undefined;
}

/** One RPC or route. */
export interface FuzzTarget {
  /** As "/tidings.post.v1.PostService/CreatePost", or "GET /v1/posts/{post_id}". */
  readonly name: string;
  /** Each kind has its own share of what is in flight. */
  readonly kind: Kind;
  /** Sends what this randomness makes of a request. */
  ask(random: Random): Promise<Outcome>;
}

export const KINDS = ["unary", "stream", "route"] as const;
export type Kind = (typeof KINDS)[number];
