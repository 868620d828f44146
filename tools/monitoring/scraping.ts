import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** Where each process serves its metrics. */
export interface Target {
  readonly service: string;
  /** "host:port". */
  readonly address: string;
}

export interface Scraping {
  readonly targets: readonly Target[];
  /** The file of rules. */
  readonly rules: string;
  /** As Prometheus writes it: "5s". */
  readonly every: string;
  /** What is shown to processes that want a certificate; none: they are asked over plain HTTP. */
  readonly certificate?: ScrapeCertificate | undefined;
}

export interface ScrapeCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const TARGETS = "targets.json";

/**
 * Writes into `folder` what a Prometheus needs to scrape these, and returns the file to start it with. The targets
 * have a file of their own, which it reads again whenever it is written.
 */
export function writeScraping(folder: string, { targets, ...scraping }: Scraping): string {
  mkdirSync(folder, { recursive: true });
  const groups = targets.map(({ service, address }) => ({
    targets: [address],
    labels: { service },
  }));
  writeFileSync(join(folder, TARGETS), `${JSON.stringify(groups, undefined, 2)}\n`);
  const file = join(folder, "prometheus.yaml");
  writeFileSync(file, scrapeConfig(scraping));
  return file;
}

function scrapeConfig({ rules, every, certificate }: Omit<Scraping, "targets">): string {
  return stringify({
    global: { scrape_interval: every, evaluation_interval: every },
    rule_files: [rules],
    scrape_configs: [
      {
        job_name: "tidings",
        // The process says itself which service it is.
        honor_labels: true,
        ...(certificate && { scheme: "https", tls_config: tlsOf(certificate) }),
        file_sd_configs: [{ files: [TARGETS] }],
      },
    ],
  });
}

function tlsOf({ ca, cert, key }: ScrapeCertificate) {
  return { ca_file: ca, cert_file: cert, key_file: key };
}
