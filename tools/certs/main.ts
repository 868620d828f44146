/** `npm run certs`: certificates for development, for `TIDINGS_TLS=1 npm start`. */
import { Command, InvalidArgumentError } from "commander";
import { readVariable } from "../../services/platform/config/config.ts";
import { TLS_VARIABLES } from "../../services/platform/grpc/credentials/config.ts";
import { makeCertificates, TRUST_DOMAIN } from "./certificates.ts";

const DAY_MS = 86_400_000;
const MAX_DAYS = 3_650;

const { folder, days } = new Command("npm run certs --")
  .description(
    "Makes an authority, once, and one certificate a service, anew each time. Processes that run take them up within seconds.",
  )
  .option(
    "--folder <path>",
    "where they are kept",
    readVariable(TLS_VARIABLES.certsDir, process.env),
  )
  .option("--days <n>", `how long they last, 1 to ${MAX_DAYS}`, readDays, 30)
  .parse()
  .opts<{ folder: string; days: number }>();

const services = await makeCertificates({
  folder,
  trustDomain: TRUST_DOMAIN,
  lifeMs: days * DAY_MS,
  nowMs: Date.now(),
});
console.log(
  `Certificates of ${days} days in ${folder}, for ${services.map((name) => `spiffe://${TRUST_DOMAIN}/${name}`).join(", ")}`,
);

function readDays(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_DAYS) return value;
  throw new InvalidArgumentError(`a whole number from 1 to ${MAX_DAYS}.`);
}
