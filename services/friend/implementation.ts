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
import { listUntoldChanges } from "./handlers/list-untold-changes.ts";
import { listPulledIntervals } from "./handlers/pulled/list-pulled-intervals.ts";
import { pullPost } from "./handlers/pulled/pull-post.ts";
import { setPulled } from "./handlers/pulled/set-pulled.ts";
import { removeFriend } from "./handlers/remove-friend.ts";
import { setPersonState } from "./handlers/set-person-state.ts";
import { signUp } from "./handlers/sign-up.ts";
import type { Consents, EdgeWriter, FriendGraph, PeopleNews, UntoldChanges } from "./ports.ts";

export interface FriendServiceDeps {
  readonly graph: FriendGraph;
  /** What changes the graph. */
  readonly edges: EdgeWriter & Consents;
  /** The same for many at a time, of which timelines hear by events alone. */
  readonly imported: EdgeWriter;
  readonly people: PersonStates;
  readonly news: PeopleNews;
  readonly pulled: PulledAuthors;
  readonly untold: UntoldChanges;
  readonly clock: Pick<Clock, "nowMs">;
}

/** tidings.friend.v1 over a graph and what changes it. */
export function friendService(deps: FriendServiceDeps): Implementation {
  const { graph, edges, imported, people, news, pulled, untold, clock } = deps;
  const acts = { consents: edges, people, clock };
  const hidden = hiddenFrom(edges, people);
  return implement(FriendDefinition, {
    addFriend: addFriend({ edges, people }),
    batchAddFriends: batchAddFriends({ edges: imported, people }),
    removeFriend: removeFriend(edges),
    listFriends: listFriends(graph, people, clock),
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
    listUntoldChanges: listUntoldChanges(untold, clock),
    setPulled: setPulled(pulled),
    pullPost: pullPost(pulled, clock),
  });
}
