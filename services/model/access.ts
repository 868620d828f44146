import { CALLERS, type Caller } from "./callers.ts";

/** Who may call one RPC. */
export interface Access {
  /** Who acts by itself: for nobody, or for everybody. */
  readonly byItself: readonly Caller[];
  /** Who may call it only for the user of a token that comes with the call. */
  readonly forUser: readonly Caller[];
  /** The field of the request that must name that user; undefined: it names none. */
  readonly userField?: string | undefined;
}

/** Only these act by themselves. */
const by = (...byItself: readonly Caller[]): Access => ({ byItself, forUser: [] });
/** The gateway for a user, whom this field names. */
const forUser = (userField: string, ...byItself: readonly Caller[]): Access => ({
  byItself,
  forUser: ["gateway"],
  userField,
});
/** The gateway for a user, who may see it as others may. */
const forAnyUser = (...byItself: readonly Caller[]): Access => ({
  byItself,
  forUser: ["gateway"],
});

/** A person at a terminal, whose certificate opens every door. */
const OPERATOR: Caller = "operator";
const ALL = CALLERS.filter((one) => one !== OPERATOR);

/**
 * Caller x RPC, by service and method. What is not here is refused, whoever calls. The operator may call all of it.
 *
 * Who acts by itself, and why: timeline fills timelines of people who are not there; fanout delivers posts of
 * everyone; the relays of post, friend, engagement and erasure publish in their own process, and need no call;
 * engagement asks for a viewer whom the gateway has named to it, and for nobody when it follows deletions;
 * erasure acts for people who are gone; growth counts; loadtest plays everybody. The console looks at what
 * changes nothing; the one thing that it may be told to do is to send a dead letter again (Publish).
 */
