import { DatabaseSync } from "node:sqlite";
import { createGraph } from "../../population/graph/graph.ts";

/** Tables of LDBC's Social Network Benchmark, as far as deletions meet them. */
const TABLES = `
  CREATE TABLE persons (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE knows (a INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE, PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE TABLE forums (id INTEGER PRIMARY KEY,
    moderator INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE);
  CREATE TABLE members (forum INTEGER NOT NULL REFERENCES forums ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    PRIMARY KEY (forum, person)) WITHOUT ROWID;
  CREATE TABLE posts (id INTEGER PRIMARY KEY, text TEXT,
    creator INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    forum INTEGER NOT NULL REFERENCES forums ON DELETE CASCADE);
  CREATE TABLE comments (id INTEGER PRIMARY KEY, text TEXT,
    creator INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    post INTEGER REFERENCES posts ON DELETE CASCADE,
    reply_to INTEGER REFERENCES comments ON DELETE CASCADE);
  CREATE TABLE post_likes (person INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    post INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE, PRIMARY KEY (person, post)) WITHOUT ROWID;
  CREATE TABLE comment_likes (person INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    comment INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE,
    PRIMARY KEY (person, comment)) WITHOUT ROWID;
  CREATE INDEX i1 ON knows (b); CREATE INDEX i2 ON forums (moderator);
  CREATE INDEX i3 ON members (person); CREATE INDEX i4 ON posts (creator);
  CREATE INDEX i5 ON posts (forum); CREATE INDEX i6 ON comments (creator);
  CREATE INDEX i7 ON comments (post); CREATE INDEX i8 ON comments (reply_to);
  CREATE INDEX i9 ON post_likes (post); CREATE INDEX i10 ON comment_likes (comment);`;

const POSTS_PER_PERSON = 8;
const COMMENTS_PER_POST = 3;
const MAX_LIKES = 20;

/** People of the computed population, each with a forum, posts, threads of comments, and likes of friends. */
export function makeSocialDatabase(file: string, people: number): void {
  const graph = createGraph({ people, seed: 1 });
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; ${TABLES} BEGIN`);
  const into = (table: string, columns: number) => {
    const marks = Array.from({ length: columns }, () => "?").join(", ");
    return database.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks})`);
  };
  const person = into("persons", 2);
  const knows = into("knows", 2);
  const forum = into("forums", 2);
  const member = into("members", 2);
  const post = into("posts", 4);
  const comment = into("comments", 5);
  const postLike = into("post_likes", 2);
  const commentLike = into("comment_likes", 2);
  let posts = 0;
  let comments = 0;
  for (let id = 1; id <= people; id++) {
    const friends = [...graph.friends(id)].filter((one) => one >= 1 && one <= people);
    const friendAt = (i: number) => friends[i % friends.length] ?? id;
    person.run(id, `person ${id}`);
    forum.run(id, id);
    for (const friend of friends) {
      if (id < friend) knows.run(id, friend);
      member.run(id, friend);
    }
    for (let p = 0; p < POSTS_PER_PERSON; p++) {
      posts += 1;
      post.run(posts, `post ${posts}`, id, p % 2 === 0 ? id : friendAt(p));
      const likes = Math.min(friends.length, (posts * 7_919) % MAX_LIKES);
      for (let i = 0; i < likes; i++) postLike.run(friendAt(p + i), posts);
      for (let c = 0; c < COMMENTS_PER_POST; c++) {
        comments += 1;
        const parent = c === 0 ? [posts, null] : [null, comments - 1];
        comment.run(comments, `comment ${comments}`, friendAt(p + c), ...parent);
        commentLike.run(friendAt(c), comments);
      }
    }
  }
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL");
  database.close();
}
