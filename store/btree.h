/* btree: ordered maps, copy-on-write.
 *
 * A change copies the path from the leaf to the root (page.h: only what somebody may see) and
 * moves the tree to the new root; whoever kept the old Tree still reads the old state:
 *
 *      insert c:    tree before      tree after      nodes shared: [a b]
 *                   /      \         /      \        nodes copied: root, [d]
 *               [a b]      [d]   [a b]    [c d]
 *
 * Three kinds of tree, one code; what a node looks like is in node.h:
 *   TREE_IDS   64-bit numbers -> 64-bit payload (documents: id -> Version)
 *   TREE_KEYS  byte strings, no payload         (indexes: entries)
 *   TREE_MAP   byte strings -> 64-bit payload   (aggregates: terms -> Group)
 *
 * Invariants (tree_verify checks all; code cites them by number):
 *   T1  keys in a node ascend strictly
 *   T2  every key under child i lies in [key i, key i+1); key 0 of an inner node is not looked at
 *   T3  all leaves lie at one depth, which is the level of the root
 *   T4  every node but the root has an entry; an inner root has two
 *   T5  `count` is the number of entries in the leaves
 *   T6  no key is above `highest`
 *   T7  when `append` is set and may be written, it is the last leaf
 *   T8  a node that is frozen is never written
 *
 * Not here: transactions (txn.c), what the bytes mean (key.h, doc.h), disk (log.h).
 */
#ifndef FAWN_STORE_BTREE_H
#define FAWN_STORE_BTREE_H

#include "runtime/base/str.h"
#include "store/page.h"

typedef struct Node Node;

typedef enum TreeKind { TREE_IDS, TREE_KEYS, TREE_MAP } TreeKind;

typedef struct Tree {
    Node *root; /* NULL: empty */
    Node *append;
    int64_t count;
    uint64_t highest; /* first 8 bytes of a key that no key is above */
    TreeKind kind;
    int32_t unused;
} Tree;

/* A key as nodes compare it: the first 12 bytes as numbers, the rest as bytes. Bytes that a
 * short key lacks count as 0 there; the length decides then. */
typedef struct TreeKey {
    uint64_t head;
    uint32_t next;
    uint32_t len;
    const char *tail; /* bytes from 12 on */
} TreeKey;

/* A key of bytes, borrowed; a TREE_IDS key, in the order of signed ids. */
TreeKey tree_key(Str bytes);
TreeKey tree_key_id(int64_t id);

/* TREE_IDS: the payload of `id`, or 0. */
uint64_t tree_find(const Tree *tree, int64_t id);

/* TREE_IDS: loads what tree_find of `id` will look at, but for the document. */
void tree_prefetch(const Tree *tree, int64_t id);

/* TREE_IDS: stores `payload`, which is not 0, under `id`, in place of what was there. */
void tree_put(Edit *edit, Tree *tree, int64_t id, uint64_t payload);

/* TREE_KEYS: adds a key of at most KEY_BYTES_MAX bytes. False: it is there already. */
bool tree_insert(Edit *edit, Tree *tree, Str key);

/* What tree_insert_beside and tree_remove_beside tell of the entries next to a key: whether one
 * starts with the first `prefix_len` bytes of it. */
typedef struct Beside {
    int64_t prefix_len;
    bool shared;
} Beside;

/* TREE_KEYS: like tree_insert and tree_remove, in the same one descent. `shared` means
 * nothing when they return false; `beside` may be NULL. */
bool tree_insert_beside(Edit *edit, Tree *tree, Str key, Beside *beside);
bool tree_remove_beside(Edit *edit, Tree *tree, Str key, Beside *beside);

/* TREE_KEYS: removes `from` and adds `to`: in one descent when they lie in one leaf. False: `from`
 * was not there, and nothing was changed; or `to` was there already. */
bool tree_move(Edit *edit, Tree *tree, Str from, Str to);

/* TREE_MAP: the payload of `key`, or 0; stores `payload`, which is not 0, under `key`, of at most
 * KEY_BYTES_MAX bytes, in place of what was there. */
uint64_t tree_get(const Tree *tree, Str key);
void tree_set(Edit *edit, Tree *tree, Str key, uint64_t payload);

/* Any kind. False: it is not there. */
bool tree_remove(Edit *edit, Tree *tree, TreeKey key);

/* Drops every node. The payloads are the caller's. */
void tree_drop(Edit *edit, Tree *tree);

/* -- reading in order ------------------------------------------------------------------------ */

enum { TREE_DEPTH_MAX = 24 };

typedef struct TreeStep {
    const Node *node;
    int32_t pos;
} TreeStep;

/* Walks the entries with `from` <= key < `to` (`bounded` false: to the end), forwards or
 * backwards. Sees the tree as it was at the start as long as that is kept (edit_freeze). */
typedef struct TreeCursor {
    TreeStep path[TREE_DEPTH_MAX]; /* path[0] is the leaf, path[i] a node of level i */
    int32_t depth;
    int32_t limit; /* forwards: positions below it are in the range; backwards: from it on */
    bool reverse, bounded;
    TreeKey from, to;
} TreeCursor;

/* The bytes of `from` and `to` are borrowed while the cursor is used. */
void tree_cursor_start(TreeCursor *cursor, const Tree *tree, TreeKey from, TreeKey to, bool bounded,
                       bool reverse);

/* Moves to the next entry. False: the end. */
bool tree_cursor_next(TreeCursor *cursor);

/* TREE_IDS: moves over up to `max` entries of one leaf and stores their payloads, in order.
 * 0: the end. */
int64_t tree_cursor_batch(TreeCursor *cursor, uint64_t *payloads, int64_t max);

/* Of the entry that it stands on. TREE_KEYS have no payload. */
uint64_t tree_cursor_payload(const TreeCursor *cursor);
int64_t tree_cursor_key_len(const TreeCursor *cursor);
void tree_cursor_key(const TreeCursor *cursor, char *bytes);

/* -- looking (btree_check.c) ------------------------------------------------------------------- */

/* Checks T1 to T7. False, and `message` (may be NULL) tells the first breach. */
bool tree_verify(const Tree *tree, Buf *message);

/* A line a node, indented by depth: level, entries, first key in hexadecimal. */
void tree_dump(const Tree *tree, Buf *out);

/* Bytes of all nodes. */
int64_t tree_bytes(const Tree *tree);

#endif
