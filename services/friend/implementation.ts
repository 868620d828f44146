import type { PersonStates } from "../model/person-states.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { FriendDefinition } from "./definition.ts";
import type { PulledAuthors } from "./domain/pulled/pulled-authors.ts";
import { addFriend } from "./handlers/add-friend.ts";
import { batchAddFriends } from "./handlers/batch-add-friends.ts";
import { batchCheckFriends } from "./handlers/batch-check-friends.ts";
import { batchListFriends } from "./handlers/batch-list-friends.ts";
import { batchCheckHidden } from "./handlers/consents/batch-check-hidden.ts";
import { blockUser } from "./handlers/consents/block-user.ts";
import { declineFriend } from "./handlers/consents/decline-friend.ts";
import { eraseRelations } from "./handlers/consents/erase-relations.ts";
import { hiddenFrom } from "./handlers/consents/hidden-from.ts";
import { listBlocks } from "./handlers/consents/list-blocks.ts";
import { listFriendRequests } from "./handlers/consents/list-friend-requests.ts";
import { listRelationsToErase } from "./handlers/consents/list-relations-to-erase.ts";
import { requestFriend } from "./handlers/consents/request-friend.ts";
import { unblockUser } from "./handlers/consents/unblock-user.ts";
import { countFriends } from "./handlers/count-friends.ts";
import { listFriends } from "./handlers/list-friends.ts";
import { listFriendsOfFriends } from "./handlers/list-friends-of-friends.ts";
import { listPulledIntervals } from "./handlers/list-pulled-intervals.ts";
import { pullPost } from "./handlers/pull-post.ts";
import { removeFriend } from "./handlers/remove-friend.ts";
import { setPersonState } from "./handlers/set-person-state.ts";
import { setPulled } from "./handlers/set-pulled.ts";
import { signUp } from "./handlers/sign-up.ts";
import type { Consents, EdgeWriter, FriendGraph, PeopleNews } from "./ports.ts";

export interface FriendServiceDeps {
  readonly graph: FriendGraph;
  /** What changes the graph. */
  readonly edges: EdgeWriter & Consents;
  readonly people: PersonStates;
  readonly news: PeopleNews;
  readonly pulled: PulledAuthors;
  readonly clock: Pick<Clock, "nowMs">;
}

/** tidings.friend.v1 over a graph and what changes it. */
export function friendService(deps: FriendServiceDeps): Implementation {
  const { graph, edges, people, news, pulled, clock } = deps;
  const acts = { consents: edges, people, clock };
  const adding = { edges, people };
  const hidden = hiddenFrom(edges, people);
  return implement(FriendDefinition, {
    addFriend: addFriend(adding),
    batchAddFriends: batchAddFriends(adding),
    removeFriend: removeFriend(edges),
    listFriends: listFriends(graph, people),
    batchListFriends: batchListFriends(graph, (...lists) => pulled.seen(...lists)),
    batchCheckFriends: batchCheckFriends(graph, people),
    listFriendsOfFriends: listFriendsOfFriends(graph, hidden),
    countFriends: countFriends(graph),
    requestFriend: requestFriend(acts),
    declineFriend: declineFriend(acts),
    listFriendRequests: listFriendRequests(acts),
    signUp: signUp({ news, people, clock }),
    blockUser: blockUser(acts),
    unblockUser: unblockUser(acts),
    listBlocks: listBlocks(acts),
    batchCheckHidden: batchCheckHidden(hidden),
    listRelationsToErase: listRelationsToErase(edges),
    setPersonState: setPersonState(people),
    eraseRelations: eraseRelations(acts),
    listPulledIntervals: listPulledIntervals(pulled),
    setPulled: setPulled(pulled),
    pullPost: pullPost(pulled, clock),
  });
}
