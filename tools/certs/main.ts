/** `npm run certs`: certificates for development, for `TIDINGS_TLS=1 npm start`. */

import { readVariable } from "../../services/platform/config/config.ts";
import { TLS_VARIABLES } from "../../services/platform/grpc/credentials/config.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { makeCertificates, TRUST_DOMAIN } from "./certificates.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MAX_DAYS = 3_650;
const MAX_HOURS = 24 * MAX_DAYS;
const MAX_MINUTES = 60 * MAX_HOURS;

const { folder, days, hours, minutes } = new Command("npm run certs --")
  .description(
    "Makes an authority, once, and one certificate a service, anew each time. Processes that run take them up within seconds.",
  )
  .option(
    "--folder <path>",
    "where they are kept",
    readVariable(TLS_VARIABLES.certsDir, process.env),
  )
  .option("--days <n>", "how long they last", wholeBetween(1, MAX_DAYS), 30)
  .option("--hours <n>", "in place of days", wholeBetween(1, MAX_HOURS))
  .option("--minutes <n>", "in place of both, to rehearse their end", wholeBetween(1, MAX_MINUTES))
  .parse()
  .opts<{ folder: string; days: number; hours?: number; minutes?: number }>();

const [count, unit, unitMs] =
  minutes !== undefined
    ? [minutes, "minutes", MINUTE_MS]
    : hours !== undefined
      ? [hours, "hours", HOUR_MS]
      : [days, "days", DAY_MS];
const services = await makeCertificates({
  folder,
  trustDomain: TRUST_DOMAIN,
  lifeMs: count * unitMs,
  nowMs: Date.now(),
});
console.log(
  `Certificates of ${count} ${unit} in ${folder}, for ${services.map((name) => `spiffe://${TRUST_DOMAIN}/${name}`).join(", ")}`,
);
