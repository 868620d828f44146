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
  {
    description: "Problem details (RFC 9457).",
    examples: [
      {
        type: "urn:problem-type:tidings:invalid-argument",
        title: "Invalid argument",
        status: 400,
        detail: "limit: must be from 1 to 200",
        request_id: "0d9c5a0e-6f0f-4d5e-9a55-3f6a7d1c2b4e",
        errors: [{ field: "limit", detail: "must be from 1 to 200" }],
      },
    ],
  },
);
export type Problem = Static<typeof Problem>;
