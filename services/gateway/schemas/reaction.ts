import { type Static, Type } from "@sinclair/typebox";
import {
  DEFAULT_COMMENTS_PAGE,
  DEFAULT_LIKES_PAGE,
  MAX_REACTIONS_PAGE,
  MAX_REQUEST_ID_BYTES,
  MAX_TEXT_BYTES,
} from "../../model/limits.ts";
import { ALLOWED, id, nextPageToken, pageToken, time } from "./ids.ts";

const TEXT_SIZE = `1 to ${MAX_TEXT_BYTES.toLocaleString("en")} bytes of UTF-8`;

const text = Type.String({
  minLength: 1,
  maxLength: MAX_TEXT_BYTES,
  description: `What it says: ${TEXT_SIZE}.`,
  [ALLOWED]: TEXT_SIZE,
  examples: ["Congratulations!"],
});

export const Comment = Type.Object(
  {
    comment_id: id("The comment; ids rise with time"),
    author_id: id("Who wrote it", "42"),
    parent_id: Type.Optional(id("The comment that it replies to")),
    create_time: time("When it was written"),
    text,
  },
  { description: "A comment, or a reply." },
);
export type Comment = Static<typeof Comment>;

export const Reactions = Type.Object(
  {
    like_count: Type.Integer({ description: "How many like it." }),
    comment_count: Type.Integer({ description: "Comments and replies." }),
    liked: Type.Boolean({ description: "Whether you do." }),
    newest_comments: Type.Array(Comment, { description: "Newest first." }),
  },
  { description: "Likes and comments; absent when they can't be had now, or there are none here." },
);
export type Reactions = Static<typeof Reactions>;

export const PostParams = Type.Object({ post_id: id("The post") });
export const CommentParams = Type.Object({
  post_id: id("The post"),
  comment_id: id("The comment"),
});

export const LikeChange = Type.Object({
  post_id: id("The post"),
  changed: Type.Boolean({ description: "False when it was so already." }),
});

export const NewComment = Type.Object(
  {
    text,
    parent_id: Type.Optional(id("The comment to reply to")),
    request_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_REQUEST_ID_BYTES,
        [ALLOWED]: `1 to ${MAX_REQUEST_ID_BYTES} bytes`,
        description: "Names this request for 24 hours: a retry with it gives the same comment.",
      }),
    ),
  },
  { additionalProperties: false, examples: [{ text: "Congratulations!" }] },
);

const limitOf = (fallback: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_REACTIONS_PAGE,
      default: fallback,
      description: `At most so many, 1 to ${MAX_REACTIONS_PAGE}. A bound, not a promise.`,
    }),
  );

export const LikesQuery = Type.Object(
  { limit: limitOf(DEFAULT_LIKES_PAGE), page_token: pageToken },
  { additionalProperties: false },
);

export const LikesPage = Type.Object({
  user_ids: Type.Array(id("Somebody who likes it"), { description: "In no order." }),
  next_page_token: nextPageToken,
});

export const CommentsQuery = Type.Object(
  {
    limit: limitOf(DEFAULT_COMMENTS_PAGE),
    page_token: pageToken,
    parent_id: Type.Optional(id("Only replies to this comment")),
  },
  { additionalProperties: false },
);

export const CommentsPage = Type.Object({
  comments: Type.Array(Comment, {
    description: "Newest first. A short page of replies with a token is no end.",
  }),
  next_page_token: nextPageToken,
});
