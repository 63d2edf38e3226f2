/* btree: see btree.h. Descents, insertion with splits, removal with merges.
 *
 * A writing descent owns the nodes from the root down (copying those that are frozen), so
 * that a path is a row of nodes that may be written. Splits and merges then work upwards:
 *
 *      full leaf [a b c d] + e            [a b] [c d e], separator c goes to the parent
 *      behind the entry inserted last     [a b c d] [e]: rising keys leave full leaves behind
 *      leaf below a third [a], next [c]   [a c], separator c leaves the parent
 */
#include "store/node.h"

#include "runtime/base/limits.h"

/* A path from the root (path[depth - 1]) down to a leaf (path[0]). */
typedef struct Path {
    TreeStep step[TREE_DEPTH_MAX];
    int32_t depth;
    bool last; /* the path ends in the last leaf */
} Path;

TreeKey tree_key(Str bytes)
{
    assert(bytes.len <= UINT32_MAX);
    unsigned char inlined[KEY_INLINE] = {0};
    if (bytes.len > 0) {
        memcpy(inlined, bytes.s, (size_t)(bytes.len < KEY_INLINE ? bytes.len : KEY_INLINE));
    }
    TreeKey key = {.len = (uint32_t)bytes.len,
                   .tail = bytes.len > KEY_INLINE ? bytes.s + KEY_INLINE : NULL};
    memcpy(&key.head, inlined, 8);
    memcpy(&key.next, inlined + 8, 4);
    key.head = __builtin_bswap64(key.head);
    key.next = __builtin_bswap32(key.next);
    return key;
}

TreeKey tree_key_id(int64_t id)
{
    return (TreeKey){.head = (uint64_t)id ^ (uint64_t)1 << 63, .len = 8};
}

/* The leaf below `node` with `key`; what a search of it looks at is being loaded. */
static const Node *prefetched_leaf(const Node *node, const TreeKey *key)
{
    int64_t pos = node_seek_child(node, key);
    const Node *leaf = node_child(node, pos);
    uint64_t ahead = key->head - node_heads(node)[pos];
    if (pos > 0 && ahead < NODE_IDS_CAP) {
        node_prefetch_id(leaf, ahead);
    } else {
        node_prefetch(leaf);
    }
    return leaf;
}

uint64_t tree_find(const Tree *tree, int64_t id)
{
    assert(tree->kind == TREE_IDS);
    TreeKey key = tree_key_id(id);
    const Node *node = tree->root;
    if (!node || key.head > tree->highest) {
        return 0;
    }
    while (node->level > 1) {
        node = node_child(node, node_seek_child(node, &key));
    }
    if (node->level == 1) {
        node = prefetched_leaf(node, &key);
    }
    bool equal;
    int64_t pos = node_seek(node, &key, &equal);
    return equal ? node_payloads(node)[pos] : 0;
}

void tree_prefetch(const Tree *tree, int64_t id)
{
    TreeKey key = tree_key_id(id);
    const Node *node = tree->root;
    if (!node || key.head > tree->highest) {
        return;
    }
    while (node->level > 1) {
        node = node_child(node, node_seek_child(node, &key));
    }
    if (node->level == 1) {
        (void)prefetched_leaf(node, &key);
    }
}

/* -- descending ---------------------------------------------------------------------------- */

static Node *path_node(const Path *path, int level)
{
    return (Node *)(uintptr_t)path->step[level].node;
}

/* Owns the nodes towards `key`; the leaf's position is where the key is or would be. `rising`: it
 * is likely to go behind the key that was inserted last. */
static bool descend_owning(Edit *edit, Tree *tree, const TreeKey *key, bool rising, Path *path)
{
    Node *node = tree->root = edit_own(edit, tree->root);
    path->depth = node->level + 1;
    path->last = true;
    while (node->level > 0) {
        int64_t pos = node_seek_child(node, key);
        Node *child = node_child(node, pos);
        node_prefetch(child);
        child = edit_own(edit, child);
        node_set_payload(node, pos, (uint64_t)(uintptr_t)child);
        path->step[node->level] = (TreeStep){node, (int32_t)pos};
        path->last = path->last && pos == node->count - 1;
        node = child;
    }
    bool equal;
    int64_t pos = rising ? node_seek_rising(node, key, &equal) : node_seek(node, key, &equal);
    path->step[0] = (TreeStep){node, (int32_t)pos};
    return equal;
}

