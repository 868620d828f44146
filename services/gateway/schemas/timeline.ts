import { type Static, Type } from "@sinclair/typebox";
import { DEFAULT_PAGE_ENTRIES, MAX_PAGE_ENTRIES } from "../../model/limits.ts";
import { Degraded } from "./degraded.ts";
import { ALLOWED, id, oneOf, time, timeInput } from "./ids.ts";
import { optionalSaidFields } from "./post.ts";
import { Reactions } from "./reaction.ts";

const ORDERS = ["chronological", "ranked"] as const;

const MAX_TOKEN_CHARACTERS = 8_192;

const limitOfPage = Type.Integer({
  minimum: 1,
  maximum: MAX_PAGE_ENTRIES,
  default: DEFAULT_PAGE_ENTRIES,
  description: `At most so many entries, 1 to ${MAX_PAGE_ENTRIES}. A bound, not a promise.`,
});

/** A token or cursor that the caller gives back. */
export function cursorText(description: string) {
  return Type.String({
    minLength: 1,
    maxLength: MAX_TOKEN_CHARACTERS,
    [ALLOWED]: "a token or cursor from an earlier answer",
    description,
  });
}

export const TimelineQuery = Type.Object(
  {
    limit: Type.Optional(limitOfPage),
    page_token: Type.Optional(
      cursorText("next_page_token of an earlier answer, or an entry's cursor: goes on below it."),
    ),
    from_time: Type.Optional(
      timeInput(
        "Entries older than this only; without it, from the newest. With a token it is that of the token's scroll",
      ),
    ),
    order: Type.Optional(oneOf(ORDERS, "chronological (the default) or ranked.")),
    include: Type.Optional(oneOf(["posts"] as const, "posts: answer the posts in the same call.")),
  },
  { additionalProperties: false },
);
export type TimelineQuery = Static<typeof TimelineQuery>;

const ENTRY_STATUSES = ["found", "unknown"] as const;

export const Entry = Type.Object(
  {
    post_id: id("The post"),
    author_id: id("Who wrote it", "42"),
    create_time: time("When it was posted"),
    cursor: Type.String({
      description:
        "As page_token it goes on below this entry. Empty for all but the last of a ranked page.",
      examples: ["AQAAAAAAAAAqAAAAAAAAAAE"],
    }),
    reasons: Type.Optional(
      Type.Array(Type.String(), { description: "Why it stands here; in ranked pages only." }),
    ),
    status: Type.Optional(
      oneOf(
        ENTRY_STATUSES,
        "With include=posts: found, or unknown when its text cannot be had now.",
      ),
    ),
    ...optionalSaidFields,
    reactions: Type.Optional(Reactions),
  },
  { description: "One entry. The fields of the post are there with include=posts." },
);
export type Entry = Static<typeof Entry>;

export const TimelinePage = Type.Object({
  entries: Type.Array(Entry, { description: "Newest first, or as ranked." }),
  next_page_token: Type.Optional(
    Type.String({
      description:
        "Goes on below this page. Absent at the end of the timeline, and only there: " +
        "a short or empty page with a token is no end.",
    }),
  ),
  degraded: Type.Optional(Degraded),
});
export type TimelinePage = Static<typeof TimelinePage>;

export const StreamQuery = Type.Object(
  {
    limit: Type.Optional(limitOfPage),
    last_event_id: Type.Optional(
      cursorText("As the header Last-Event-ID, for a browser's EventSource."),
    ),
    stream_token: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_TOKEN_CHARACTERS,
        [ALLOWED]: "a token of POST /v1/stream-tokens",
        description: "In place of the Authorization header: from POST /v1/stream-tokens.",
      }),
    ),
  },
  { additionalProperties: false },
);
