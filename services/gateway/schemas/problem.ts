import { type Static, Type } from "@sinclair/typebox";

export const Problem = Type.Object(
  {
    type: Type.String({ description: "Names the kind of problem.", format: "uri" }),
    title: Type.String({ description: "The kind of problem in words." }),
    status: Type.Integer({ description: "The HTTP status." }),
    detail: Type.String({ description: "What went wrong this time, and the remedy." }),
    request_id: Type.String({ description: "To find this request in the logs." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: "The field, as in place.latitude or post_ids[3]." }),
          detail: Type.String({ description: "Its limit, and the remedy." }),
        }),
        { description: "What is wrong with the input, by field." },
      ),
    ),
  },
  { description: "Problem details (RFC 9457)." },
);
export type Problem = Static<typeof Problem>;