/* -- neighbours ------------------------------------------------------------------------------ */

/* What a change is to tell of the entries next to its key. */
typedef struct Neighbours {
    TreeKey prefix;
    bool shared;
} Neighbours;

static bool starts_with(const TreeKey *key, const TreeKey *prefix)
{
    uint32_t len = prefix->len;
    if (key->len < len) {
        return false;
    }
    uint64_t head = len < 8 ? ~(UINT64_MAX >> 8 * len) : UINT64_MAX;
    uint32_t next = len <= 8 ? 0 : len < KEY_INLINE ? ~(UINT32_MAX >> 8 * (len - 8)) : UINT32_MAX;
    return ((key->head ^ prefix->head) & head) == 0 && ((key->next ^ prefix->next) & next) == 0 &&
           (len <= KEY_INLINE || memcmp(key->tail, prefix->tail, len - KEY_INLINE) == 0);
}

static void look_at(Neighbours *neighbours, const Node *leaf, int64_t pos)
{
    TreeKey key = node_key(leaf, pos);
    neighbours->shared = neighbours->shared || starts_with(&key, &neighbours->prefix);
}

/* The last leaf ahead of the path's leaf (`by` -1) or the first one behind it (`by` 1); NULL. */
static const Node *leaf_beside(const Path *path, int by)
{
    int level = 1;
    for (; level < path->depth; level++) {
        int64_t pos = path->step[level].pos + by;
        if (pos >= 0 && pos < path->step[level].node->count) {
            break;
        }
    }
    if (level == path->depth) {
        return NULL;
    }
    const Node *node = node_child(path->step[level].node, path->step[level].pos + by);
    while (node->level > 0) {
        node = node_child(node, by < 0 ? node->count - 1 : 0);
    }
    return node;
}

/* Looks at the entries ahead of and behind the place of a key that the path leads to; `found`:
 * the key itself is there. */
static void look_beside(const Path *path, bool found, Neighbours *neighbours)
{
    const Node *leaf = path->step[0].node;
    int64_t behind = path->step[0].pos + found;
    const Node *other;
    if (path->step[0].pos > 0) {
        look_at(neighbours, leaf, path->step[0].pos - 1);
    } else if ((other = leaf_beside(path, -1))) {
        look_at(neighbours, other, other->count - 1);
    }
    if (neighbours->shared) {
        return;
    }
    if (behind < leaf->count) {
        look_at(neighbours, leaf, behind);
    } else if ((other = leaf_beside(path, 1))) {
        look_at(neighbours, other, 0);
    }
}

/* -- inserting ------------------------------------------------------------------------------- */

/* The key that divides `left` from `right`: the shortest prefix of the first key of `right`
 * that is above the last of `left`. Leaves of ids: the first key itself. */
static TreeKey find_separator(const Node *left, const Node *right, char bytes[KEY_BYTES_MAX])
{
    TreeKey first = node_key(right, 0);
    if (right->kind == TREE_IDS || right->level > 0) {
        return first;
    }
    TreeKey last = node_key(left, left->count - 1);
    if (first.head != last.head || first.next != last.next || first.len <= KEY_INLINE) {
        if (first.len > KEY_INLINE) {
            first.len = KEY_INLINE;
        }
        return first;
    }
    int64_t same = 0;
    while (KEY_INLINE + same < last.len && first.tail[same] == last.tail[same]) {
        same++;
    }
    memcpy(bytes, first.tail, (size_t)same + 1);
    first.tail = bytes;
    first.len = (uint32_t)(KEY_INLINE + same + 1);
    return first;
}

static void insert_at(Edit *edit, Tree *tree, Path *path, int level, const TreeKey *key,
                      uint64_t payload);

/* Enters `right`, which was split from the node of `level`, in the parent. */
static void insert_in_parent(Edit *edit, Tree *tree, Path *path, int level, Node *right)
{
    char bytes[KEY_BYTES_MAX];
    Node *left = path_node(path, level);
    TreeKey separator = find_separator(left, right, bytes);
    if (level == path->depth - 1) {
        always(path->depth < TREE_DEPTH_MAX);
        Node *root = node_new(edit, tree->kind, level + 1, 0);
        TreeKey least = {0};
        node_insert(root, 0, &least, (uint64_t)(uintptr_t)left);
        tree->root = root;
        path->step[path->depth++] = (TreeStep){root, 0};
    }
    path->step[level + 1].pos++;
    insert_at(edit, tree, path, level + 1, &separator, (uint64_t)(uintptr_t)right);
}