export const ACCESS: Readonly<Record<string, Readonly<Record<string, Access>>>> = {
  "tidings.post.v1.PostService": {
    CreatePost: forUser("author_id", "loadtest"),
    BatchGetPosts: forAnyUser("engagement", "growth", "console", "loadtest"),
    ListAuthorPosts: forAnyUser("timeline", "loadtest"),
    DeletePost: forUser("author_id", "loadtest"),
    GetPostLogHeads: by("timeline"),
    ListPostLog: by("timeline"),
    WatchPostLog: by("timeline"),
    SetAuthorState: by("erasure"),
    ListPostsToErase: by("erasure"),
    ErasePosts: by("erasure"),
  },
  "tidings.friend.v1.FriendService": {
    AddFriend: by("loadtest"),
    BatchAddFriends: by("loadtest"),
    RemoveFriend: by("erasure", "loadtest"),
    ListFriends: forUser("user_id", "timeline", "fanout", "erasure", "console", "loadtest"),
    BatchListFriends: by("fanout", "loadtest"),
    BatchCheckFriends: forUser("user_id", "timeline", "engagement", "loadtest"),
    ListFriendsOfFriends: forUser("user_id", "loadtest"),
    CountFriends: forAnyUser("loadtest"),
    SignUp: forUser("user_id"),
    RequestFriend: forUser("user_id"),
    DeclineFriend: forUser("user_id"),
    ListFriendRequests: forUser("user_id"),
    BlockUser: forUser("user_id"),
    UnblockUser: forUser("user_id"),
    ListBlocks: forUser("user_id"),
    BatchCheckHidden: by("engagement"),
    SetPersonState: by("erasure"),
    ListRelationsToErase: by("erasure"),
    EraseRelations: by("erasure"),
    ListPulledIntervals: by("timeline", "fanout"),
    ListUntoldChanges: by("timeline"),
    SetPulled: by(),
    PullPost: by("fanout"),
  },
  "tidings.timeline.v1.TimelineService": {
    AppendEntries: by("fanout", "loadtest"),
    GetTimeline: forUser("viewer_id", "loadtest"),
    WatchTimeline: forUser("viewer_id", "loadtest"),
    FollowTimeline: forUser("viewer_id", "loadtest"),
    CountUnread: forUser("viewer_id", "loadtest"),
    RebuildTimeline: by(),
    ListActiveViewers: by(),
    DigestTimelines: by(),
    InspectTimeline: by("console"),
    LocatePost: by("erasure", "console"),
    NotifyFriendChanges: by("friend", "fanout"),
    DeactivateTimelines: by("erasure"),
    GetShardMap: by("gateway", "friend", "fanout", "erasure", "console", "loadtest"),
  },
  "tidings.ranking.v1.RankingService": {
    RankEntries: by("timeline", "loadtest"),
  },
  "tidings.event.v1.EventService": {
    Publish: by("fanout", "engagement", "growth", "console"),
    Consume: by("fanout", "engagement", "growth", "console"),
    GetQueueStats: by("fanout", "console", "loadtest"),
  },
  "tidings.engagement.v1.EngagementService": {
    LikePost: forUser("user_id"),
    UnlikePost: forUser("user_id"),
    CreateComment: forUser("author_id"),
    DeleteComment: forUser("user_id"),
    ListLikes: forUser("viewer_id"),
    ListComments: forUser("viewer_id"),
    BatchGetReactions: forUser("viewer_id"),
    WatchReactions: forUser("viewer_id"),
    SetPersonState: by("erasure"),
    ListReactionsToErase: by("erasure"),
    EraseReactions: by("erasure"),
  },
  "tidings.erasure.v1.ErasureService": {
    EraseUser: by(),
    WatchErasure: by("console"),
    ListErasures: by("console"),
    CancelErasure: by(),
    RestoreUser: by(),
    VerifyErasure: by(),
    DryRun: by(),
  },
  "tidings.ratelimit.v1.RateLimitService": {
    SetLimits: by(),
    ListLimits: by("gateway", "post", "console"),
    CheckLimit: by("gateway", "post", "loadtest"),
    StartBoot: by(),
    Lease: by("gateway", "post"),
    WatchLeases: by("gateway", "post"),
    ReleaseLeases: by("gateway", "post"),
  },
  "envoy.service.ratelimit.v3.RateLimitService": { ShouldRateLimit: by("envoy") },
  "envoy.service.rate_limit_quota.v3.RateLimitQuotaService": {
    StreamRateLimitQuotas: by("envoy"),
  },
  "tidings.bookstore.v1.BookstoreService": {
    AddBook: by("loadtest"),
    Restock: by("loadtest"),
    SetPrice: by("loadtest"),
    GetBook: by("loadtest"),
    SearchBooks: by("loadtest"),
    Reserve: by("loadtest"),
    Confirm: by("loadtest"),
    Release: by("loadtest"),
    PlaceOrder: by("loadtest"),
    PlaceOrders: by("loadtest"),
    CancelOrder: by("loadtest"),
    GetOrder: by("loadtest"),
    ListOrders: by("loadtest"),
    ListOrdersToErase: by("erasure"),
    AnonymiseOrder: by("erasure"),
    SetPersonState: by("erasure"),
  },
  "tidings.bookstore.v1.BookstorePeerService": {
    GetShardMap: by("bookstore"),
    Forward: by("bookstore"),
    HoldPart: by("bookstore"),
    SettlePart: by("bookstore"),
    SearchOwnBooks: by("bookstore"),
    ListOwnOrders: by("bookstore"),
  },
  "tidings.growth.v1.GrowthService": {
    Insert: by("loadtest"),
    InsertWithReferrer: by("loadtest"),
    GetKLowestRevenues: by("loadtest"),
    GetKHighestRevenues: by("loadtest"),
    GetRank: by("loadtest"),
    CountRevenues: by("loadtest"),
    GetReferrals: by("loadtest"),
    GetTopReferrers: by("loadtest"),
    Operate: by("loadtest"),
    RecordEvents: by("loadtest"),
    FindUser: by("erasure"),
    ForgetPerson: by("erasure"),
    SetPersonState: by("erasure"),
    GetGrowth: by("loadtest"),
  },
  "grpc.health.v1.Health": { Check: by(...ALL), List: by(...ALL), Watch: by(...ALL) },
  "grpc.reflection.v1.ServerReflection": { ServerReflectionInfo: by("loadtest") },
  "grpc.reflection.v1alpha.ServerReflection": { ServerReflectionInfo: by("loadtest") },
};

export type Standing = "by itself" | "for a user" | "refused";

/** The rule of "/package.Service/Method"; undefined: nobody may call it. */
export function accessTo(path: string): Access | undefined {
  const [, service = "", method = ""] = path.split("/");
  const methods = Object.hasOwn(ACCESS, service) ? ACCESS[service] : undefined;
  return methods && Object.hasOwn(methods, method) ? methods[method] : undefined;
}

/** How a caller stands to an RPC. */
export function standingOf(caller: string, access: Access | undefined): Standing {
  if (!access) return "refused";
  if (caller === OPERATOR || access.byItself.some((one) => one === caller)) return "by itself";
  return access.forUser.some((one) => one === caller) ? "for a user" : "refused";
}
