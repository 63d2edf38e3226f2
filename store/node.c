/* node: see node.h. */
#include "store/node.h"

static int64_t tail_len(const TreeKey *key)
{
    return key->len > KEY_INLINE ? (int64_t)key->len - KEY_INLINE : 0;
}

/* Bytes of the piece of `key` in `node`. */
static int64_t piece_len(const Node *node, const TreeKey *key)
{
    return tail_len(key) + (node_has_payloads(node) ? 8 : 0);
}

static int64_t entry_piece_len(const Node *node, int64_t pos)
{
    int64_t len = node_entries(node)[pos].len;
    return (len > KEY_INLINE ? len - KEY_INLINE : 0) + (node_has_payloads(node) ? 8 : 0);
}

/* -- searching ---------------------------------------------------------------------------- */

static int compare_tails(const TreeKey *a, const TreeKey *b)
{
    int64_t a_len = tail_len(a);
    int64_t b_len = tail_len(b);
    int64_t shorter = a_len < b_len ? a_len : b_len;
    uint64_t left = 0;
    uint64_t right = 0;
    if (shorter >= 8) {
        memcpy(&left, a->tail, 8);
        memcpy(&right, b->tail, 8);
    }
    if (left != right) {
        return __builtin_bswap64(left) < __builtin_bswap64(right) ? -1 : 1;
    }
    int order = shorter > 0 ? memcmp(a->tail, b->tail, (size_t)shorter) : 0;
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

int node_compare(const TreeKey *a, const TreeKey *b)
{
    if (a->head != b->head) {
        return a->head < b->head ? -1 : 1;
    }
    if (a->next != b->next) {
        return a->next < b->next ? -1 : 1;
    }
    return compare_tails(a, b);
}

static int compare_entry(const Node *node, int64_t pos, const TreeKey *key)
{
    const Entry *entry = &node_entries(node)[pos];
    if (entry->head != key->head) {
        return entry->head < key->head ? -1 : 1;
    }
    if (entry->next != key->next) {
        return entry->next < key->next ? -1 : 1;
    }
    TreeKey own = node_key(node, pos);
    return compare_tails(&own, key);
}

/* Number of heads in [first, count) below `head`, counted from 0. No branch depends on data. */
static int64_t count_below(const uint64_t *heads, int64_t first, int64_t count, uint64_t head)
{
    int64_t base = first;
    int64_t len = count - first;
    while (len > 1) {
        int64_t half = len / 2;
        base += heads[base + half - 1] < head ? half : 0;
        len -= half;
    }
    return base + (len == 1 && heads[base] < head);
}

/* The child that has `head` if the ids below `node` rise by one: full leaves then, under full
 * inner nodes. -1: they do not, as the keys around the guess show. */
static int64_t guess_child(const Node *node, uint64_t head)
{
    const uint64_t *heads = node_heads(node);
    int64_t last = (int64_t)node->count - 1;
    if (last < 1) {
        return last;
    }
    if (head < heads[1]) {
        return 0;
    }
    uint64_t ahead = (head - heads[1]) >> (NODE_IDS_BITS * node->level & 63);
    int64_t pos = ahead < (uint64_t)last ? (int64_t)ahead + 1 : last;
    return heads[pos] <= head && (pos == last || head < heads[pos + 1]) ? pos : -1;
}

/* The same for an entry of a leaf. */
static int64_t guess_entry(const Node *leaf, uint64_t head)
{
    const uint64_t *heads = node_heads(leaf);
    uint64_t pos = head - heads[0];
    return pos < leaf->count && heads[pos] == head ? (int64_t)pos : -1;
}

/* Position of the first entry of which the 12 bytes in the entry are not below those of `key`,
 * from `first` on. No branch depends on data. */
static int64_t count_inlined_below(const Node *node, int64_t first, const TreeKey *key)
{
    const Entry *base = node_entries(node) + first;
    int64_t len = node->count - first;
    if (len <= 0) {
        return first;
    }
    while (len > 1) {
        int64_t half = len / 2;
        const Entry *middle = base + half - 1;
        bool below =
            (middle->head < key->head) | ((middle->head == key->head) & (middle->next < key->next));
        base += below ? half : 0;
        len -= half;
    }
    bool below = (base->head < key->head) | ((base->head == key->head) & (base->next < key->next));
    return base + below - node_entries(node);
}

static bool has_inlined(const Node *node, int64_t pos, const TreeKey *key)
{
    const Entry *entry = &node_entries(node)[pos];
    return entry->head == key->head && entry->next == key->next;
}

static int64_t count_entries_below(const Node *node, int64_t first, const TreeKey *key)
{
    int64_t low = count_inlined_below(node, first, key);
    if (low >= node->count || !has_inlined(node, low, key)) {
        return low;
    }
    int64_t high = node->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (compare_entry(node, middle, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int64_t seek_dense(const Node *leaf, uint64_t head, bool *equal)
{
    uint64_t pos = head - leaf->first;
    *equal = pos < leaf->count;
    return *equal ? (int64_t)pos : head < leaf->first ? 0 : leaf->count;
}

int64_t node_seek(const Node *node, const TreeKey *key, bool *equal)
{
    int64_t pos;
    if (node_is_dense(node)) {
        return seek_dense(node, key->head, equal);
    }
    if (node->kind == TREE_IDS) {
        pos = node->count > 0 ? guess_entry(node, key->head) : 0;
        if (UNLIKELY(pos < 0)) {
            pos = count_below(node_heads(node), 0, node->count, key->head);
        }
        *equal = pos < node->count && node_heads(node)[pos] == key->head;
    } else {
        pos = count_entries_below(node, 0, key);
        *equal = pos < node->count && compare_entry(node, pos, key) == 0;
    }
    return pos;
}

int64_t node_seek_rising(const Node *node, const TreeKey *key, bool *equal)
{
    int64_t pos = (int64_t)node->recent + 1;
    bool behind = node->kind != TREE_IDS && pos <= node->count &&
                  compare_entry(node, pos - 1, key) < 0 &&
                  (pos == node->count || compare_entry(node, pos, key) > 0);
    *equal = false;
    return behind ? pos : node_seek(node, key, equal);
}

int64_t node_seek_child(const Node *node, const TreeKey *key)
{
    assert(node->level > 0 && node->count > 0);
    if (node->kind == TREE_IDS) {
        const uint64_t *heads = node_heads(node);
        int64_t pos = guess_child(node, key->head);
        if (LIKELY(pos >= 0)) {
            return pos;
        }
        pos = count_below(heads, 1, node->count, key->head);
        return pos < node->count && heads[pos] == key->head ? pos : pos - 1;
    }
    int64_t pos = count_entries_below(node, 1, key);
    return pos < node->count && compare_entry(node, pos, key) == 0 ? pos : pos - 1;
}

/* -- room ------------------------------------------------------------------------------------ */

int64_t node_used(const Node *node)
{
    return node->kind == TREE_IDS ? node->count * 16
                                  : node->count * 16 + (int64_t)node->heap - node->waste;
}

int64_t node_room(const Node *node)
{
    return node->kind == TREE_IDS ? node->cap * 16
                                  : (int64_t)node->block.bytes - (int64_t)sizeof *node;
}

bool node_fits(const Node *node, const TreeKey *key)
{
    if (node->kind == TREE_IDS) {
        bool follows =
            !node_is_dense(node) || node->count == 0 || key->head == node->first + node->count;
        return follows && node->count < node->cap;
    }
    return node_room(node) - node_used(node) >= 16 + piece_len(node, key);
}

bool node_fits_all(const Node *node, const Node *src, const TreeKey *first)
{
    int64_t wanted = node_used(node) + node_used(src);
    if (node->kind != TREE_IDS) {
        wanted += piece_len(src, first);
    }
    return wanted <= node_room(node) - node_room(node) / 5;
}

int64_t node_middle(const Node *node)
{
    assert(node->count >= 2);
    int64_t middle = node->count / 2;
    if (node->kind != TREE_IDS) {
        int64_t half = node_used(node) / 2;
        middle = 0;
        for (int64_t bytes = 0; bytes < half; middle++) {
            bytes += 16 + entry_piece_len(node, middle);
        }
    }
    return middle < 1 ? 1 : middle >= node->count ? node->count - 1 : middle;
}

static Node *make_node(Edit *edit, TreeKind kind, int level, int64_t bytes)
{
    always(bytes <= NODE_BYTES_MAX);
    Node *node = edit_new(edit, bytes);
    memset((char *)node + sizeof node->block, 0, sizeof *node - sizeof node->block);
    node->level = (uint8_t)level;
    node->kind = (uint8_t)kind;
    node->cap = (uint16_t)(kind == TREE_IDS ? NODE_IDS_CAP : (bytes - (int64_t)sizeof *node) / 16);
    return node;
}

Node *node_new(Edit *edit, TreeKind kind, int level, int64_t room)
{
    int64_t bytes = kind == TREE_IDS ? NODE_IDS_BYTES : NODE_BYTES;
    while (kind != TREE_IDS && bytes - (int64_t)sizeof(Node) < room) {
        bytes *= 2;
    }
    return make_node(edit, kind, level, bytes);
}

Node *node_new_dense(Edit *edit)
{
    return make_node(edit, TREE_IDS, 0, NODE_DENSE_BYTES);
}

Node *node_spread(Edit *edit, Node *leaf)
{
    assert(node_is_dense(leaf));
    Node *spread = node_new(edit, TREE_IDS, 0, 0);
    for (int64_t i = 0; i < leaf->count; i++) {
        node_heads(spread)[i] = leaf->first + (uint64_t)i;
        node_payloads(spread)[i] = node_payloads(leaf)[i];
    }
    spread->count = leaf->count;
    spread->recent = leaf->recent;
    edit_drop(edit, leaf);
    return spread;
}

/* Moves the pieces together at the end, so that none is wasted. */
static void pack(Node *node)
{
    char pieces[NODE_BYTES_MAX];
    int64_t heap = 0;
    for (int64_t i = 0; i < node->count; i++) {
        int64_t len = entry_piece_len(node, i);
        heap += len;
        memcpy(pieces + NODE_BYTES_MAX - heap, node_piece(node, i), (size_t)len);
        node_entries(node)[i].offset = (uint16_t)heap;
    }
    memcpy((char *)node + node->block.bytes - heap, pieces + NODE_BYTES_MAX - heap, (size_t)heap);
    node->heap = (uint32_t)heap;
    node->waste = 0;
}

/* -- changing ---------------------------------------------------------------------------------- */

static void insert_id(Node *node, int64_t pos, uint64_t head, uint64_t payload)
{
    uint64_t *heads = node_heads(node);
    uint64_t *payloads = node_payloads(node);
    size_t behind = (size_t)(node->count - pos) * sizeof *heads;
    memmove(heads + pos + 1, heads + pos, behind);
    memmove(payloads + pos + 1, payloads + pos, behind);
    heads[pos] = head;
    payloads[pos] = payload;
}

static void insert_key(Node *node, int64_t pos, const TreeKey *key, uint64_t payload)
{
    int64_t len = piece_len(node, key);
    int64_t room = node_room(node) - node->count * 16 - node->heap;
    if (room < 16 + len) {
        pack(node);
    }
    Entry *entries = node_entries(node);
    memmove(entries + pos + 1, entries + pos, (size_t)(node->count - pos) * sizeof *entries);
    node->heap += (uint32_t)len;
    entries[pos] = (Entry){.head = key->head,
                           .next = key->next,
                           .offset = (uint16_t)node->heap,
                           .len = (uint16_t)key->len};
    char *piece = node_piece(node, pos);
    if (node_has_payloads(node)) {
        memcpy(piece, &payload, 8);
        piece += 8;
    }
    if (tail_len(key) > 0) {
        memcpy(piece, key->tail, (size_t)tail_len(key));
    }
}

void node_insert(Node *node, int64_t pos, const TreeKey *key, uint64_t payload)
{
    assert(node_fits(node, key) && pos >= 0 && pos <= node->count);
    if (node_is_dense(node)) {
        assert(pos == node->count);
        node->first = key->head - (uint64_t)pos;
        node_payloads(node)[pos] = payload;
    } else if (node->kind == TREE_IDS) {
        insert_id(node, pos, key->head, payload);
    } else {
        insert_key(node, pos, key, payload);
    }
    node->count++;
    node->recent = (uint16_t)pos;
}

void node_set_payload(Node *node, int64_t pos, uint64_t payload)
{
    if (node->kind == TREE_IDS) {
        node_payloads(node)[pos] = payload;
    } else {
        memcpy(node_piece(node, pos), &payload, sizeof payload);
    }
}

void node_remove(Node *node, int64_t pos)
{
    assert(pos >= 0 && pos < node->count);
    size_t behind = (size_t)(node->count - pos - 1);
    if (node_is_dense(node)) {
        assert(pos == 0 || behind == 0);
        uint64_t *payloads = node_payloads(node);
        memmove(payloads + pos, payloads + pos + 1, behind * sizeof *payloads);
        node->first += pos == 0;
    } else if (node->kind == TREE_IDS) {
        uint64_t *heads = node_heads(node);
        uint64_t *payloads = node_payloads(node);
        memmove(heads + pos, heads + pos + 1, behind * sizeof *heads);
        memmove(payloads + pos, payloads + pos + 1, behind * sizeof *payloads);
    } else {
        Entry *entries = node_entries(node);
        node->waste += (uint32_t)entry_piece_len(node, pos);
        memmove(entries + pos, entries + pos + 1, behind * sizeof *entries);
    }
    node->count--;
}

void node_move(Node *node, int64_t pos, Node *dst)
{
    for (int64_t i = pos; i < node->count; i++) {
        TreeKey key = node_key(node, i);
        node_insert(dst, dst->count, &key, node_payload_or_none(node, i));
    }
    while (node->count > pos) {
        node_remove(node, node->count - 1);
    }
}

Node *node_grow(Edit *edit, Node *node, const TreeKey *key)
{
    int64_t room = node_used(node) + 16 + piece_len(node, key);
    int64_t doubled = 2 * node_room(node);
    Node *wider = node_new(edit, (TreeKind)node->kind, node->level,
                           room > doubled || doubled > NODE_BYTES_MAX - 64 ? room : doubled);
    for (int64_t i = 0; i < node->count; i++) {
        TreeKey own = node_key(node, i);
        node_insert(wider, i, &own, node_payload_or_none(node, i));
    }
    edit_drop(edit, node);
    return wider;
}