/* Puts `wider` in the place of the node of `level`. */
static void replace_node(Tree *tree, Path *path, int level, Node *wider)
{
    path->step[level].node = wider;
    if (level == path->depth - 1) {
        tree->root = wider;
    } else {
        const TreeStep *parent = &path->step[level + 1];
        node_set_payload(path_node(path, level + 1), parent->pos, (uint64_t)(uintptr_t)wider);
    }
}

/* Divides the full node of `level` and inserts into the half where the key belongs. */
static void split_and_insert(Edit *edit, Tree *tree, Path *path, int level, const TreeKey *key,
                             uint64_t payload)
{
    Node *node = path_node(path, level);
    int64_t pos = path->step[level].pos;
    bool rises = pos > 0 && (node->recent == pos - 1 || (path->last && pos == node->count));
    int64_t middle = rises ? pos : node_middle(node);
    Node *right =
        middle == node->count && level == 0 && tree->kind == TREE_IDS
            ? node_new_dense(edit)
            : node_new(edit, tree->kind, level, middle == node->count ? 0 : node_used(node));
    node_move(node, middle, right);
    bool to_right = pos > middle || (pos == middle && !(rises && node_fits(node, key)));
    Node *half = to_right ? right : node;
    if (!node_fits(half, key)) {
        Node *wider = node_grow(edit, half, key);
        if (to_right) {
            right = wider;
        } else {
            replace_node(tree, path, level, wider);
        }
        half = wider;
    }
    node_insert(half, to_right ? pos - middle : pos, key, payload);
    insert_in_parent(edit, tree, path, level, right);
}

/* Whether a dense leaf is full, and stays so when `key` goes behind it. */
static bool follows_all(const Node *leaf, const Path *path, const TreeKey *key)
{
    return leaf->count == leaf->cap && path->step[0].pos == leaf->count &&
           (path->last || key->head == leaf->first + leaf->count);
}

static void insert_at(Edit *edit, Tree *tree, Path *path, int level, const TreeKey *key,
                      uint64_t payload)
{
    Node *node = path_node(path, level);
    if (node_is_dense(node) && !node_fits(node, key) && !follows_all(node, path, key)) {
        node = node_spread(edit, node);
        replace_node(tree, path, level, node);
    }
    if (!node_fits(node, key)) {
        if (node->count >= NODE_SPLIT_MIN) {
            split_and_insert(edit, tree, path, level, key, payload);
            return;
        }
        node = node_grow(edit, node, key);
        replace_node(tree, path, level, node);
    }
    node_insert(node, path->step[level].pos, key, payload);
}

static Node *last_leaf(const Tree *tree)
{
    Node *node = tree->root;
    while (node->level > 0) {
        node = node_child(node, node->count - 1);
    }
    return node;
}

/* Adds an entry behind all others without a descent, if that can be done. */
static bool append(const Edit *edit, Tree *tree, const TreeKey *key, uint64_t payload,
                   Neighbours *neighbours)
{
    Node *leaf = tree->append;
    if (!leaf || key->head < tree->highest || !edit_owns(edit, &leaf->block) ||
        !node_fits(leaf, key)) {
        return false;
    }
    if (key->head == tree->highest) {
        TreeKey last = node_key(leaf, leaf->count - 1);
        if (node_compare(&last, key) >= 0) {
            return false;
        }
    }
    if (neighbours) {
        look_at(neighbours, leaf, leaf->count - 1);
    }
    node_insert(leaf, leaf->count, key, payload);
    tree->highest = key->head;
    tree->count++;
    return true;
}

static void plant(Edit *edit, Tree *tree, const TreeKey *key, uint64_t payload)
{
    tree->root = tree->kind == TREE_IDS ? node_new_dense(edit)
                                        : node_new(edit, tree->kind, 0, key->len + 24);
    node_insert(tree->root, 0, key, payload);
    tree->append = tree->root;
    tree->highest = key->head;
    tree->count = 1;
}

