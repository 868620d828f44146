import { stringify } from "yaml";

/** Where each process serves its metrics. */
export interface Target {
  readonly service: string;
  /** "host:port". */
  readonly address: string;
}

export interface Scraping {
  readonly targets: readonly Target[];
  /** The file of rules, from where the configuration lies. */
  readonly rules: string;
  /** As Prometheus writes it: "5s". */
  readonly every: string;
}

const HEAD =
  "# Made by `npm run monitoring`: a Prometheus beside a mesh on its default ports.\n" +
  "# prometheus --config.file=deploy/monitoring/prometheus.yaml\n";

export function scrapeFile(targets: readonly Target[]): string {
  return HEAD + scrapeConfig({ targets, rules: "rules.yaml", every: "5s" });
}

/** The configuration of a Prometheus that scrapes these. */
export function scrapeConfig({ targets, rules, every }: Scraping): string {
  return stringify({
    global: { scrape_interval: every, evaluation_interval: every },
    rule_files: [rules],
    scrape_configs: [
      {
        job_name: "tidings",
        // The process says itself which service it is.
        honor_labels: true,
        static_configs: targets.map(({ service, address }) => ({
          targets: [address],
          labels: { service },
        })),
      },
    ],
  });
}
