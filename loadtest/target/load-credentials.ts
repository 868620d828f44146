import type { Environment } from "../../services/platform/config/variable.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { toolCredentials } from "../../tools/certs/mesh-certificates.ts";
import { type Dial, dialTls } from "../drivers/connect-to.ts";
import type { GrpcDriverOptions } from "../drivers/grpc/grpc-driver.ts";

/** What the toolkit shows to a mesh: with TIDINGS_TLS=1 the certificate of `loadtest`, else nothing. */
export function loadCredentials(env: Environment): Promise<Credentials> {
  return toolCredentials("loadtest", env);
}

/** Certificates of a mesh are for services by their ids, and all for this host name. */
const HOST_NAME = "localhost";

/** How a driver that has no client of the mesh's connects, by the certificate of that moment; undefined: in plaintext. */
export function dialBy({ tls }: Credentials): Dial | undefined {
  if (!tls) return undefined;
  return (address, signal) =>
    dialTls({ ...tls.context, servername: HOST_NAME, ALPNProtocols: ["h2"] })(address, signal);
}

/** The same for the grpc-js driver; nothing: in plaintext. */
export function channelBy({
  tls,
}: Credentials): Pick<GrpcDriverOptions, "credentials" | "channelOptions"> {
  if (!tls) return {};
  const options = { "grpc.ssl_target_name_override": HOST_NAME };
  return { credentials: tls.anyone, channelOptions: options };
}