/* False when the key was there; its payload is replaced. `neighbours`: NULL, or to be told. */
static bool put(Edit *edit, Tree *tree, const TreeKey *key, uint64_t payload,
                Neighbours *neighbours)
{
    if (append(edit, tree, key, payload, neighbours)) {
        return true;
    }
    if (!tree->root) {
        plant(edit, tree, key, payload);
        return true;
    }
    Path path;
    bool found = descend_owning(edit, tree, key, true, &path);
    if (found) {
        if (tree->kind != TREE_KEYS) {
            node_set_payload(path_node(&path, 0), path.step[0].pos, payload);
        }
    } else {
        if (neighbours) {
            look_beside(&path, false, neighbours);
        }
        insert_at(edit, tree, &path, 0, key, payload);
        tree->count++;
        if (key->head > tree->highest) {
            tree->highest = key->head;
        }
    }
    if (path.last) {
        tree->append = last_leaf(tree);
    }
    return !found;
}

void tree_put(Edit *edit, Tree *tree, int64_t id, uint64_t payload)
{
    assert(tree->kind == TREE_IDS && payload != 0);
    TreeKey key = tree_key_id(id);
    (void)put(edit, tree, &key, payload, NULL);
}

bool tree_insert(Edit *edit, Tree *tree, Str bytes)
{
    assert(tree->kind == TREE_KEYS && bytes.len <= KEY_BYTES_MAX);
    TreeKey key = tree_key(bytes);
    return put(edit, tree, &key, 0, NULL);
}

bool tree_insert_beside(Edit *edit, Tree *tree, Str bytes, Beside *beside)
{
    assert(tree->kind == TREE_KEYS && bytes.len <= KEY_BYTES_MAX);
    TreeKey key = tree_key(bytes);
    if (!beside) {
        return put(edit, tree, &key, 0, NULL);
    }
    Neighbours neighbours = {.prefix = tree_key(str_slice(bytes, 0, beside->prefix_len))};
    bool inserted = put(edit, tree, &key, 0, &neighbours);
    beside->shared = neighbours.shared;
    return inserted;
}

uint64_t tree_get(const Tree *tree, Str bytes)
{
    assert(tree->kind == TREE_MAP);
    TreeKey key = tree_key(bytes);
    const Node *node = tree->root;
    if (!node || key.head > tree->highest) {
        return 0;
    }
    while (node->level > 0) {
        node = node_child(node, node_seek_child(node, &key));
        node_prefetch(node);
    }
    bool equal;
    int64_t pos = node_seek(node, &key, &equal);
    return equal ? node_payload(node, pos) : 0;
}

void tree_set(Edit *edit, Tree *tree, Str bytes, uint64_t payload)
{
    assert(tree->kind == TREE_MAP && bytes.len <= KEY_BYTES_MAX && payload != 0);
    TreeKey key = tree_key(bytes);
    (void)put(edit, tree, &key, payload, NULL);
}

/* -- removing --------------------------------------------------------------------------------- */

/* Moves the entries of the child behind `pos` to the child at `pos`, if they fit. */
static bool merge_children(Edit *edit, Node *parent, int64_t pos)
{
    Node *left = node_child(parent, pos);
    Node *right = node_child(parent, pos + 1);
    TreeKey separator = node_key(parent, pos + 1);
    if (!node_fits_all(left, right, &separator)) {
        return false;
    }
    left = edit_own(edit, left);
    if (node_is_dense(left)) {
        left = node_spread(edit, left);
    }
    node_set_payload(parent, pos, (uint64_t)(uintptr_t)left);
    right = edit_own(edit, right);
    if (right->level > 0) {
        /* T2: key 0 of an inner node is not kept up; the parent's is. */
        node_insert(left, left->count, &separator, node_payload(right, 0));
        node_remove(right, 0);
    }
    node_move(right, 0, left);
    node_remove(parent, pos + 1);
    edit_drop(edit, right);
    return true;
}

/* Mends the parents of a node that lost an entry, from `level` up. */
static void shrink(Edit *edit, const Path *path, int level)
{
    for (; level < path->depth - 1; level++) {
        Node *node = path_node(path, level);
        Node *parent = path_node(path, level + 1);
        int64_t pos = path->step[level + 1].pos;
        if (node->count == 0) {
            node_remove(parent, pos);
            edit_drop(edit, node);
        } else if (3 * node_used(node) > node_room(node)) {
            return;
        } else if (!(pos + 1 < parent->count && merge_children(edit, parent, pos)) &&
                   !(pos > 0 && merge_children(edit, parent, pos - 1))) {
            return;
        }
    }
}

