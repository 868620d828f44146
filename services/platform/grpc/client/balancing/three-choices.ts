import { experimental } from "@grpc/grpc-js";
import { FlatTransports } from "./flat-transports.ts";
import { isMuchCheaper, ReplicaLoad } from "./load.ts";

type LoadBalancer = experimental.LoadBalancer;
type Picker = experimental.Picker;
type PickResult = experimental.PickResult;
type Helper = ConstructorParameters<typeof experimental.ChildLoadBalancerHandler>[0];

const NAME = "tidings_three_choices";
const ROUND_ROBIN = experimental.parseLoadBalancingConfig({ round_robin: {} });

class ThreeChoicesConfig {
  static createFromJson(): ThreeChoicesConfig {
    return new ThreeChoicesConfig();
  }

  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: {} };
  }
}

/**
 * Of the next three replicas of the round robin the first, unless a call to another would cost much less. One replica
 * of three that has become slow gets next to nothing; with equal ones it is a round robin. Three, and not
 * Mitzenmacher's two: beside one that is slow two would leave no choice between those that are well, and each
 * pause of one of them would be waited for.
 */
class ThreeChoices extends experimental.ChildLoadBalancerHandler implements LoadBalancer {
  constructor(helper: Helper) {
    const loads: Loads = new WeakMap();
    const transports = new FlatTransports();
    super(
      experimental.createChildChannelControlHelper(helper, {
        updateState: (state, picker, error) =>
          helper.updateState(state, new CheaperPicker(transports.keptBy(picker), loads), error),
      }),
    );
  }

  override updateAddressList(
    ...[endpoints, , ...rest]: Parameters<LoadBalancer["updateAddressList"]>
  ): boolean {
    return super.updateAddressList(endpoints, ROUND_ROBIN, ...rest);
  }

  override getTypeName(): string {
    return NAME;
  }
}

/** The loads of replicas, by what stands for each. */
type Loads = WeakMap<object, ReplicaLoad>;

const CHOICES = 3;

/** What was not taken stands for the next call, so that equal replicas take turns. */
export class CheaperPicker implements Picker {
  readonly #next: Picker;
  readonly #loads: Loads;
  readonly #nowMs: () => number;
  /** Of different replicas, in the order in which their turns came. */
  readonly #choices: PickResult[] = [];

  constructor(next: Picker, loads: Loads, nowMs = () => performance.now()) {
    this.#next = next;
    this.#loads = loads;
    this.#nowMs = nowMs;
  }

  pick(args: Parameters<Picker["pick"]>[0]): PickResult {
    for (let asked = 0; asked < CHOICES && this.#choices.length < CHOICES; asked++) {
      const turn = this.#next.pick(args);
      if (turn.subchannel) this.#offer(turn);
      else if (this.#choices.length === 0) return turn;
    }
    const nowMs = this.#nowMs();
    const cheapest = this.#choices.reduce((best, one) =>
      isMuchCheaper(this.#loadOf(one), this.#loadOf(best), nowMs) ? one : best,
    );
    this.#choices.splice(this.#choices.indexOf(cheapest), 1);
    return this.#timed(cheapest);
  }

  #offer(turn: PickResult): void {
    const isNew = this.#choices.every(({ subchannel }) => subchannel !== turn.subchannel);
    if (isNew) this.#choices.push(turn);
  }

  #timed(picked: PickResult): PickResult {
    const load = this.#loadOf(picked);
    let startedMs = 0;
    return {
      ...picked,
      onCallStarted: () => {
        startedMs = this.#nowMs();
        load.begun();
        picked.onCallStarted?.();
      },
      onCallEnded: (...status) => {
        const nowMs = this.#nowMs();
        load.ended(nowMs - startedMs, nowMs);
        picked.onCallEnded?.(...status);
      },
    } as PickResult;
  }

  #loadOf({ subchannel }: PickResult): ReplicaLoad {
    return this.#loads.getOrInsertComputed(subchannel ?? this, () => new ReplicaLoad());
  }
}

/**
 * How a channel chooses among replicas, as gRPC's service config says it; a replica most of whose calls fail,
 * while others' do not, is left out for a while (gRFC A50), and never more than a third of all.
 */
export function balancingConfig(): readonly object[] {
  if (!experimental.isLoadBalancerNameRegistered(NAME)) {
    experimental.registerLoadBalancerType(NAME, ThreeChoices, ThreeChoicesConfig);
  }
  const volume = { minimum_hosts: 3, request_volume: 50 };
  return [
    {
      outlier_detection: {
        interval: { seconds: 2, nanos: 0 },
        base_ejection_time: { seconds: 5, nanos: 0 },
        max_ejection_time: { seconds: 60, nanos: 0 },
        max_ejection_percent: 33,
        success_rate_ejection: volume,
        failure_percentage_ejection: { threshold: 60, ...volume },
        child_policy: [{ [NAME]: {} }],
      },
    },
  ];
}
