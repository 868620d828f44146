import { type Static, Type } from "@sinclair/typebox";
import {
  MAX_BATCH_GET_POSTS,
  MAX_CLIENT_BYTES,
  MAX_DEVICE_BYTES,
  MAX_PLACE_NAME_BYTES,
  MAX_REQUEST_ID_BYTES,
  MAX_TEXT_BYTES,
} from "../../model/limits.ts";
import { Degraded } from "./degraded.ts";
import { ALLOWED, id, nextPageToken, oneOf, pageToken, time } from "./ids.ts";
import { Reactions } from "./reaction.ts";

/** A string with a limit in bytes: characters never number more, and the handler counts the bytes. */
function shortText(maxBytes: number, minLength: number, description: string, example: string) {
  const size = `${minLength} to ${maxBytes.toLocaleString("en")} bytes of UTF-8`;
  return Type.String({
    minLength,
    maxLength: maxBytes,
    description: `${description}: ${size}.`,
    [ALLOWED]: size,
    examples: [example],
  });
}

const Place = Type.Object(
  {
    name: shortText(MAX_PLACE_NAME_BYTES, 0, "A name to show", "Café Central"),
    latitude: Type.Number({
      minimum: -90,
      maximum: 90,
      description: "Degrees, -90 to 90.",
      examples: [48.21],
    }),
    longitude: Type.Number({
      minimum: -180,
      maximum: 180,
      description: "Degrees, -180 to 180.",
      examples: [16.37],
    }),
  },
  { additionalProperties: false, description: "A place on earth." },
);

/** From where somebody does something. */
export const originFields = {
  client: Type.Optional(shortText(MAX_CLIENT_BYTES, 0, "The app that sent it", "tidings-ios/4.2")),
  device: Type.Optional(
    shortText(MAX_DEVICE_BYTES, 0, "The device it was sent from", "iPhone17,1"),
  ),
  place: Type.Optional(Place),
};

const Origin = Type.Object(originFields);
export type OriginFields = Static<typeof Origin>;

/** What the author says, and from where. */
const saidFields = {
  text: shortText(MAX_TEXT_BYTES, 1, "What the author says", "Coffee?"),
  ...originFields,
};

/** Fields of a post that an entry of a timeline may lack. */
export const optionalSaidFields = { ...saidFields, text: Type.Optional(saidFields.text) };

export const Post = Type.Object(
  {
    post_id: id("The post; ids rise with time"),
    author_id: id("Who wrote it", "42"),
    create_time: time("When it was posted"),
    ...saidFields,
    reactions: Type.Optional(Reactions),
  },
  { description: "One post." },
);
export type Post = Static<typeof Post>;

/** One post, and what its answer may lack. */
export const PostRead = Type.Object(
  { ...Post.properties, degraded: Type.Optional(Degraded) },
  { description: "One post." },
);

export const NewPost = Type.Object(
  {
    ...saidFields,
    request_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_REQUEST_ID_BYTES,
        [ALLOWED]: `1 to ${MAX_REQUEST_ID_BYTES} bytes`,
        description:
          "Names this request for 24 hours: a retry with it gives the same post. " +
          "The same as the header Idempotency-Key.",
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ text: "Coffee?", client: "tidings-ios/4.2" }],
  },
);
export type NewPost = Static<typeof NewPost>;

export const DEFAULT_POSTS_PAGE = 20;

export const PostsQuery = Type.Object(
  {
    author_id: Type.Optional(id("Whose posts: a friend's; without it one's own", "42")),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_BATCH_GET_POSTS,
        default: DEFAULT_POSTS_PAGE,
        description: `At most so many, 1 to ${MAX_BATCH_GET_POSTS}. A bound, not a promise.`,
      }),
    ),
    page_token: pageToken,
  },
  { additionalProperties: false },
);

export const PostsPage = Type.Object({
  posts: Type.Array(Post, { description: "Newest first." }),
  next_page_token: nextPageToken,
  degraded: Type.Optional(Degraded),
});

export const BatchGetPosts = Type.Object(
  {
    post_ids: Type.Array(id("A post"), {
      minItems: 1,
      maxItems: MAX_BATCH_GET_POSTS,
      description: `1 to ${MAX_BATCH_GET_POSTS} posts.`,
    }),
  },
  { additionalProperties: false },
);

const POST_STATUSES = ["found", "deleted", "unknown"] as const;

const PostResult = Type.Object({
  post_id: id("The id asked for"),
  status: oneOf(
    POST_STATUSES,
    "found, deleted, or unknown, which a post of somebody who is no friend is, too.",
  ),
  post: Type.Optional(Post),
});
export type PostResult = Static<typeof PostResult>;

export const PostResults = Type.Object({
  results: Type.Array(PostResult, { description: "One an id, in the order of the request." }),
  degraded: Type.Optional(Degraded),
});
