import type { OperationResult } from "#gen/growth/v1/growth.ts";

/** What came of an operation, as a line. */
export function printResult({ result }: OperationResult): string {
  switch (result?.$case) {
    case "inserted":
      return `user_${result.value.userId}${result.value.duplicate ? ", as before" : ""}`;
    case "ranked":
      return (
        result.value.users.map(({ userId, revenue }) => `user_${userId}: ${revenue}`).join(", ") ||
        "nobody"
      );
    case "rank":
      return `${result.value.rank} of ${result.value.userCount}, revenue ${result.value.revenue}`;
    case "count":
      return String(result.value.userCount);
    case "referrals": {
      const { depth, broughtUsers, broughtRevenue, referrerUserId } = result.value;
      const by = referrerUserId === 0n ? "nobody" : `user_${referrerUserId}`;
      return `brought ${broughtUsers} with ${broughtRevenue}, by ${by}, depth ${depth}`;
    }
    case "error":
      return `error: ${result.value.message}`;
    default:
      return "error: an answer that this program does not know";
  }
}
