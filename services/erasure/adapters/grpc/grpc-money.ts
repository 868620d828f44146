import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { PERSON_STATE_NUMBERS } from "../../../model/person-states.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { Orders, Revenues } from "../../ports.ts";

const ORDERS_A_PAGE = 200;
/** Those that come together are one group at their shard. */
const ORDERS_AT_ONCE = 32;

/** Orders at the bookstore. */
export function grpcOrders(channel: Channel): Orders {
  const client = createClient(BookstoreServiceService, channel);
  return {
    setState: async (buyerId, state, change) => {
      const request = { buyerId, state: PERSON_STATE_NUMBERS[state], change: BigInt(change) };
      return Number((await client.setPersonState(request)).change);
    },
    list: async function* (buyerId) {
      for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
        const request = { buyerId, limit: ORDERS_A_PAGE, pageToken };
        const page = await client.listOrdersToErase(request);
        if (page.orderIds.length > 0) yield page.orderIds;
        pageToken = page.nextPageToken;
      }
    },
    anonymise: async (buyerId, orders) => {
      await inParallel(ORDERS_AT_ONCE, orders, (orderId) =>
        client.anonymiseOrder({ orderId, buyerId }),
      );
    },
  };
}

/** Revenues at the growth service. */
export function grpcRevenues(channel: Channel): Revenues {
  const client = createClient(GrowthServiceService, channel);
  return {
    setState: async (personId, state, change) => {
      const request = { personId, state: PERSON_STATE_NUMBERS[state], change: BigInt(change) };
      return Number((await client.setPersonState(request)).change);
    },
    of: async (personId) => {
      const { userId } = await client.findUser({ personId });
      return userId === 0n ? [] : [userId];
    },
    anonymise: async (personId) => {
      await client.forgetPerson({ personId });
    },
  };
}

/** A mesh without a bookstore: nobody buys. */
export const NO_ORDERS: Orders = { setState: heard, list: none, anonymise: async () => {} };

/** A mesh without growth: nobody is counted. */
export const NO_REVENUES: Revenues = {
  setState: heard,
  of: async () => [],
  anonymise: async () => {},
};

async function heard(_user: unknown, _state: unknown, change: number): Promise<number> {
  return change;
}

async function* none(): AsyncGenerator<readonly bigint[]> {}
