import { Type } from "@sinclair/typebox";
import { id } from "./ids.ts";
import { originFields } from "./post.ts";

export const NewSignUp = Type.Object(
  {
    referrer_id: Type.Optional(id("Who brought you; absent: nobody")),
    ...originFields,
  },
  { additionalProperties: false, description: "How you came." },
);

export const SignUp = Type.Object({
  user_id: id("You"),
  referrer_id: Type.Optional(id("Who brought you")),
});
