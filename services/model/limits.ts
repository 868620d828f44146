/** Every limit of the mesh that a caller can meet, units in the names. */

export const MAX_TEXT_BYTES = 1_024;
/** Of a REST request: 1,024 bytes of text are at most 6 KB of escapes, and 200 ids less than 5 KB. */
export const MAX_BODY_BYTES = 64 * 1_024;
export const MAX_REQUEST_ID_BYTES = 64;
export const MAX_CLIENT_BYTES = 64;
export const MAX_DEVICE_BYTES = 64;
export const MAX_PLACE_NAME_BYTES = 128;
/** How long (author, request_id) names one post. */
export const REQUEST_ID_LIFE_MS = 24 * 3_600_000;

export const MAX_BATCH_GET_POSTS = 200;
export const MAX_LIST_AUTHORS = 256;
/** Of ListPostsToErase and ErasePosts. */
export const MAX_ERASE_POSTS = 1_000;
export const MAX_LIST_AUTHOR_POSTS = 1_000;
export const DEFAULT_LIST_AUTHOR_POSTS = 100;

/** Of ListLikes and ListComments. */
export const MAX_REACTIONS_PAGE = 200;
export const DEFAULT_LIKES_PAGE = 50;
export const DEFAULT_COMMENTS_PAGE = 20;
/** With each post of BatchGetReactions. */
export const MAX_NEWEST_COMMENTS = 10;

export const MAX_POST_LOG_ROWS = 500;
export const DEFAULT_POST_LOG_ROWS = 100;
/** Open WatchPostLog streams of one process. */
export const MAX_POST_LOG_WATCHERS = 1_000;

export const MAX_PAGE_ENTRIES = 200;
/** In one LocatePost. */
export const MAX_LOCATED_VIEWERS = 200;
export const DEFAULT_PAGE_ENTRIES = 20;
export const MAX_RANK_CANDIDATES = 200;

/** Of ListFriends: how long it is known that an edge has changed. */
export const CHANGED_EDGE_MS = 3_600_000;
/** Of one ListUntoldChanges, and how long it is known of a change that an owner was not told of it. */
export const MAX_UNTOLD_CHANGES = 5_000;
export const UNTOLD_KEPT_MS = 600_000;
export const MAX_BATCH_ADD_FRIENDS = 1_000;
export const MAX_BATCH_CHECK_FRIENDS = 1_000;
export const MAX_COUNT_FRIENDS_USERS = 200;
export const MAX_BATCH_LIST_FRIENDS_USERS = 64;
/** More friends than this travel as chunks on the slower queue, and in several messages of a stream. */
export const MAX_FRIENDS_PER_CHUNK = 5_000;
/** No list is held as a whole: this bounds what can go wrong, not what can be stored. */
export const MAX_FRIENDS_PER_USER = 5_000_000;
/** Open requests of one person to others. */
export const MAX_OPEN_FRIEND_REQUESTS = 1_000;
/** People whom one person has blocked. */
export const MAX_BLOCKS_PER_USER = 10_000;
/** Of a page of requests or blocks. */
export const MAX_RELATIONS_PAGE = 1_000;
export const DEFAULT_RELATIONS_PAGE = 100;
export const MAX_BATCH_CHECK_HIDDEN = 1_000;
export const MAX_FRIENDS_OF_FRIENDS = 100_000;
export const DEFAULT_FRIENDS_OF_FRIENDS = 1_000;
/** People whose lists one ListFriendsOfFriends may read. */
export const MAX_VISITED_PEOPLE = 200_000;

export const MAX_APPEND_POSTS = 200;
export const MAX_APPEND_VIEWERS_PER_POST = 5_000;
export const MAX_FRIEND_CHANGES = 1_000;

/** Largest message of every RPC but AppendEntries. */
export const MAX_MESSAGE_BYTES = 256 * 1_024;
export const MAX_APPEND_MESSAGE_BYTES = 4 * 1_024 * 1_024;
/** Of all metadata of a call, names and values, and 32 bytes for each (RFC 9113, 6.5.2); as Node takes of HTTP/1.1. */
export const MAX_METADATA_BYTES = 16 * 1_024;
export const MAX_CONCURRENT_STREAMS = 100;
export const MAX_PUBLISH_PAYLOADS = 1_000;
export const MAX_PREFETCH = 10_000;

/** Of DigestTimelines. */
export const MAX_DIGEST_VIEWERS = 4_096;

/** The highest number of a change of what a person is: see PersonStates. */
export const MAX_PERSON_CHANGES = 1_000_000;

/** Unread entries counted at most. */
export const MAX_UNREAD = 1_000;

/** How far back a timeline can be scrolled. */
export const RETENTION_MS = 3 * 365.25 * 24 * 3_600_000;

/** What one person may come with: of all together 2^53-1 are counted, so nine million would have to come with so much. */
export const MAX_SIGN_UP_REVENUE = 1_000_000_000;
/** Users of one answer of the growth service, and of one operation on its stream. */
export const MAX_RANKED_USERS = 10_000;
export const MAX_STREAM_RANKED_USERS = 100;
export const MAX_TOP_REFERRERS = 1_000;
export const MAX_STREAM_OPERATIONS = 1_000;
export const MAX_GROWTH_EVENTS = 1_000;
export const MAX_GROWTH_DAYS = 90;
export const MAX_EVENT_ID_BYTES = 64;
export const MAX_ORIGIN_BYTES = 128;
