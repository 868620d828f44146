import { idIn, optionalIdIn } from "../ids.ts";
import type { View } from "../view.ts";
import { postPage } from "./post-page.ts";
import { type PostSources, readPost } from "./read-post.ts";

/** /console/post/ID: one post's life. */
export function postView(sources: PostSources): View {
  return {
    path: "/post/:post",
    refreshSeconds: 5,
    open: async ({ params, query }) => {
      const post = idIn(params.post, "post");
      const data = await readPost(sources, post, optionalIdIn(query.get("from"), "from"));
      const status = data.state === "unknown" ? 404 : 200;
      return { title: `Post ${post}`, data, body: postPage(data), status };
    },
  };
}
