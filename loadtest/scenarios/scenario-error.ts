/** A scenario that cannot be run as it is written: what is wrong, where, and what to do. */
export class ScenarioError extends RangeError {
  override readonly name = "ScenarioError";

  /** `problems`: a sentence each, beginning with the field. */
  constructor(scenario: string, problems: readonly string[]) {
    super(`Scenario ${scenario} can't be run:\n${problems.map((one) => `  ${one}`).join("\n")}`);
  }
}
