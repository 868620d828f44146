import { experimental } from "@grpc/grpc-js";
import { isMuchCheaper, ReplicaLoad } from "./load.ts";

type LoadBalancer = experimental.LoadBalancer;
type Picker = experimental.Picker;
type PickResult = experimental.PickResult;
type Helper = ConstructorParameters<typeof experimental.ChildLoadBalancerHandler>[0];

const NAME = "tidings_two_choices";
const ROUND_ROBIN = experimental.parseLoadBalancingConfig({ round_robin: {} });

class TwoChoicesConfig {
  static createFromJson(): TwoChoicesConfig {
    return new TwoChoicesConfig();
  }

  getLoadBalancerName(): string {
    return NAME;
  }

  toJsonObject(): object {
    return { [NAME]: {} };
  }
}

/**
 * Of the next two replicas of the round robin the first, unless its call would cost much more (Mitzenmacher's power
 * of two choices). One replica of three that has become slow gets next to nothing; with equal ones it is a round robin.
 */
class TwoChoices extends experimental.ChildLoadBalancerHandler implements LoadBalancer {
  constructor(helper: Helper) {
    const loads: Loads = new WeakMap();
    super(
      experimental.createChildChannelControlHelper(helper, {
        updateState: (state, picker, error) =>
          helper.updateState(state, new CheaperPicker(picker, loads), error),
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

/** What of the two was not taken stands for the next call, so that equal replicas take turns. */
export class CheaperPicker implements Picker {
  readonly #next: Picker;
  readonly #loads: Loads;
  readonly #nowMs: () => number;
  #left: PickResult | undefined;

  constructor(next: Picker, loads: Loads, nowMs = () => performance.now()) {
    this.#next = next;
    this.#loads = loads;
    this.#nowMs = nowMs;
  }

  pick(args: Parameters<Picker["pick"]>[0]): PickResult {
    const first = this.#left ?? this.#next.pick(args);
    this.#left = undefined;
    if (!first.subchannel) return first;
    let second = this.#next.pick(args);
    // It is the turn of the one that was left: the other one is behind it, if there is another.
    if (second.subchannel === first.subchannel) second = this.#next.pick(args);
    if (!second.subchannel || second.subchannel === first.subchannel) return this.#timed(first);
    const isCheaper = isMuchCheaper(this.#loadOf(second), this.#loadOf(first), this.#nowMs());
    this.#left = isCheaper ? first : second;
    return this.#timed(isCheaper ? second : first);
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
    experimental.registerLoadBalancerType(NAME, TwoChoices, TwoChoicesConfig);
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
