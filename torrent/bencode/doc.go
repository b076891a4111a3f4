// Package bencode reads and writes bencoded values (BEP 3,
// https://www.bittorrent.org/beps/bep_0003.html#bencoding) of torrent files.
//
// Package torrent reads with a Reader, which walks over a text without building values from it:
//
//	r := bencode.NewReader(text)
//	err := r.Dict(func(key []byte) error {
//		switch string(key) {
//		case "length":
//			n, err := r.Int()
//			...
//		}
//		return nil // a value that is not read is skipped
//	})
//
// A Reader allocates nothing, so hostile input cannot make it use memory; nesting is limited to
// MaxDepth, and lengths to the text. Raw returns the bytes of a value, which a torrent's info hash is
// computed from. This is why the decoder of github.com/anacrolix/torrent is not used: it decodes by
// reflection into values, of which a small text can describe many, and it loses keys that it does not
// know, which editing a torrent must keep.
//
// Limits: integers are those of 64 bits. The order of keys is not checked, and leading zeros are
// accepted, because torrents with them are in use. A key that occurs twice is an error, because
// clients differ in which of the two values they use.
package bencode
