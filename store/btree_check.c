/* btree_check: the invariants of btree.h, and a picture of a tree, for tests and `.check`. */
#include "store/node.h"

typedef struct Check {
    const Tree *tree;
    Buf *message;
    int64_t count;
    const Node *last_leaf;
} Check;

static bool breach(const Check *check, const char *text, const Node *node, int64_t pos)
{
    if (check->message) {
        buf_printf(check->message, "%s (level %d, entry %lld of %d)", text, (int)node->level,
                   (long long)pos, (int)node->count);
    }
    return false;
}

static bool check_node_bytes(const Check *check, const Node *node)
{
    int64_t used = node_used(node);
    if (node->kind != check->tree->kind || used > node_room(node) ||
        (node->kind == TREE_IDS && node->count > node->cap) ||
        (node->kind != TREE_IDS && node->waste > node->heap)) {
        return breach(check, "A node holds more than it has room for.", node, 0);
    }
    return true;
}

static bool check_key(const Check *check, const Node *node, int64_t pos, const TreeKey *low,
                      const TreeKey *high)
{
    TreeKey key = node_key(node, pos);
    if (node->level > 0 && pos == 0) {
        return true;
    }
    if (pos > (node->level > 0)) {
        TreeKey before = node_key(node, pos - 1);
        if (node_compare(&before, &key) >= 0) {
            return breach(check, "T1: keys do not ascend.", node, pos);
        }
    }
    if ((low && node_compare(&key, low) < 0) || (high && node_compare(&key, high) >= 0)) {
        return breach(check, "T2: a key lies outside of what its parent says.", node, pos);
    }
    if (node->level == 0 && key.head > check->tree->highest) {
        return breach(check, "T6: a key is above the highest.", node, pos);
    }
    return true;
}

/* Checks a subtree whose keys lie in [low, high); NULL: no bound. */
static bool check_node(Check *check, const Node *node, const TreeKey *low, const TreeKey *high)
{
    bool is_root = node == check->tree->root;
    if (node->count < (is_root && node->level > 0 ? 2 : 1)) {
        return breach(check, "T4: a node has too few entries.", node, 0);
    }
    if (!check_node_bytes(check, node)) {
        return false;
    }
    for (int64_t i = 0; i < node->count; i++) {
        if (!check_key(check, node, i, low, high)) {
            return false;
        }
    }
    if (node->level == 0) {
        check->count += node->count;
        check->last_leaf = node;
        return true;
    }
    for (int64_t i = 0; i < node->count; i++) {
        const Node *child = node_child(node, i);
        TreeKey from = node_key(node, i);
        TreeKey to = i + 1 < node->count ? node_key(node, i + 1) : (TreeKey){0};
        if (child->level != node->level - 1) {
            return breach(check, "T3: leaves lie at different depths.", node, i);
        }
        if (!check_node(check, child, i > 0 ? &from : low, i + 1 < node->count ? &to : high)) {
            return false;
        }
    }
    return true;
}

bool tree_verify(const Tree *tree, Buf *message)
{
    Check check = {.tree = tree, .message = message};
    if (tree->root && !check_node(&check, tree->root, NULL, NULL)) {
        return false;
    }
    if (check.count != tree->count) {
        if (message) {
            buf_printf(message, "T5: the tree has %lld entries, its count says %lld.",
                       (long long)check.count, (long long)tree->count);
        }
        return false;
    }
    return !tree->append || !tree->root || tree->append == check.last_leaf ||
           breach(&check, "T7: the place for appending is not the last leaf.", tree->root, 0);
}

static void dump_node(const Node *node, int64_t depth, Buf *out)
{
    buf_fill(out, ' ', 2 * depth);
    buf_printf(out, "level %d, %d entries, %lld of %lld bytes", (int)node->level, (int)node->count,
               (long long)node_used(node), (long long)node_room(node));
    if (node->count > 0) {
        TreeKey key = node_key(node, 0);
        buf_printf(out, ", first %016llx", (unsigned long long)key.head);
    }
    buf_byte(out, '\n');
    for (int64_t i = 0; node->level > 0 && i < node->count; i++) {
        dump_node(node_child(node, i), depth + 1, out);
    }
}

void tree_dump(const Tree *tree, Buf *out)
{
    if (tree->root) {
        dump_node(tree->root, 0, out);
    }
}

static int64_t count_bytes(const Node *node)
{
    int64_t bytes = node->block.bytes;
    for (int64_t i = 0; node->level > 0 && i < node->count; i++) {
        bytes += count_bytes(node_child(node, i));
    }
    return bytes;
}

int64_t tree_bytes(const Tree *tree)
{
    return tree->root ? count_bytes(tree->root) : 0;
}
