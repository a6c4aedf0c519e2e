"""Checks an exported ledger without any of our code: root, signature, entries, records and one inclusion proof.

python3 ledger.py FOLDER [INDEX]      Only Python's own library; formats: c2sp.org/tlog-tiles, tlog-checkpoint,
signed-note, RFC 6962 and RFC 8032. Written from those texts, on purpose not from crates/ledger.
"""
import base64, hashlib, pathlib, sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def sha(data):
    return hashlib.sha256(data).digest()


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P
    return x, y


def times(n, point):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, point)
        point, n = add(point, point), n >> 1
    return out


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - xx) % P == 0, "no point of the curve"
    return (P - x if x & 1 != sign else x), y


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return s < L and times(s, BASE) == add(point(r), times(h, point(key)))


def path(number, width):
    name = f"{number % 1000:03}"
    while number := number // 1000:
        name = f"x{number % 1000:03}/{name}"
    return name if width == 256 else f"{name}.p/{width}"


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def prove(index, leaves):
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return prove(index, leaves[:k]) + [root(leaves[k:])]
    return prove(index - k, leaves[k:]) + [root(leaves[:k])]


def follow(index, size, leaf, proof):
    """RFC 9162, 2.1.3.2."""
    fn, sn, out = index, size - 1, leaf
    for other in proof:
        if fn & 1 or fn == sn:
            out = sha(b"\1" + other + out)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            out = sha(b"\1" + out + other)
        fn, sn = fn >> 1, sn >> 1
    return out


def main(folder, index):
    text, lines = (folder / "checkpoint").read_bytes().split(b"\n\n")
    text += b"\n"
    origin, size, expected = text.decode().split("\n")[:3]
    size = int(size)
    name, key_id, key = (folder / "public-key").read_text().strip().split("+", 2)
    key = base64.b64decode(key)
    assert name == origin and key[0] == 1, "the key is of another log"
    assert sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "the key has another id"
    line = lines.decode().split("\n")[0]
    note = base64.b64decode(line.removeprefix(f"— {origin} "))
    assert note[:4].hex() == key_id and signed(key[1:], text, note[4:]), "the signature does not hold"
    leaves, erased = [], 0
    for block in range((size + 255) // 256):
        width = min(256, size - block * 256)
        bundle = (folder / "tile/entries" / path(block, width)).read_bytes()
        entries = [bundle[at + 2 : at + 66] for at in range(0, len(bundle), 66)]
        assert all(bundle[at : at + 2] == b"\0\x40" for at in range(0, len(bundle), 66)) and len(entries) == width
        block_leaves = [sha(b"\0" + entry) for entry in entries]
        assert (folder / "tile/0" / path(block, width)).read_bytes() == b"".join(block_leaves), f"tile {block}"
        for number, line in enumerate((folder / "records" / path(block, width)).read_bytes().split(b"\n")[:-1]):
            shown, salt, document = line.split(b"\t", 2)
            assert int(shown) == block * 256 + number
            if salt == b"-":
                erased += 1
            else:
                assert sha(base64.b64decode(salt) + document) == entries[number][:32], f"record {shown.decode()}"
        leaves += block_leaves
    assert base64.b64encode(root(leaves)).decode() == expected, "the root does not hold"
    assert follow(index, size, leaves[index], prove(index, leaves)) == root(leaves), "the proof does not hold"
    print(f"{size} records, {erased} erased, root {expected}")


if __name__ == "__main__":
    try:
        main(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    except (AssertionError, ValueError, OSError) as wrong:
        print(f"does not hold: {wrong}")
        sys.exit(1)
