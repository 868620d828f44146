/** An M/D/c queue: calls come at random, `workers` take `serviceMicros` each, in order of arrival. */
export interface MdcQueue {
  readonly workers: number;
  readonly serviceMicros: number;
}

const SETTLED = 1e-10;
const MOST_ROUNDS = 100_000;

/**
 * P(a call begins within `waitMicros`) when `perSecond` come: exact for M/D/c. From the distribution of
 * the number in the system, which is the same one service time later:
 * P(W <= x) = e^-u sum_(j < kc) Q(kc - 1 - j) u^j / j!  with  k = floor(x / D) + 1, u = rate (kD - x),
 * Q(m) = P(at most m wait). (Franx, A simple solution for the M/D/c waiting time distribution, 2001.)
 */
export function waitsAtMost(queue: MdcQueue, perSecond: number): (waitMicros: number) => number {
  const { workers, serviceMicros } = queue;
  const rate = perSecond / 1e6;
  const atMost = cumulated(numberInSystem(workers, rate * serviceMicros));
  const waitingAtMost = (m: number) => atMost[Math.min(workers + m, atMost.length - 1)];
  return (waitMicros) => {
    const k = Math.floor(waitMicros / serviceMicros) + 1;
    const u = rate * (k * serviceMicros - waitMicros);
    let term = Math.exp(-u);
    let sum = 0;
    for (let j = 0; j < k * workers; j++) {
      sum += term * waitingAtMost(k * workers - 1 - j);
      term *= u / (j + 1);
    }
    return sum;
  };
}

/** The rate, calls a second, at which a share `q` of the answers comes within `responseMicros`: exact. */
export function mdcCapacity(queue: MdcQueue, q: number, responseMicros: number): number {
  const saturation = (queue.workers * 1e6) / queue.serviceMicros;
  let holds = 0;
  let fails = saturation * 0.99;
  while (fails - holds > saturation / 2_000) {
    const rate = (holds + fails) / 2;
    const share = waitsAtMost(queue, rate)(responseMicros - queue.serviceMicros);
    if (share >= q) holds = rate;
    else fails = rate;
  }
  return holds;
}

/** Stationary: N one service time later is max(N - c, 0) and what came meanwhile; iterated until it stays. */
function numberInSystem(workers: number, offered: number): Float64Array {
  const arrivals = poisson(offered);
  const load = offered / workers;
  const length = workers + Math.ceil(20 / (1 - load)) + arrivals.length;
  let now = new Float64Array(length);
  now[0] = 1;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = new Float64Array(length);
    for (let n = 0; n < length; n++) {
      const left = Math.max(0, n - workers);
      for (let a = 0; a < arrivals.length; a++) {
        const at = Math.min(length - 1, left + a);
        next[at] += now[n] * arrivals[a];
      }
    }
    const moved = next.reduce((most, p, n) => Math.max(most, Math.abs(p - now[n])), 0);
    now = next;
    if (moved < SETTLED) break;
  }
  return now;
}

function poisson(mean: number): readonly number[] {
  const chances = [Math.exp(-mean)];
  for (let n = 1; n <= mean || chances[n - 1] > SETTLED; n++) {
    chances.push((chances[n - 1] * mean) / n);
  }
  return chances;
}

function cumulated(chances: Float64Array): Float64Array {
  let sum = 0;
  return chances.map((p) => {
    sum += p;
    return sum;
  });
}
