/* node: one node of a B+tree. Private to the btree files.
 *
 *   TREE_IDS    | header 32 B | heads: u64 x cap        | payloads: u64 x cap               |
 *
 *     dense     | header 32 B | payloads: u64 x cap     |          leaves whose ids rise by one
 *
 *   TREE_KEYS   | header 32 B | entries: 16 B x count → |  free  | ← pieces: tails of keys  |
 *   TREE_MAP                    head u64, next u32,               (inner nodes, TREE_MAP:
 *                               offset u16, len u16                payload u64, then the tail)
 *
 * The first 12 bytes of a key are kept as numbers in the entry, so that most comparisons end
 * there; the rest is its piece. `offset` counts 1 a byte from the node's end (so that nodes of
 * 64 KiB can be addressed): the piece starts at end - offset. Removing an entry leaves its piece as
 * waste; when room is wanted the node is packed. A payload is a Version or, in inner nodes, a
 * child.
 *
 * A leaf of ids is made dense, and spread when an id comes or goes that leaves a gap. But for that
 * nodes of ids have one size. Nodes of keys start at another, and one that cannot take
 * NODE_SPLIT_MIN entries doubles instead of being split, so that long keys need no overflow
 * pages.
 */
#ifndef FAWN_STORE_NODE_H
#define FAWN_STORE_NODE_H

#include "store/btree.h"

#include <string.h>

#ifdef FAWN_STRESS
enum { NODE_BYTES = 32 + 4 * 16, NODE_SPLIT_MIN = 4, NODE_IDS_BITS = 2 };
#else
enum { NODE_BYTES = 1024, NODE_SPLIT_MIN = 4, NODE_IDS_BITS = 6 };
#endif

/* Entries of a node of ids. A power of two: in a tree whose ids rise by one, subtraction and a
 * shift tell where an id is (guess_child). */
enum { NODE_IDS_CAP = 1 << NODE_IDS_BITS, NODE_IDS_BYTES = 32 + 16 * NODE_IDS_CAP };
enum { NODE_DENSE_BYTES = 32 + 8 * NODE_IDS_CAP };

enum { NODE_BYTES_MAX = 65536, KEY_INLINE = 12 };

struct Node {
    Block block;
    uint16_t count;
    uint8_t level;   /* 0: a leaf */
    uint8_t kind;    /* TreeKind */
    uint16_t cap;    /* TREE_IDS: entries that fit */
    uint16_t recent; /* position of the entry that was inserted last; only a hint */
    union {
        struct {
            uint32_t heap;  /* bytes of pieces, waste included */
            uint32_t waste; /* bytes of pieces that no entry has */
        };
        uint64_t first; /* dense: the head of the first entry */
    };
};

_Static_assert(sizeof(Node) == 32, "the header of a node");

typedef struct Entry {
    uint64_t head;
    uint32_t next;
    uint16_t offset, len;
} Entry;

_Static_assert(sizeof(Entry) == 16, "four entries a cache line");

static inline uint64_t *node_heads(const Node *node)
{
    return (uint64_t *)(uintptr_t)(node + 1);
}

static inline bool node_is_dense(const Node *node)
{
    return node->block.bytes == NODE_DENSE_BYTES && node->kind == TREE_IDS;
}

static inline uint64_t *node_payloads(const Node *node)
{
    return node_heads(node) + (node_is_dense(node) ? 0 : node->cap);
}

static inline Entry *node_entries(const Node *node)
{
    return (Entry *)(uintptr_t)(node + 1);
}

static inline char *node_piece(const Node *node, int64_t pos)
{
    return (char *)(uintptr_t)node + node->block.bytes - node_entries(node)[pos].offset;
}

/* Whether a piece starts with a payload. */
static inline bool node_has_payloads(const Node *node)
{
    return node->level > 0 || node->kind == TREE_MAP;
}

