/* tree_cursor: walking a tree in order; see btree.h.
 *
 *   forwards    path[0].pos is the entry; `limit` the first position of the leaf behind the
 *               range, found once a leaf, so that a step is one comparison of numbers
 *   backwards   the same mirrored: `limit` is the first position of the leaf in the range
 */
#include "store/node.h"

static bool lies_before(const Node *leaf, int64_t pos, const TreeKey *key)
{
    TreeKey own = node_key(leaf, pos);
    return node_compare(&own, key) < 0;
}

/* Sets `limit` for the leaf that the cursor has come to. */
static void set_limit(TreeCursor *cursor)
{
    const Node *leaf = cursor->path[0].node;
    bool equal;
    if (cursor->reverse) {
        cursor->limit = lies_before(leaf, 0, &cursor->from)
                            ? (int32_t)node_seek(leaf, &cursor->from, &equal)
                            : 0;
    } else {
        cursor->limit = !cursor->bounded || lies_before(leaf, leaf->count - 1, &cursor->to)
                            ? leaf->count
                            : (int32_t)node_seek(leaf, &cursor->to, &equal);
    }
}

/* Descends from `node` to its first or last leaf. */
static void descend_to_edge(TreeCursor *cursor, const Node *node)
{
    while (true) {
        int32_t pos = cursor->reverse ? node->count - 1 : 0;
        cursor->path[node->level] = (TreeStep){node, pos};
        if (node->level == 0) {
            break;
        }
        node = node_child(node, pos);
    }
    set_limit(cursor);
}

/* Goes to the next leaf. False: there is none. */
static bool move_leaf(TreeCursor *cursor)
{
    int step = cursor->reverse ? -1 : 1;
    for (int32_t level = 1; level < cursor->depth; level++) {
        TreeStep *at = &cursor->path[level];
        int32_t pos = at->pos + step;
        if (pos >= 0 && pos < at->node->count) {
            at->pos = pos;
            const Node *next = node_child(at->node, pos);
            int32_t ahead = pos + step;
            if (level == 1 && ahead >= 0 && ahead < at->node->count) {
                node_prefetch(node_child(at->node, ahead));
            }
            descend_to_edge(cursor, next);
            return true;
        }
    }
    return false;
}

void tree_cursor_start(TreeCursor *cursor, const Tree *tree, TreeKey from, TreeKey to, bool bounded,
                       bool reverse)
{
    cursor->from = from;
    cursor->to = to;
    cursor->bounded = bounded;
    cursor->reverse = reverse;
    cursor->depth = 0;
    const Node *node = tree->root;
    if (!node) {
        return;
    }
    cursor->depth = node->level + 1;
    if (reverse && !bounded) {
        descend_to_edge(cursor, node);
        cursor->path[0].pos++;
        return;
    }
    const TreeKey *start = reverse ? &cursor->to : &cursor->from;
    while (node->level > 0) {
        int32_t pos = (int32_t)node_seek_child(node, start);
        cursor->path[node->level] = (TreeStep){node, pos};
        node = node_child(node, pos);
        node_prefetch(node);
    }
    bool equal;
    int32_t pos = (int32_t)node_seek(node, start, &equal);
    cursor->path[0] = (TreeStep){node, reverse ? pos : pos - 1};
    set_limit(cursor);
}

static bool is_in_range(const TreeCursor *cursor)
{
    int32_t pos = cursor->path[0].pos;
    return cursor->reverse ? pos >= cursor->limit : pos < cursor->limit;
}

bool tree_cursor_next(TreeCursor *cursor)
{
    if (cursor->depth == 0) {
        return false;
    }
    cursor->path[0].pos += cursor->reverse ? -1 : 1;
    if (LIKELY(is_in_range(cursor))) {
        return true;
    }
    /* The leaf is used up, or the range ends in it. */
    const Node *leaf = cursor->path[0].node;
    bool ends = cursor->reverse ? cursor->limit > 0 : cursor->limit < leaf->count;
    if (ends || !move_leaf(cursor) || !is_in_range(cursor)) {
        cursor->depth = 0;
        return false;
    }
    return true;
}

int64_t tree_cursor_batch(TreeCursor *cursor, uint64_t *payloads, int64_t max)
{
    if (max <= 0 || !tree_cursor_next(cursor)) {
        return 0;
    }
    TreeStep *at = &cursor->path[0];
    const uint64_t *from = node_payloads(at->node);
    int64_t count = 0;
    if (cursor->reverse) {
        for (; count < max && at->pos >= cursor->limit; at->pos--) {
            payloads[count++] = from[at->pos];
        }
        at->pos++;
    } else {
        int64_t left = cursor->limit - at->pos;
        count = left < max ? left : max;
        memcpy(payloads, from + at->pos, (size_t)count * sizeof *payloads);
        at->pos += (int32_t)count - 1;
    }
    return count;
}

uint64_t tree_cursor_payload(const TreeCursor *cursor)
{
    return node_payload(cursor->path[0].node, cursor->path[0].pos);
}

int64_t tree_cursor_key_len(const TreeCursor *cursor)
{
    return node_key(cursor->path[0].node, cursor->path[0].pos).len;
}

void tree_cursor_key(const TreeCursor *cursor, char *bytes)
{
    TreeKey key = node_key(cursor->path[0].node, cursor->path[0].pos);
    char inlined[KEY_INLINE];
    uint64_t head = __builtin_bswap64(key.head);
    uint32_t next = __builtin_bswap32(key.next);
    memcpy(inlined, &head, 8);
    memcpy(inlined + 8, &next, 4);
    memcpy(bytes, inlined, key.len < KEY_INLINE ? key.len : KEY_INLINE);
    if (key.len > KEY_INLINE) {
        memcpy(bytes + KEY_INLINE, key.tail, key.len - KEY_INLINE);
    }
}
