/** `npm run grpc-clients`: installs grpcurl and ghz with Go, for the README's tour and the tests. */
import { Command } from "../command-line/command.ts";
import { GRPC_CLIENTS, installClient } from "./install.ts";

new Command("npm run grpc-clients --")
  .description("Installs grpcurl and ghz with Go, for the README's tour and the tests.")
  .parse();

try {
  for (const name of GRPC_CLIENTS) console.log(`${name}  ${await installClient(name)}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