static inline uint64_t node_payload(const Node *node, int64_t pos)
{
    if (node->kind == TREE_IDS) {
        return node_payloads(node)[pos];
    }
    uint64_t payload;
    memcpy(&payload, node_piece(node, pos), sizeof payload);
    return payload;
}

/* The payload of an entry that has one, else 0. */
static inline uint64_t node_payload_or_none(const Node *node, int64_t pos)
{
    return node->kind == TREE_IDS || node_has_payloads(node) ? node_payload(node, pos) : 0;
}

static inline Node *node_child(const Node *node, int64_t pos)
{
    assert(node->level > 0);
    return (Node *)(uintptr_t)node_payload(node, pos);
}

/* The key of an entry; its tail is borrowed from the node. */
static inline TreeKey node_key(const Node *node, int64_t pos)
{
    if (node->kind == TREE_IDS) {
        uint64_t head = node_is_dense(node) ? node->first + (uint64_t)pos : node_heads(node)[pos];
        return (TreeKey){.head = head, .len = 8};
    }
    const Entry *entry = &node_entries(node)[pos];
    return (TreeKey){.head = entry->head,
                     .next = entry->next,
                     .len = entry->len,
                     .tail = node_piece(node, pos) + (node_has_payloads(node) ? 8 : 0)};
}

/* Loads the cache lines of the part of a node that a search looks at. */
static inline void node_prefetch(const Node *node)
{
    const char *bytes = (const char *)node;
    for (int i = 0; i < 9; i++) {
        __builtin_prefetch(bytes + 64 * i);
    }
}

/* Loads the cache lines of a leaf of ids that a search for entry `pos` looks at: where the head is,
 * the payload of a dense leaf is. */
static inline void node_prefetch_id(const Node *leaf, uint64_t pos)
{
    const uint64_t *heads = node_heads(leaf);
    __builtin_prefetch(leaf);
    __builtin_prefetch(heads + pos);
    __builtin_prefetch(heads + NODE_IDS_CAP + pos);
}

int node_compare(const TreeKey *a, const TreeKey *b);

/* Number of entries whose key is below `key`; `*equal` whether the next one is equal. */
int64_t node_seek(const Node *node, const TreeKey *key, bool *equal);

/* The same, faster when the key goes behind the one that was inserted last. */
int64_t node_seek_rising(const Node *node, const TreeKey *key, bool *equal);

/* Position of the child under which `key` lies or would lie. */
int64_t node_seek_child(const Node *node, const TreeKey *key);

/* An empty node with room for a piece of `room` bytes. */
Node *node_new(Edit *edit, TreeKind kind, int level, int64_t room);

/* An empty leaf of ids that is dense. */
Node *node_new_dense(Edit *edit);

/* A dense leaf as one that may have gaps, in the place of the dense one, which is dropped. */
Node *node_spread(Edit *edit, Node *leaf);

/* Whether an entry of this key fits, after packing if need be; in a dense leaf, behind the others
 * only. */
bool node_fits(const Node *node, const TreeKey *key);

/* Inserts at `pos`; it fits. The node is owned. */
void node_insert(Node *node, int64_t pos, const TreeKey *key, uint64_t payload);

void node_set_payload(Node *node, int64_t pos, uint64_t payload);

/* Of a dense leaf only the first or the last entry can be removed. */
void node_remove(Node *node, int64_t pos);

/* Moves the entries from `pos` on to the end of `dst`, where they fit. */
void node_move(Node *node, int64_t pos, Node *dst);

/* Bytes that the entries take, of those that there are: to tell how full a node is. */
int64_t node_used(const Node *node);
int64_t node_room(const Node *node);

/* Whether all entries of `src` fit behind those of `node`, the key of the first of them being
 * `first`, with a fifth of the node left free. */
bool node_fits_all(const Node *node, const Node *src, const TreeKey *first);

/* Where to divide a node so that both halves have about as many bytes. */
int64_t node_middle(const Node *node);

/* A copy with twice the room, or with room for `key`; the original is dropped. */
Node *node_grow(Edit *edit, Node *node, const TreeKey *key);

#endif
