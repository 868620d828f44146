import type { Span, Tracer } from "../../../platform/telemetry/tracing/tracer.ts";

/** Posts that are traced, of those that came lately: one in a hundred, so a few seconds or minutes of them. */
const MAX_POSTS = 4_096;

/** Where posts that are traced belong, for the streams that they go out on. */
export class TracedPosts {
  readonly #tracer: Tracer;
  readonly #traceparents = new Map<bigint, string>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** An append begins: from now on streams know where its posts belong. Its spans are to be ended. */
  begin(
    posts: readonly { readonly postId: bigint; readonly traceparent?: string | undefined }[],
    call: { readonly traceparent?: string | undefined },
  ): readonly Span[] {
    const links = call.traceparent === undefined ? [] : [call.traceparent];
    return posts.flatMap(({ postId, traceparent }) => {
      if (!traceparent) return [];
      const attributes = { "tidings.post.id": String(postId) };
      const span = this.#tracer.begin({
        ...{ name: "append entry", kind: "internal", parent: traceparent, links, attributes },
      });
      if (!span) return [];
      this.#note(postId, span.traceparent);
      return [span];
    });
  }

  of(post: bigint): string | undefined {
    return this.#traceparents.get(post);
  }

  #note(post: bigint, traceparent: string): void {
    if (this.#traceparents.size >= MAX_POSTS) {
      const [oldest] = this.#traceparents.keys();
      if (oldest !== undefined) this.#traceparents.delete(oldest);
    }
    this.#traceparents.set(post, traceparent);
  }
}