/* Removes the entry that the path leads to. */
static void take_found(Edit *edit, Tree *tree, Path *path)
{
    Node *leaf = path_node(path, 0);
    int64_t pos = path->step[0].pos;
    if (node_is_dense(leaf) && pos > 0 && pos < leaf->count - 1) {
        leaf = node_spread(edit, leaf);
        replace_node(tree, path, 0, leaf);
    }
    node_remove(leaf, pos);
    tree->count--;
    tree->append = NULL;
    shrink(edit, path, 0);
    while (tree->root->level > 0 && tree->root->count == 1) {
        Node *child = node_child(tree->root, 0);
        edit_drop(edit, tree->root);
        tree->root = child;
    }
    if (tree->root->count == 0) {
        edit_drop(edit, tree->root);
        tree->root = NULL;
    }
}

/* False: there is no such key. `neighbours`: NULL, or to be told. */
static bool take(Edit *edit, Tree *tree, const TreeKey *key, Neighbours *neighbours)
{
    if (!tree->root) {
        return false;
    }
    Path path;
    if (!descend_owning(edit, tree, key, false, &path)) {
        if (path.last) {
            tree->append = path_node(&path, 0);
        }
        return false;
    }
    if (neighbours) {
        look_beside(&path, true, neighbours);
    }
    take_found(edit, tree, &path);
    return true;
}

bool tree_remove(Edit *edit, Tree *tree, TreeKey key)
{
    return take(edit, tree, &key, NULL);
}

bool tree_remove_beside(Edit *edit, Tree *tree, Str bytes, Beside *beside)
{
    assert(tree->kind == TREE_KEYS);
    TreeKey key = tree_key(bytes);
    if (!beside) {
        return take(edit, tree, &key, NULL);
    }
    Neighbours neighbours = {.prefix = tree_key(str_slice(bytes, 0, beside->prefix_len))};
    bool removed = take(edit, tree, &key, &neighbours);
    beside->shared = neighbours.shared;
    return removed;
}

/* Where `to` belongs in a leaf between two entries that stay when the one at `pos` goes; -1: it
 * does not, or is there, or may not fit. */
static int64_t place_in_leaf(const Node *leaf, int64_t pos, const TreeKey *to)
{
    int64_t last = leaf->count - 1;
    if (leaf->count < 3) {
        return -1;
    }
    TreeKey lowest = node_key(leaf, pos == 0 ? 1 : 0);
    TreeKey highest = node_key(leaf, pos == last ? last - 1 : last);
    if (node_compare(&lowest, to) >= 0 || node_compare(to, &highest) >= 0) {
        return -1;
    }
    bool equal;
    int64_t place = node_seek(leaf, to, &equal);
    bool fits = to->len <= node_key(leaf, pos).len || node_fits(leaf, to);
    return !equal && fits ? place : -1;
}

bool tree_move(Edit *edit, Tree *tree, Str from, Str to)
{
    assert(tree->kind == TREE_KEYS && to.len <= KEY_BYTES_MAX);
    TreeKey key = tree_key(from);
    TreeKey moved = tree_key(to);
    if (!tree->root) {
        return false;
    }
    Path path;
    bool found = descend_owning(edit, tree, &key, false, &path);
    Node *leaf = path_node(&path, 0);
    if (path.last) {
        tree->append = leaf;
    }
    if (!found) {
        return false;
    }
    int64_t pos = path.step[0].pos;
    int64_t place = place_in_leaf(leaf, pos, &moved);
    if (place < 0) {
        take_found(edit, tree, &path);
        return put(edit, tree, &moved, 0, NULL);
    }
    node_remove(leaf, pos);
    node_insert(leaf, place - (place > pos), &moved, 0);
    return true;
}

static void drop_nodes(Edit *edit, Node *node)
{
    for (int64_t i = 0; node->level > 0 && i < node->count; i++) {
        drop_nodes(edit, node_child(node, i));
    }
    edit_drop(edit, node);
}

void tree_drop(Edit *edit, Tree *tree)
{
    if (tree->root) {
        drop_nodes(edit, tree->root);
    }
    *tree = (Tree){.kind = tree->kind};
}
