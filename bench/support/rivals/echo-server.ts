/**
 * A bare grpc-js server that answers every call of a method with one ready-made message: what a call
 * costs when nothing is done. `node echo-server.ts METHOD RESPONSE_HEX AFTER_MS` says its port.
 */
import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";

const METHODS = {
  createPost: PostServiceService.createPost,
  batchGetPosts: PostServiceService.batchGetPosts,
  getTimeline: TimelineServiceService.getTimeline,
} as const;

const [name = "", hex = "", after = "0"] = process.argv.slice(2);
const afterMs = Number(after);
if (!(name in METHODS)) throw new Error(`Unknown method ${name}; known: ${Object.keys(METHODS)}`);
const method = METHODS[name as keyof typeof METHODS];
const response = method.responseDeserialize(Buffer.from(hex, "hex"));
const echo = ((_call: unknown, reply: (error: null, value: unknown) => void) => {
  if (afterMs === 0) reply(null, response);
  else setTimeout(reply, afterMs, null, response);
}) as UntypedHandleCall;

const server = new Server();
server.addService({ echo: method } as never, { echo });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});
process.on("disconnect", () => process.exit(0));
