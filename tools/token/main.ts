import { InvalidArgumentError, program } from "commander";
import { isId } from "../../services/model/ids.ts";
import { developmentToken } from "./development-token.ts";

/** Prints a token for development, and nothing else, on stdout: TOKEN=$(npm run -s token -- 42). */
program
  .name("npm run token --")
  .description("Prints a token, good for 30 days, for a gateway on this machine.")
  .argument("<user>", "the user's id, 1 to 9223372036854775807", userId)
  .action(async (user: bigint) => {
    process.stdout.write(`${await developmentToken(user, process.env)}\n`);
  });

await program.parseAsync();

function userId(text: string): bigint {
  const id = /^[0-9]{1,19}$/.test(text) ? BigInt(text) : 0n;
  if (!isId(id)) throw new InvalidArgumentError("It must be from 1 to 9223372036854775807.");
  return id;
}
