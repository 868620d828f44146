/** The platform's own echo server, over TLS with the certificates of a folder when one is given: says its port. */

import { openCredentials } from "../../services/platform/grpc/credentials/open-credentials.ts";
import { startEcho } from "../../services/platform/grpc/testing/echo-server.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";

const [certsDir] = process.argv.slice(2);
const log = createLogger("bench", "silent");
const open = new AsyncDisposableStack();
const config = { tls: "1", certsDir: certsDir ?? "", plaintext: "on-loopback-only" } as const;
const credentials = certsDir && (await openCredentials(open, { service: "post", config, log }));
const accessTo = () => ({ byItself: ["loadtest" as const], forUser: [] });
const { server } = await startEcho({}, { server: credentials ? { credentials, accessTo } : {} });
process.send?.({ port: server.port });
process.on("disconnect", () => process.exit(0));
